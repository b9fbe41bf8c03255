//! Findings, worst first, in groups.

use std::sync::Arc;

use crate::web::view::parts::live::{current_if, live, part, tap, yes_no};
use leptos::prelude::*;

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
pub fn findings(desk: Desk) -> AnyView {
    let closed = RwSignal::new(vec![Group::Suppressed]);
    let lines = Memo::new(move |_| {
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
    let cursor = RwSignal::new(None::<usize>);
    let row = move |line, ix| match line {
        FindingLine::Group { group, count } => group_row(closed, group, count),
        FindingLine::Row(finding) => finding_row(desk, cursor, lines, ix, finding),
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
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
    let is_empty = Memo::new(move |_| lines.with(|lines| lines.lines.is_empty()));
    let body =
        part(move || if is_empty.get() { none(desk) } else { pane.view(lines, "list", row) });
    view! { <div class="findings" on:keydown=keys>{body}</div> }.into_any()
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

fn none(desk: Desk) -> AnyView {
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

fn group_row(closed: RwSignal<Vec<Group>>, group: Group, count: usize) -> AnyView {
    let is_closed = Memo::new(move |_| closed.with(|closed| closed.contains(&group)));
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
    view! {
        <div role="listitem" class="group">
            <h2>
                <button type="button" aria-expanded=yes_no(move || !is_closed.get()) on:click=toggle>
                    {icons::chevron()}{badge}<span>{words::number(count)}</span><span class="dim sm">{text}</span>
                </button>
            </h2>
        </div>
    }
    .into_any()
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
    cursor: RwSignal<Option<usize>>,
    lines: Memo<Lines<FindingLine>>,
    ix: usize,
    finding: usize,
) -> AnyView {
    let Some(report) = desk.report.get_untracked() else {
        return ().into_any();
    };
    let Some(row) = report.findings.get(finding) else {
        return ().into_any();
    };
    let subject = Subject::Finding(row.id.clone());
    let mine = subject.clone();
    let shown = desk.subject();
    let current = Memo::new(move |_| shown.with(|shown| shown.as_ref() == Some(&mine)));
    // One row can be reached by Tab: the one the focus was on, else the one that is shown, else the first.
    let tab = move || {
        let at = cursor.get().unwrap_or(usize::MAX);
        let first =
            at == usize::MAX && (current.get() || lines.with(|lines| first_row(lines) == Some(ix)));
        if at == ix || first { "0" } else { "-1" }
    };
    let total = report.findings.len().to_string();
    let position = (finding + 1).to_string();
    view! {
        <div role="listitem" aria-setsize=total aria-posinset=position>
            <button type="button" class="row" id=row_id(NAME, ix) data-testid="finding" tabindex=live(tab)
                aria-current=current_if(current)
                on:focus=move |_| cursor.set(Some(ix))
                on:click=tap(move || desk.send(Msg::Select(subject.clone())))>
                <span class="t">{prose(&row.title)}</span>
                <span class="o">{select::finding_hint(row)}</span>
                <code class="p">{select::finding_place(row)}</code>
                <span class="r">{row.rule.clone()}</span>
            </button>
        </div>
    }
    .into_any()
}

fn first_row(lines: &Lines<FindingLine>) -> Option<usize> {
    lines.lines.iter().position(|line| matches!(line, FindingLine::Row(_)))
}
