//! The proposed plan in its own order: what it says, what it does, what was found.

use crate::web::view::state::{Memo, State};
use std::sync::Arc;

use crate::web::view::dom::{View, button, el, part};
use web_sys::KeyboardEvent;

use super::{nothing, nothing_matches};
use crate::web::filter::Filter;
use crate::web::model::{Msg, Subject};
use crate::web::rows::{self, PlanLine};
use crate::web::view::Desk;
use crate::web::view::parts::{Lines, Pane, prose, row_id, severity_badge, tag};
use crate::web::words;
use crate::wire::Report;

const NAME: &str = "statement";

fn height(line: &PlanLine, slim: bool) -> u32 {
    match (line, slim) {
        (PlanLine::Statement { .. }, false) => 12,
        (PlanLine::Statement { .. }, true) => 16,
        (PlanLine::File(_), _) => 9,
        (PlanLine::Remark { .. }, _) => 8,
    }
}

/// Draws the list.
pub fn plan(desk: Desk) -> View {
    let lines = Memo::new(move || {
        let filter = desk.filter.with(|filter| Filter::read(filter));
        desk.report.with(|report| match report {
            Some(report) => Lines {
                stamp: report.address(),
                lines: Arc::new(rows::plan_lines(report, &filter)),
            },
            None => Lines { stamp: 0, lines: Arc::default() },
        })
    });
    let pane = Pane::new(NAME, desk.sight, lines, height);
    let cursor = State::new(None::<usize>);
    let row = move |line, ix| line_row(desk, cursor, line, ix);
    let keys = move |event: &KeyboardEvent| {
        let Some(from) = cursor.get_untracked() else {
            return;
        };
        let key = event.key();
        let Some(to) = pane.step(&key, from) else {
            return;
        };
        event.prevent_default();
        let Some((to, subject)) =
            lines.with_untracked(|lines| next_statement(&lines.lines, from, to))
        else {
            return;
        };
        cursor.set(Some(to));
        pane.focus(to);
        if !desk.sight.narrow.get_untracked() {
            desk.send(Msg::Follow(subject));
        }
    };
    let is_empty = Memo::new(move || lines.with(|lines| lines.lines.is_empty()));
    let body = part(move || match is_empty.get() {
        false => pane.view(lines, "list", row),
        true if desk.filter.with_untracked(|filter| filter.trim().is_empty()) => {
            nothing("No statements", "The plan holds nothing that changes a database.")
        }
        true => nothing_matches(desk, "Statements are hidden by the filter.".to_owned()),
    });
    el("div.plan").keys(keys).with(body)
}

/// Returns the statement at a line or the nearest beyond it, seen from where the focus is.
fn next_statement(lines: &[PlanLine], from: usize, to: usize) -> Option<(usize, Subject)> {
    let statement = |(ix, line): (usize, &PlanLine)| match line {
        PlanLine::Statement { plan, statement } => {
            Some((ix, Subject::Statement { plan: *plan, statement: *statement }))
        }
        _ => None,
    };
    let numbered = lines.iter().enumerate();
    if to < from {
        return numbered.take(to + 1).rev().find_map(statement);
    }
    numbered.skip(to).find_map(statement)
}

fn line_row(desk: Desk, cursor: State<Option<usize>>, line: PlanLine, ix: usize) -> View {
    let Some(report) = desk.report.get_untracked() else {
        return View::none();
    };
    match line {
        PlanLine::File(plan) => {
            let plan = report.plans.get(plan);
            let file = plan.map(|plan| words::visible(&plan.file)).unwrap_or_default();
            let count = plan.map_or(0, |plan| plan.statements.len());
            el("div.group").attr("role", "listitem").with(
                el("h2").with(el("span").with(file)).with(el("span.dim sm").with(words::count(
                    count,
                    "statement",
                    "statements",
                ))),
            )
        }
        PlanLine::Remark { plan, remark } => {
            let remark = report.plans.get(plan).and_then(|plan| plan.remarks.get(remark));
            let (line, text) =
                remark.map(|(line, text)| (*line, words::visible(text))).unwrap_or_default();
            el("div.remark")
                .attr("role", "listitem")
                .with(el("span.ln").with(line.to_string()))
                .with(el("span.cut").with(text))
        }
        PlanLine::Statement { plan, statement } => {
            statement_row(desk, &report, cursor, plan, statement, ix)
        }
    }
}

fn statement_row(
    desk: Desk,
    report: &Report,
    cursor: State<Option<usize>>,
    plan: usize,
    statement: usize,
    ix: usize,
) -> View {
    let Some(row) = report.plans.get(plan).and_then(|plan| plan.statements.get(statement)) else {
        return View::none();
    };
    let subject = Subject::Statement { plan, statement };
    let mine = subject.clone();
    let shown = desk.subject();
    let current = Memo::new(move || shown.with(|shown| shown.as_ref() == Some(&mine)));
    let tab = move || {
        let at = cursor.get();
        at == Some(ix) || (at.is_none() && statement == 0 && plan == 0)
    };
    let text = row.text.as_deref().map(|text| words::visible(&text.replace(['\n', '\t'], " ")));
    let summary = match &row.summary {
        Some(summary) => prose(summary),
        None => tag(words::NOT_UNDERSTOOD, "hatch"),
    };
    let worst = rows::statement_severities(report, row);
    let badges: Vec<View> = worst.into_iter().map(severity_badge).collect();
    el("div").attr("role", "listitem").with(
        button("row st")
            .id(&row_id(NAME, ix))
            .test("statement")
            .tab_stop(tab)
            .current_if(current)
            .on("focus", move |_| cursor.set(Some(ix)))
            .tap(move || desk.send(Msg::Select(subject.clone())))
            .with(el("span.ln").with(row.line.to_string()))
            .with(el("span.t").with(summary))
            .with(el("code.o").with(text))
            .with(el("span.bs").with(badges)),
    )
}
