//! The answer: headline, reason, what to do next, the estate, and why.

use crate::web::view::parts::live::{part_if, tap, yes_no};
use leptos::prelude::*;

use super::Desk;
use super::parts::{code_line, prose, severity_badge};
use crate::web::estate::{self, Cell, EstateColumn, Tone};
use crate::web::model::{Msg, Shared, Subject};
use crate::web::words;
use crate::wire::{NextStep, Report, Status};

/// Draws the verdict of the report at hand.
pub fn verdict(desk: Desk) -> AnyView {
    let body = part_if(move || desk.report.get().map(|report| banner(desk, &report)));
    view! { {body} }.into_any()
}

fn banner(desk: Desk, report: &Shared<Report>) -> AnyView {
    let verdict = &report.verdict;
    let class = match verdict.status {
        Status::Fail => "verdict fail",
        Status::Warn => "verdict warn",
        Status::Pass => "verdict pass",
        Status::Unknown => "verdict unknown",
    };
    let diagnosis = verdict.diagnosis.map(|diagnosis| {
        view! { <span class="badge" data-testid="diagnosis" title="What the two audits say of each other">{diagnosis.word()}</span> }
    });
    let steps: Vec<AnyView> = verdict.next_steps.iter().map(|next| step(desk, next)).collect();
    let steps = (!steps.is_empty())
        .then(|| view! { <ol class="steps" data-testid="next-steps" aria-label="Next steps">{steps}</ol> });
    view! {
        <section class=class aria-labelledby="headline" data-testid="verdict" data-status=verdict.status.word()>
            <div class="say">
                <h1 class="serif" id="headline" data-testid="headline">
                    {mark(verdict.status)}<span>{words::plain(&verdict.headline)}</span>{diagnosis}
                </h1>
                <p class="why" data-testid="reason">{prose(&verdict.reason)}</p>
                <div class="do">{steps}{actions(desk, verdict.status)}</div>
            </div>
            {estate(report)}
            {why(desk, report.clone())}
        </section>
    }
    .into_any()
}

/// A shape per verdict, so that none rests on colour.
fn mark(status: Status) -> AnyView {
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
    view! { <svg class="vmark" viewBox="0 0 24 24" aria-hidden="true"><path d=path /></svg> }
        .into_any()
}

fn step(desk: Desk, step: &NextStep) -> AnyView {
    let command = step.command.as_deref().map(|command| code_line(desk, command));
    let files: Vec<String> = step.files.iter().map(|file| words::visible(file)).collect();
    let files =
        (!files.is_empty()).then(|| view! { <span class="dim sm">{files.join(", ")}</span> });
    view! { <li><span>{prose(&step.title)}</span>{command}{files}</li> }.into_any()
}

fn actions(desk: Desk, status: Status) -> AnyView {
    let first = match status {
        Status::Fail => words::FIRST_PROBLEM,
        Status::Warn => words::WHAT_TO_REVIEW,
        Status::Unknown => words::WHATS_MISSING,
        Status::Pass => words::WHAT_WAS_CHECKED,
    };
    let open = desk.read(|model| model.why_open);
    view! {
        <div class="ways-on">
            <button type="button" class="btn" data-testid="first-problem" on:click=tap(move || desk.send(Msg::FirstProblem))>
                {first}
            </button>
            <button type="button" class="quiet" data-testid="why" aria-controls="why"
                aria-expanded=yes_no(move || open.get())
                on:click=tap(move || desk.send(Msg::ToggleWhy))>{words::WHY}</button>
        </div>
    }
    .into_any()
}

