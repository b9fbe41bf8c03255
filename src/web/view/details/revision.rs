//! A revision: who is next to it, what it changes, what was found in it.

use leptos::prelude::*;

use super::{section, way};
use crate::web::model::Subject;
use crate::web::select;
use crate::web::view::Desk;
use crate::web::view::parts::{copy_button, prose, role_badge, severity_badge, tag};
use crate::web::words;
use crate::wire::{ChainRevision, ChainView, Report};

/// Draws one revision, or the hole where it should be.
pub fn revision(desk: Desk, report: &Report, chain: usize, id: &str) -> AnyView {
    let Some(view) = report.chains.get(chain) else {
        return ().into_any();
    };
    let found: Vec<&ChainRevision> =
        view.revisions.iter().filter(|revision| revision.id == id).collect();
    if found.is_empty() {
        return hole(desk, view, chain, id);
    }
    found
        .into_iter()
        .map(|revision| one(desk, report, view, chain, revision))
        .collect::<Vec<_>>()
        .into_any()
}

fn one(
    desk: Desk,
    report: &Report,
    view: &ChainView,
    chain: usize,
    revision: &ChainRevision,
) -> AnyView {
    let title = revision.message.as_deref().unwrap_or("No message");
    let sides = [("dev", &report.audits.dev), ("prod", &report.audits.prod)];
    let here = sides
        .into_iter()
        .filter(|(_, audit)| {
            audit.as_ref().is_some_and(|audit| audit.revisions.contains(&revision.id))
        })
        .map(|(role, _)| role_badge(role));
    let mut badges: Vec<AnyView> = here.collect();
    for (on, word) in [
        (revision.is_head, "head"),
        (revision.is_base, "base"),
        (revision.is_merge_point, "merge"),
        (revision.is_branch_point, "branch point"),
    ] {
        badges.extend(on.then(|| tag(word, "")));
    }
    badges.extend(revision.labels.iter().map(|label| tag(words::visible(label), "")));
    let children: Vec<String> = view
        .revisions
        .iter()
        .filter(|other| other.down.contains(&revision.id))
        .map(|other| other.id.clone())
        .collect();
    let date =
        revision.create_date.as_ref().map(|date| words::join(&[" · ", &words::visible(date)]));
    let place = words::join(&[&words::visible(&revision.file), ":", &revision.line.to_string()]);
    view! {
        <div class="meta">{badges}</div>
        <h2>{words::visible(title)}</h2>
        <p class="mono dim sm">{words::visible(&revision.id)}{date}</p>
        <dl class="form">
            <dt>"File"</dt><dd class="mono sm wrap">{place}</dd>
            {links(desk, chain, "Parent", "Parents", &revision.down)}
            {links(desk, chain, "Child", "Children", &children)}
            {links(desk, chain, "Depends on", "Depends on", &revision.depends_on)}
        </dl>
        {problems(view, revision)}
        {section("What it changes", changes(revision))}
        {section("Findings", findings(desk, report, &revision.id))}
        <div class="buttons">{copy_button(desk, "btn", "Copy id", revision.id.clone())}</div>
    }
    .into_any()
}

fn links(
    desk: Desk,
    chain: usize,
    one: &'static str,
    many: &'static str,
    ids: &[String],
) -> Option<AnyView> {
    if ids.is_empty() {
        return None;
    }
    let link = |id: &String| {
        let subject = Subject::Revision { chain, id: id.clone() };
        let short = words::visible(words::short(id));
        view! { {way(desk, subject, view! { <code>{short}</code> }.into_any())}" " }.into_any()
    };
    let title = if ids.len() == 1 { one } else { many };
    let links: Vec<AnyView> = ids.iter().take(50).map(link).collect();
    Some(view! { <dt>{title}</dt><dd>{links}</dd> }.into_any())
}

fn problems(view: &ChainView, revision: &ChainRevision) -> Option<AnyView> {
    let about = view.problems.iter().filter(|problem| {
        problem.revision.as_ref() == Some(&revision.id)
            || problem.file.as_ref() == Some(&revision.file)
    });
    let items: Vec<AnyView> =
        about.map(|problem| view! { <li>{prose(&problem.message)}</li> }.into_any()).collect();
    (!items.is_empty())
        .then(|| section("What's wrong with it", view! { <ul class="ev">{items}</ul> }.into_any()))
}

fn changes(revision: &ChainRevision) -> AnyView {
    let changes = &revision.changes;
    let line = |class: &'static str, sign: &str, text: &str| {
        view! { <div class=class>{words::join(&[sign, " table ", &words::visible(text)])}</div> }
            .into_any()
    };
    let mut lines: Vec<AnyView> =
        changes.created.iter().map(|table| line("a", "+", table)).collect();
    lines.extend(changes.dropped.iter().map(|table| line("d", "−", table)));
    lines.extend(
        changes.renamed.iter().map(|[from, to]| line("", "~", &words::join(&[from, " → ", to]))),
    );
    let unknown = (changes.undecided > 0).then(|| {
        let said = words::count(changes.undecided, "step", "steps");
        view! { <p>{tag(words::NOT_UNDERSTOOD, "hatch")}" "{said}" whose effect wasn't worked out."</p> }
    });
    let none = (lines.is_empty() && changes.undecided == 0)
        .then(|| view! { <p class="dim">"No table is created, dropped or renamed."</p> });
    let lines = (!lines.is_empty()).then(|| view! { <div class="diff mono">{lines}</div> });
    view! { {lines}{unknown}{none} }.into_any()
}

fn findings(desk: Desk, report: &Report, id: &str) -> AnyView {
    let items: Vec<AnyView> = select::findings_of(report, id)
        .into_iter()
        .take(100)
        .map(|finding| {
            let subject = Subject::Finding(finding.id.clone());
            view! { <li>{severity_badge(finding.severity)}{way(desk, subject, prose(&finding.title))}</li> }.into_any()
        })
        .collect();
    if items.is_empty() {
        return view! { <p class="dim">"Nothing was found in it."</p> }.into_any();
    }
    view! { <ul class="found">{items}</ul> }.into_any()
}

fn hole(desk: Desk, view: &ChainView, chain: usize, id: &str) -> AnyView {
    let children: Vec<String> = view
        .revisions
        .iter()
        .filter(|revision| {
            revision.down.iter().chain(&revision.depends_on).any(|parent| parent == id)
        })
        .map(|revision| revision.id.clone())
        .collect();
    view! {
        <div class="meta">{tag("missing", "bad")}</div>
        <h2>"Not in the input"</h2>
        <p class="mono dim sm">{words::visible(id)}</p>
        <p>"Other revisions follow this one, and its file isn't here. Add it, or find out who deleted it."</p>
        <dl class="form">{links(desk, chain, "Followed by", "Followed by", &children)}</dl>
    }
    .into_any()
}
