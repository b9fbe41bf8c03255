//! Findings, worst first, in groups.

use crate::web::view::state::{Memo, State};
use std::sync::Arc;

use crate::web::view::dom::{View, button, el, part};
use web_sys::KeyboardEvent;

use super::{nothing, nothing_matches};
use crate::web::filter::{self, Filter};
use crate::web::keys::{Scope, means};
use crate::web::model::{Msg, Subject};
use crate::web::rows::{self, FindingLine};
use crate::web::select;
use crate::web::view::Desk;
use crate::web::view::keys::letter;
use crate::web::view::parts::{Keyed, Lines, Pane, icons, prose, row_id, severity_badge, tag};
use crate::web::words;
use crate::wire::Severity;
use crate::wire::escaped::escape;

const NAME: &str = "finding";

impl Keyed for FindingLine {
    fn key(&self) -> u64 {
        match *self {
            Self::Row(row) => row as u64,
            Self::Group { first, count } => 1 << 62 | (first as u64) << 31 | count as u64,
        }
    }
}

fn height(line: &FindingLine, slim: bool) -> u32 {
    match (line, slim) {
        (FindingLine::Group { .. }, _) => 9,
        (FindingLine::Row(_), false) => 12,
        (FindingLine::Row(_), true) => 19,
    }
}

/// Draws the list.
pub fn findings(desk: Desk) -> View {
    let closed = desk.closed;
    let lines = Memo::new(move || {
        let filter = desk.filter.with(|filter| Filter::read(filter));
        desk.report.with(|report| match report {
            Some(report) => Lines {
                // Rows look otherwise in other groups.
                stamp: report.address() + filter::group_number(&filter.group),
                lines: Arc::new(closed.with(|closed| rows::finding_lines(report, &filter, closed))),
            },
            None => Lines { stamp: 0, lines: Arc::default() },
        })
    });
    let pane = Pane::new(NAME, desk.sight, lines, height);
    let cursor = State::new(None::<usize>);
    let row = move |line, ix| match line {
        FindingLine::Group { first, count } => group_row(desk, first, count),
        FindingLine::Row(finding) => finding_row(desk, cursor, lines, ix, finding),
    };
    let keys = move |event: &KeyboardEvent| {
        let Some(from) = cursor.get_untracked() else {
            return;
        };
        let key = letter(event);
        let Some(mut to) = pane.step(&key, from) else {
            return act(desk, lines, from, event, &key);
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
    el("div.findings").keys(keys).with(tools(desk)).with(body)
}

/// What the list is grouped by, and what is asked for most often: all of it stands in the filter.
fn tools(desk: Desk) -> View {
    let changed = desk.report.with_untracked(|report| {
        report.as_ref().is_some_and(|report| report.chains.iter().any(|it| !it.changed.is_empty()))
    });
    let option = move |(word, name): (&'static str, &'static str)| {
        let chosen = Memo::new(move || desk.filter.with(|text| Filter::read(text).group == word));
        el("option").attr("value", word).flag("selected", move || chosen.get()).with(name)
    };
    let choose = move |word: String| {
        desk.send(Msg::Filter(filter::with_one(&desk.filter.get_untracked(), "group:", &word)));
    };
    let quick = move |(token, name): (&'static str, &'static str)| {
        let on = Memo::new(move || {
            desk.filter.with(|text| text.split_whitespace().any(|word| word == token))
        });
        let toggle = move || {
            desk.send(Msg::Filter(filter::toggled(&desk.filter.get_untracked(), token)));
        };
        button("btn").test(token).yes_no("aria-pressed", move || on.get()).tap(toggle).with(name)
    };
    let pending = if changed { "New in this change" } else { "On the path to prod" };
    el("div.bar tools")
        .with(
            el("label.theme").with("Group by").with(
                el("select")
                    .test("group")
                    .typed("change", choose)
                    .with(filter::GROUPS.into_iter().map(option).collect::<View>()),
            ),
        )
        .with(quick(("is:pending", pending)))
        .with(quick(("has:fix", "Has a fix")))
}

/// What a letter does with the finding of a line.
fn act(desk: Desk, lines: Memo<Lines<FindingLine>>, at: usize, event: &KeyboardEvent, key: &str) {
    let held = event.ctrl_key() || event.meta_key() || event.alt_key();
    if held || !means(Scope::Findings, key) || desk.peek(|model| model.letters_off) {
        return;
    }
    let line = lines.with_untracked(|lines| lines.lines.get(at).copied());
    let (Some(FindingLine::Row(row)), Some(report)) = (line, desk.report.get_untracked()) else {
        return;
    };
    let Some(finding) = report.findings.get(row) else {
        return;
    };
    event.prevent_default();
    let to = match key {
        "s" => words::join(&["?ignore=", &escape(&finding.id)]),
        "o" => {
            let line = finding.line.to_string();
            words::join(&["?source=", &escape(&words::join(&[&finding.file, ":", &line]))])
        }
        "r" => match &finding.revision {
            Some(revision) => words::join(&["/chain?rev=", &escape(revision)]),
            None => return,
        },
        _ => {
            let steps: Vec<&str> = finding.remedy.steps.iter().map(|it| it.text.as_str()).collect();
            return desk.send(Msg::Copy { text: steps.join("\n") });
        }
    };
    desk.send(Msg::Go(to));
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

fn group_row(desk: Desk, first: usize, count: usize) -> View {
    let by = desk.filter.with_untracked(|text| Filter::read(text).group);
    let Some(report) = desk.report.get_untracked() else {
        return View::none();
    };
    let Some(finding) = report.findings.get(first) else {
        return View::none();
    };
    let name = rows::group_of(finding, &by);
    let (mine, own) = (name.clone(), name.clone());
    let is_closed = Memo::new(move || desk.closed.with(|closed| closed.contains(&mine)));
    let toggle = move |_| {
        desk.closed.update(|closed| match closed.iter().position(|other| *other == own) {
            Some(at) => {
                closed.remove(at);
            }
            None => closed.push(own.clone()),
        });
    };
    let (badge, text) = match (name.as_str(), by.as_str()) {
        (rows::SUPPRESSED, _) => (tag(words::SUPPRESSED, ""), "not counted"),
        (rows::HISTORY, "") => (tag("History", ""), words::HISTORY),
        (_, "") => {
            let decides = matches!(finding.severity, Severity::Blocker | Severity::Danger);
            (severity_badge(finding.severity), decided(decides, count))
        }
        _ => (el("code.cut").with(words::visible(&name)), ""),
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
    // The heading says the severity, unless it is about something else.
    let by = desk.filter.with_untracked(|text| Filter::read(text).group);
    let apart = !by.is_empty() || row.suppressed.is_some() || !row.pending;
    let badge = apart.then(|| View::none().with(severity_badge(row.severity)).with(" "));
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
                .with(el("span.t").with(badge).with(prose(&row.title)))
                .with(el("span.o").with(select::finding_hint(row)))
                .with(el("code.p").with(select::finding_place(row)))
                .with(el("span.r").with(row.rule.clone())),
        )
}

fn first_row(lines: &Lines<FindingLine>) -> Option<usize> {
    lines.lines.iter().position(|line| matches!(line, FindingLine::Row(_)))
}
