//! Findings, worst first, in groups.

use crate::web::view::state::{Memo, State};
use std::sync::Arc;

use crate::web::view::dom::{View, button, el, part};
use web_sys::KeyboardEvent;

use super::{nothing, nothing_matches};
use crate::web::filter::Filter;
use crate::web::model::{Msg, Subject};
use crate::web::rows::{self, FindingLine, Group};
use crate::web::select;
use crate::web::view::Desk;
use crate::web::view::parts::{Lines, Pane, icons, prose, row_id, severity_badge, tag};
use crate::web::words;
use crate::wire::Severity;

const NAME: &str = "finding";

fn height(line: &FindingLine, slim: bool) -> u32 {
    match (line, slim) {
        (FindingLine::Group { .. }, _) => 9,
        (FindingLine::Row(_), false) => 12,
        (FindingLine::Row(_), true) => 19,
    }
}

/// Draws the list.
pub fn findings(desk: Desk) -> View {
    let closed = State::new(vec![Group::Suppressed]);
    let lines = Memo::new(move || {
        let filter = desk.filter.with(|filter| Filter::read(filter));
        desk.report.with(|report| match report {
            Some(report) => Lines {
                stamp: report.address(),
                lines: Arc::new(closed.with(|closed| rows::finding_lines(report, &filter, closed))),
            },
            None => Lines { stamp: 0, lines: Arc::default() },
        })
    });
    let pane = Pane::new(NAME, desk.sight, lines, height);
    let cursor = State::new(None::<usize>);
    let row = move |line, ix| match line {
        FindingLine::Group { group, count } => group_row(closed, group, count),
        FindingLine::Row(finding) => finding_row(desk, cursor, lines, ix, finding),
    };
    let keys = move |event: &KeyboardEvent| {
        let Some(from) = cursor.get_untracked() else {
            return;
        };
        let key = event.key();
        let Some(mut to) = pane.step(&key, from) else {
            return;
        };
        event.prevent_default();
        let is_group = |ix: usize| {
            lines.with_untracked(|lines| {
                matches!(lines.lines.get(ix), Some(FindingLine::Group { .. }))
            })
        };
        if is_group(to) {
            // Headings are stepped over; the very first line is one.
            let back = matches!(key.as_str(), "ArrowUp" | "PageUp") && to > 0;
            to = if back { to - 1 } else { to + 1 };
        }
        if is_group(to) || lines.with_untracked(|lines| to >= lines.lines.len()) {
            return;
        }
        cursor.set(Some(to));
        pane.focus(to);
        follow(desk, lines, to);
    };
    let is_empty = Memo::new(move || lines.with(|lines| lines.lines.is_empty()));
    let body =
        part(move || if is_empty.get() { none(desk) } else { pane.view(lines, "list", row) });
    el("div.findings").keys(keys).with(body)
}

/// On a wide page the details follow the focus.
fn follow(desk: Desk, lines: Memo<Lines<FindingLine>>, ix: usize) {
    if desk.sight.narrow.get_untracked() {
        return;
    }
    let line = lines.with_untracked(|lines| lines.lines.get(ix).copied());
    if let Some(FindingLine::Row(finding)) = line {
        let id = desk
            .report
            .with_untracked(|report| Some(report.as_ref()?.findings.get(finding)?.id.clone()));
        if let Some(id) = id {
            desk.send(Msg::Follow(Subject::Finding(id)));
        }
    }
}

fn none(desk: Desk) -> View {
    let hidden = desk
        .report
        .with_untracked(|report| report.as_ref().map_or(0, |report| report.findings.len()));
    if hidden == 0 {
        return nothing(
            words::NO_FINDINGS,
            "No rule objects to what was read. “Why this verdict” says what was looked at.",
        );
    }
    let is = if hidden == 1 { " is" } else { " are" };
    nothing_matches(
        desk,
        words::join(&[&words::count(hidden, "finding", "findings"), is, " hidden by the filter."]),
    )
}

fn group_row(closed: State<Vec<Group>>, group: Group, count: usize) -> View {
    let is_closed = Memo::new(move || closed.with(|closed| closed.contains(&group)));
    let toggle = move |_| {
        closed.update(|closed| match closed.iter().position(|other| *other == group) {
            Some(at) => {
                closed.remove(at);
            }
            None => closed.push(group),
        });
    };
    let (badge, text) = match group {
        Group::Pending(severity) => {
            let decides = matches!(severity, Severity::Blocker | Severity::Danger);
            (severity_badge(severity), decided(decides, count))
        }
        Group::History => (tag("History", ""), words::HISTORY),
        Group::Suppressed => (tag(words::SUPPRESSED, ""), "not counted"),
    };
    el("div.group").attr("role", "listitem").with(
        el("h2").with(
            button("")
                .yes_no("aria-expanded", move || !is_closed.get())
                .on("click", toggle)
                .with(icons::chevron())
                .with(badge)
                .with(el("span").with(words::number(count)))
                .with(el("span.dim sm").with(text)),
        ),
    )
}

fn decided(decides: bool, count: usize) -> &'static str {
    match (decides, count) {
        (true, 1) => "decides the verdict",
        (true, _) => "decide the verdict",
        (false, _) => "to look at",
    }
}

fn finding_row(
    desk: Desk,
    cursor: State<Option<usize>>,
    lines: Memo<Lines<FindingLine>>,
    ix: usize,
    finding: usize,
) -> View {
    let Some(report) = desk.report.get_untracked() else {
        return View::none();
    };
    let Some(row) = report.findings.get(finding) else {
        return View::none();
    };
    let subject = Subject::Finding(row.id.clone());
    let mine = subject.clone();
    let shown = desk.subject();
    let current = Memo::new(move || shown.with(|shown| shown.as_ref() == Some(&mine)));
    // One row can be reached by Tab: the one the focus was on, else the one that is shown, else the first.
    let tab = move || {
        let at = cursor.get().unwrap_or(usize::MAX);
        let first =
            at == usize::MAX && (current.get() || lines.with(|lines| first_row(lines) == Some(ix)));
        at == ix || first
    };
    let total = report.findings.len().to_string();
    let position = (finding + 1).to_string();
    el("div")
        .attr("role", "listitem")
        .attr("aria-setsize", &total)
        .attr("aria-posinset", &position)
        .with(
            button("row")
                .id(&row_id(NAME, ix))
                .test("finding")
                .tab_stop(tab)
                .current_if(current)
                .on("focus", move |_| cursor.set(Some(ix)))
                .tap(move || desk.send(Msg::Select(subject.clone())))
                .with(el("span.t").with(prose(&row.title)))
                .with(el("span.o").with(select::finding_hint(row)))
                .with(el("code.p").with(select::finding_place(row)))
                .with(el("span.r").with(row.rule.clone())),
        )
}

fn first_row(lines: &Lines<FindingLine>) -> Option<usize> {
    lines.lines.iter().position(|line| matches!(line, FindingLine::Row(_)))
}
