//! A statement of a plan: its text, what it does, what was found in it.

use leptos::prelude::*;

use super::{section, way};
use crate::web::model::Subject;
use crate::web::view::Desk;
use crate::web::view::parts::{prose, severity_badge, tag};
use crate::web::words;
use crate::wire::Report;

/// Draws one statement.
pub fn statement(desk: Desk, report: &Report, plan: usize, statement: usize) -> AnyView {
    let Some(view) = report.plans.get(plan) else {
        return ().into_any();
    };
    let Some(row) = view.statements.get(statement) else {
        return ().into_any();
    };
    let title = match &row.summary {
        Some(summary) => prose(summary),
        None => "This statement was not understood".into_any(),
    };
    let unknown = row.summary.is_none().then(|| {
        view! {
            <p>{tag(words::NOT_UNDERSTOOD, "hatch")}
                " What it does isn't known, so nothing after it on the same objects is certain."</p>
        }
    });
    let text = row.text.as_deref().map(|text| {
        view! { <pre tabindex="0" class="source">{words::visible(text)}</pre> }
    });
    let place = words::join(&[&words::visible(&view.file), " · line ", &words::number(row.line)]);
    let findings: Vec<AnyView> = report
        .findings
        .iter()
        .filter(|finding| row.findings.contains(&finding.id))
        .map(|finding| {
            let subject = Subject::Finding(finding.id.clone());
            view! { <li>{severity_badge(finding.severity)}{way(desk, subject, prose(&finding.title))}</li> }.into_any()
        })
        .collect();
    let findings = if findings.is_empty() {
        view! { <p class="dim">"Nothing was found in it."</p> }.into_any()
    } else {
        view! { <ul class="found">{findings}</ul> }.into_any()
    };
    view! {
        <div class="meta"><span class="dim sm mono">{place}</span></div>
        <h2>{title}</h2>
        {unknown}{text}
        {section("Findings", findings)}
    }
    .into_any()
}
