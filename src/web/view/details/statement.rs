//! A statement of a plan: its text, what it does, what was found in it.

use crate::web::view::dom::{View, el};

use super::{section, way};
use crate::web::model::Subject;
use crate::web::view::Desk;
use crate::web::view::parts::{prose, severity_badge, tag};
use crate::web::words;
use crate::wire::Report;

/// Draws one statement.
pub fn statement(desk: Desk, report: &Report, plan: usize, statement: usize) -> View {
    let Some(view) = report.plans.get(plan) else {
        return View::none();
    };
    let Some(row) = view.statements.get(statement) else {
        return View::none();
    };
    let title = match &row.summary {
        Some(summary) => prose(summary),
        None => View::none().with("This statement was not understood"),
    };
    let unknown = row.summary.is_none().then(|| {
        el("p")
            .with(tag(words::NOT_UNDERSTOOD, "hatch"))
            .with(" What it does isn't known, so nothing after it on the same objects is certain.")
    });
    let text = row
        .text
        .as_deref()
        .map(|text| el("pre.source").attr("tabindex", "0").with(words::visible(text)));
    let place = words::join(&[&words::visible(&view.file), " · line ", &words::number(row.line)]);
    let findings: Vec<View> = report
        .findings
        .iter()
        .filter(|finding| row.findings.contains(&finding.id))
        .map(|finding| {
            let subject = Subject::Finding(finding.id.clone());
            el("li").with(severity_badge(finding.severity)).with(way(
                desk,
                subject,
                prose(&finding.title),
            ))
        })
        .collect();
    let findings = if findings.is_empty() {
        el("p.dim").with("Nothing was found in it.")
    } else {
        el("ul.found").with(findings)
    };
    View::none()
        .with(el("div.meta").with(el("span.dim sm mono").with(place)))
        .with(el("h2").with(title))
        .with(unknown)
        .with(text)
        .with(section("Findings", findings))
}