fn estate(report: &Report) -> Option<AnyView> {
    let columns = estate::estate(report);
    if columns.is_empty() {
        return None;
    }
    let heads: Vec<AnyView> = columns
        .iter()
        .map(|column| view! { <th scope="col">{column.title}</th> }.into_any())
        .collect();
    let line = |title: &'static str, of: fn(&EstateColumn) -> &Cell| {
        let cells: Vec<AnyView> = columns.iter().map(|column| cell(of(column))).collect();
        view! { <tr><th scope="row">{title}</th>{cells}</tr> }.into_any()
    };
    Some(
        view! {
            <div class="estate scroll-x" role="region" tabindex="0" aria-label="Where things are" data-testid="estate">
                <table>
                    <thead><tr><td></td>{heads}</tr></thead>
                    <tbody>
                        {line("revision", |column| &column.revision)}
                        {line("tables", |column| &column.tables)}
                        {line("from head", |column| &column.from_head)}
                    </tbody>
                </table>
            </div>
        }
        .into_any(),
    )
}

fn cell(cell: &Cell) -> AnyView {
    let class = match cell.tone {
        Tone::Plain => "",
        Tone::Code => "mono",
        Tone::Dim => "dim",
        Tone::Good => "good",
        Tone::Bad => "bad",
    };
    view! { <td class=class>{cell.text.clone()}</td> }.into_any()
}

/// Draws what decided and what was not looked at. It is in the page only while it is open, since the
/// lists can be long.
fn why(desk: Desk, report: Shared<Report>) -> AnyView {
    let open = desk.read(|model| model.why_open);
    part_if(move || open.get().then(|| why_body(desk, &report)))
}

fn why_body(desk: Desk, report: &Report) -> AnyView {
    let decided =
        report.findings.iter().filter(|finding| report.verdict.because.contains(&finding.id));
    let decided: Vec<AnyView> = decided
        .take(50)
        .map(|finding| {
            let id = finding.id.clone();
            view! {
                <li>
                    {severity_badge(finding.severity)}
                    <button type="button" class="link"
                        on:click=tap(move || desk.send(Msg::Jump(Subject::Finding(id.clone()))))>{prose(&finding.title)}</button>
                </li>
            }
            .into_any()
        })
        .collect();
    let missing: Vec<AnyView> = report
        .not_evaluated
        .iter()
        .map(|rule| {
            view! { <li><code>{rule.rule.clone()}</code><span>{prose(&rule.why)}</span></li> }
                .into_any()
        })
        .collect();
    let unread: Vec<AnyView> = report
        .inputs
        .iter()
        .filter(|input| input.unreadable || input.understood.statements < input.understood.of)
        .take(50)
        .map(|input| unread_line(desk, input))
        .collect();
    let stats = &report.stats;
    let checked = words::join(&[
        &words::count(stats.revisions, "revision", "revisions"),
        ", ",
        &words::count(stats.statements, "statement", "statements"),
        ", ",
        &words::count(stats.rules, "rule", "rules"),
        ".",
    ]);
    view! {
        <section class="whybox" id="why" tabindex="-1" aria-label=words::WHY data-testid="why-box">
            {part("What decided", decided, "No finding decided it.")}
            {part("Not evaluated", missing, "Every rule could run.")}
            {part("Not understood", unread, "Every statement was understood.")}
            <div><h2>"Looked at"</h2><p>{checked}</p></div>
        </section>
    }
    .into_any()
}

fn unread_line(desk: Desk, input: &crate::wire::InputRow) -> AnyView {
    let path = input.path.clone();
    let share = if input.unreadable {
        words::reason(crate::web::model::Reason::Unreadable).to_owned()
    } else {
        words::join(&[
            &words::number(input.understood.statements),
            " of ",
            &words::number(input.understood.of),
            " understood",
        ])
    };
    view! {
        <li>
            <button type="button" class="link" on:click=tap(move || desk.send(Msg::Jump(Subject::Input(path.clone()))))>
                {words::visible(&input.name)}
            </button><span class="dim sm">{share}</span>
        </li>
    }
    .into_any()
}

fn part(title: &'static str, items: Vec<AnyView>, none: &'static str) -> AnyView {
    let body = if items.is_empty() {
        view! { <p class="dim">{none}</p> }.into_any()
    } else {
        view! { <ul class="found">{items}</ul> }.into_any()
    };
    view! { <div><h2>{title}</h2>{body}</div> }.into_any()
}
