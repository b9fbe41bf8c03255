//! The answer: headline, reason, what to do next, the estate, and why.

use crate::web::view::dom::{View, button, el, part_if};

use super::parts::{code_line, prose};
use super::{Desk, blocks};
use crate::web::estate::{self, Cell, EstateColumn, Tone};
use crate::web::model::{Msg, Shared};
use crate::web::words;
use crate::wire::{NextStep, Report, Status};

/// Draws the verdict of the report at hand.
pub fn verdict(desk: Desk) -> View {
    part_if(move || desk.report.get().map(|report| banner(desk, &report)))
}

fn banner(desk: Desk, report: &Shared<Report>) -> View {
    let verdict = &report.verdict;
    let class = match verdict.status {
        Status::Fail => "verdict fail",
        Status::Warn => "verdict warn",
        Status::Pass => "verdict pass",
        Status::Unknown => "verdict unknown",
    };
    let diagnosis = verdict.diagnosis.map(|diagnosis| {
        el("span.badge")
            .test("diagnosis")
            .attr("title", "What the two audits say of each other")
            .with(diagnosis.word())
    });
    // No pass without what it does not cover (ux.md VE-04).
    let unchecked = match (verdict.status, report.not_evaluated.len()) {
        (Status::Pass, left) if left > 0 => {
            words::join(&[" Not checked: ", &words::count(left, "rule", "rules"), "."])
        }
        _ => String::new(),
    };
    let steps: Vec<View> = verdict.next_steps.iter().map(|next| step(desk, next)).collect();
    let steps = (!steps.is_empty())
        .then(|| el("ol.steps").test("next-steps").label("Next steps").with(steps));
    el("section")
        .class(class)
        .attr("aria-labelledby", "headline")
        .test("verdict")
        .attr("data-status", verdict.status.word())
        .with(
            el("div.say")
                .with(
                    el("h1.serif")
                        .id("headline")
                        .test("headline")
                        .with(mark(verdict.status))
                        .with(el("span").with(words::plain(&verdict.headline)))
                        .with(diagnosis),
                )
                .with(el("p.why").test("reason").with(prose(&verdict.reason)).with(unchecked))
                .with(el("div.do").with(steps).with(actions(desk, verdict.status))),
        )
        .with(estate(desk, report))
        .with(why(desk))
}

/// A shape per verdict, so that none rests on colour.
fn mark(status: Status) -> View {
    let path = match status {
        Status::Fail => "M7.500 1.500h9l6 6v9l-6 6h-9l-6-6v-9zM8 8l8 8M16 8l-8 8",
        Status::Warn => "M12 2l11 20H1zM12 9v6M12 18v1",
        Status::Pass => {
            "M12 1.500a10.500 10.500 0 1 1 0 21 10.500 10.500 0 0 1 0-21zM7 12.500l3.500 3.500L17 8.500"
        }
        Status::Unknown => {
            "M12 1.500a10.500 10.500 0 1 1 0 21 10.500 10.500 0 0 1 0-21zM9 9.500a3 3 0 1 1 4.200 2.700c-.8.4-1.200 1-1.200 2M12 17v1"
        }
    };
    el("svg.vmark")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .with(el("path").attr("d", path))
}

fn step(desk: Desk, step: &NextStep) -> View {
    let command = step.command.as_deref().map(|command| code_line(desk, command));
    let files: Vec<String> = step.files.iter().map(|file| words::visible(file)).collect();
    let files = (!files.is_empty()).then(|| el("span.dim sm").with(files.join(", ")));
    el("li").with(el("span").with(prose(&step.title))).with(command).with(files)
}

fn actions(desk: Desk, status: Status) -> View {
    let first = match status {
        Status::Fail => words::FIRST_PROBLEM,
        Status::Warn => words::WHAT_TO_REVIEW,
        Status::Unknown => words::WHATS_MISSING,
        Status::Pass => words::WHAT_WAS_CHECKED,
    };
    let open = desk.read(|model| model.why_open);
    el("div.ways-on")
        .with(
            button("btn")
                .test("first-problem")
                .tap(move || desk.send(Msg::FirstProblem))
                .with(first),
        )
        .with(
            button("quiet")
                .test("why")
                .attr("aria-controls", "why")
                .yes_no("aria-expanded", move || open.get())
                .tap(move || desk.send(Msg::ToggleWhy))
                .with(words::WHY),
        )
}

fn estate(desk: Desk, report: &Report) -> Option<View> {
    let columns = estate::estate(report);
    let has_head = report.schemas.head.is_some();
    if columns.is_empty() {
        return None;
    }
    let heads: Vec<View> =
        columns.iter().map(|column| el("th").attr("scope", "col").with(column.title)).collect();
    let line = |title: &'static str, of: fn(&EstateColumn) -> &Cell| {
        let cells: Vec<View> = columns.iter().map(|column| cell(of(column))).collect();
        el("tr").with(el("th").attr("scope", "row").with(title)).with(cells)
    };
    // What a database and the head have apart is one click away.
    let apart: Vec<View> = columns
        .iter()
        .map(|column| {
            if column.word == "head" || !has_head {
                return cell(&column.from_head);
            }
            let to = words::join(&["/schema?from=", column.word, "&to=head"]);
            let way = button("link").tap(move || desk.send(Msg::Go(to.clone())));
            el("td").class(class(&column.from_head)).with(way.with(column.from_head.text.clone()))
        })
        .collect();
    let apart = el("tr").with(el("th").attr("scope", "row").with("from head")).with(apart);
    Some(
        el("div.estate scroll-x")
            .attr("role", "region")
            .attr("tabindex", "0")
            .label("Where things are")
            .test("estate")
            .with(
                el("table").with(el("thead").with(el("tr").with(el("td")).with(heads))).with(
                    el("tbody")
                        .with(line("revision", |column| &column.revision))
                        .with(line("tables", |column| &column.tables))
                        .with(apart),
                ),
            ),
    )
}

fn cell(cell: &Cell) -> View {
    el("td").class(class(cell)).with(cell.text.clone())
}

fn class(cell: &Cell) -> &'static str {
    match cell.tone {
        Tone::Plain => "",
        Tone::Code => "mono",
        Tone::Dim => "dim",
        Tone::Good => "good",
        Tone::Bad => "bad",
    }
}

/// Draws what decided and what was not looked at, as the engine composes it.
fn why(desk: Desk) -> View {
    let open = desk.read(|model| model.why_open);
    part_if(move || {
        open.get().then(|| {
            let body = blocks::shown(desk, || "/why".to_owned());
            el("section.whybox")
                .id("why")
                .attr("tabindex", "-1")
                .label(words::WHY)
                .test("why-box")
                .with(body)
        })
    })
}
