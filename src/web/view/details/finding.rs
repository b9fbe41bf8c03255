//! A finding: where it is, how Retort knows, what to do instead.

use crate::web::view::parts::live::{part_if, tap};
use leptos::prelude::*;

use super::{section, way};
use crate::web::model::{Engine, Subject};
use crate::web::select;
use crate::web::view::Desk;
use crate::web::view::parts::{code_line, copy_button, excerpt, prose, severity_badge, tag};
use crate::web::words;
use crate::wire::{Certainty, Evidence, FindingRow, Remedy, RemedyStep, Report, RuleCard};

/// Draws one finding.
pub fn finding(desk: Desk, report: &Report, id: &str) -> AnyView {
    let Some(finding) = report.findings.iter().find(|finding| finding.id == id) else {
        return ().into_any();
    };
    let sure = match finding.certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely: rests on a stated assumption",
        Certainty::Unverified => "unverified: part of it couldn't be resolved",
    };
    let history = (!finding.pending).then(|| tag("History", ""));
    let suppressed = finding.suppressed.as_ref().map(|suppressed| {
        let until = suppressed.until.as_ref().map(|until| words::join(&[" Until ", until, "."]));
        view! { <p class="dim">"Suppressed: "{words::visible(&suppressed.reason)}{until}</p> }
    });
    view! {
        <div class="meta">{severity_badge(finding.severity)}{history}
            <span class="dim sm">{finding.rule.clone()}" · "{sure}</span></div>
        <h2>{prose(&finding.title)}</h2>
        {suppressed}
        {excerpt(finding).unwrap_or_else(|| place(finding))}
        {knows(desk, report, finding)}
        {instead(desk, &finding.remedy)}
        {buttons(desk, report, finding)}
        {about(desk, &finding.rule)}
    }
    .into_any()
}

/// Stands where a link left the excerpt out.
fn place(finding: &FindingRow) -> AnyView {
    if finding.file.is_empty() {
        return ().into_any();
    }
    view! { <p class="mono dim">{select::finding_place(finding)}</p> }.into_any()
}

fn knows(desk: Desk, report: &Report, finding: &FindingRow) -> Option<AnyView> {
    let mut items: Vec<AnyView> =
        finding.evidence.iter().map(|item| evidence(desk, report, item)).collect();
    if items.is_empty() {
        let objects: Vec<String> = finding
            .objects
            .iter()
            .map(|object| words::join(&[object.kind.word(), " ", &words::visible(&object.label())]))
            .collect();
        if objects.is_empty() {
            return None;
        }
        items.push(view! { <li>"It is about "{objects.join(", ")}"."</li> }.into_any());
    }
    Some(section(words::KNOWS, view! { <ul class="ev">{items}</ul> }.into_any()))
}

fn evidence(desk: Desk, report: &Report, evidence: &Evidence) -> AnyView {
    let revision = evidence.revision.as_ref().and_then(|id| select::revision_named(report, id));
    let file = || {
        let file = evidence.file.as_ref()?;
        let input =
            report.inputs.iter().find(|input| input.name == *file || input.path == *file)?;
        Some(Subject::Input(input.path.clone()))
    };
    let place = evidence.file.as_ref().filter(|_| evidence.line > 0).map(|file| {
        let file = file.rsplit('/').next().unwrap_or_default();
        words::join(&[" ", &words::visible(file), ":", &evidence.line.to_string()])
    });
    let text = match revision.or_else(file) {
        Some(subject) => way(desk, subject, prose(&evidence.text)),
        None => prose(&evidence.text),
    };
    view! { <li>{text}<span class="dim sm mono">{place}</span></li> }.into_any()
}

fn instead(desk: Desk, remedy: &Remedy) -> Option<AnyView> {
    if remedy.summary.is_empty() && remedy.steps.is_empty() {
        return None;
    }
    let summary = (!remedy.summary.is_empty()).then(|| view! { <p>{prose(&remedy.summary)}</p> });
    let steps: Vec<AnyView> = remedy.steps.iter().map(|step| remedy_step(desk, step)).collect();
    let patches: Vec<AnyView> = remedy
        .patches
        .iter()
        .map(|patch| {
            view! {
                <details class="patch">
                    <summary class="mono">{words::visible(&patch.file)}</summary>
                    <pre tabindex="0">{words::visible(&patch.content)}</pre>
                    {copy_button(desk, "btn", "Copy the file", patch.content.clone())}
                </details>
            }
            .into_any()
        })
        .collect();
    let body = view! { {summary}<ol class="fix">{steps}</ol>{patches} };
    Some(section(words::INSTEAD, body.into_any()))
}

fn remedy_step(desk: Desk, step: &RemedyStep) -> AnyView {
    let code = step.code.as_deref().map(|code| {
        if code.contains('\n') {
            view! { <pre tabindex="0">{words::visible(code)}</pre>{copy_button(desk, "btn", words::COPY, code.to_owned())} }
                .into_any()
        } else {
            code_line(desk, code)
        }
    });
    view! { <li><span>{prose(&step.text)}</span>{code}</li> }.into_any()
}

fn buttons(desk: Desk, report: &Report, finding: &FindingRow) -> AnyView {
    let steps = (!finding.remedy.steps.is_empty()).then(|| {
        copy_button(desk, "btn primary", words::COPY_STEPS, select::steps_as_text(&finding.remedy))
    });
    let revision = finding
        .revision
        .as_ref()
        .or_else(|| finding.evidence.iter().find_map(|evidence| evidence.revision.as_ref()))
        .and_then(|id| select::revision_named(report, id));
    let chain = revision.map(|subject| {
        view! {
            <button type="button" class="btn" data-testid="show-in-chain"
                on:click=tap(move || desk.send(crate::web::model::Msg::Jump(subject.clone())))>{words::SHOW_IN_CHAIN}</button>
        }
    });
    let place = words::join(&[&finding.file, ":", &finding.line.to_string()]);
    let place = (finding.line > 0).then(|| copy_button(desk, "quiet", "Copy file:line", place));
    view! { <div class="buttons">{steps}{chain}{place}</div> }.into_any()
}

fn about(desk: Desk, rule: &str) -> AnyView {
    let rule = rule.to_owned();
    let card = desk.read(move |model| match &model.engine {
        Engine::Ready { rules, .. } => rules.iter().find(|card| card.name == rule).cloned(),
        _ => None,
    });
    view! { {part_if(move || card.get().map(|card| rule_card(&card)))} }.into_any()
}

fn rule_card(card: &RuleCard) -> AnyView {
    let example = |title: &'static str, text: &str| {
        (!text.is_empty())
            .then(|| view! { <h4>{title}</h4><pre tabindex="0">{words::visible(text)}</pre> })
    };
    view! {
        <details class="about" data-testid="about-rule">
            <summary>{words::ABOUT_RULE}</summary>
            <p>{prose(&card.summary)}</p>
            <p>{prose(&card.why)}</p>
            <p>{prose(&card.instead)}</p>
            {example("Fires on", &card.fires)}
            {example("Silent on", &card.silent)}
        </details>
    }
    .into_any()
}
