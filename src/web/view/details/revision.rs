//! A revision: who is next to it, what it changes, what was found in it.

use crate::web::view::dom::{View, el};

use super::moment::moment;
use super::{section, way};
use crate::web::model::Subject;
use crate::web::select;
use crate::web::view::Desk;
use crate::web::view::parts::{copy_button, prose, role_badge, severity_badge, tag};
use crate::web::words;
use crate::wire::{ChainRevision, ChainView, Report};

/// Draws one revision, or the hole where it should be.
pub fn revision(desk: Desk, report: &Report, chain: usize, id: &str) -> View {
    let Some(view) = report.chains.get(chain) else {
        return View::none();
    };
    let found: Vec<&ChainRevision> =
        view.revisions.iter().filter(|revision| revision.id == id).collect();
    if found.is_empty() {
        return hole(desk, view, chain, id);
    }
    found.into_iter().map(|revision| one(desk, report, view, chain, revision)).collect::<View>()
}

fn one(
    desk: Desk,
    report: &Report,
    view: &ChainView,
    chain: usize,
    revision: &ChainRevision,
) -> View {
    let title = revision.message.as_deref().unwrap_or("No message");
    let sides = [("dev", &report.audits.dev), ("prod", &report.audits.prod)];
    let here = sides
        .into_iter()
        .filter(|(_, audit)| {
            audit.as_ref().is_some_and(|audit| audit.revisions.contains(&revision.id))
        })
        .map(|(role, _)| role_badge(role));
    let mut badges: Vec<View> = here.collect();
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
    View::none()
        .with(el("div.meta").with(badges))
        .with(el("h2").with(words::visible(title)))
        .with(el("p.mono dim sm").with(words::visible(&revision.id)).with(date))
        .with(
            el("dl.form")
                .with(el("dt").with("File"))
                .with(el("dd.mono sm wrap").with(place))
                .with(links(desk, chain, "Parent", "Parents", &revision.down))
                .with(links(desk, chain, "Child", "Children", &children))
                .with(links(desk, chain, "Depends on", "Depends on", &revision.depends_on)),
        )
        .with(problems(view, revision))
        .with(moment(desk, chain, revision))
        .with(section("Findings", findings(desk, report, &revision.id)))
        .with(el("div.buttons").with(copy_button(desk, "btn", "Copy id", revision.id.clone())))
}

fn links(
    desk: Desk,
    chain: usize,
    one: &'static str,
    many: &'static str,
    ids: &[String],
) -> Option<View> {
    if ids.is_empty() {
        return None;
    }
    let link = |id: &String| {
        let subject = Subject::Revision { chain, id: id.clone() };
        let short = words::visible(words::short(id));
        View::none().with(way(desk, subject, el("code").with(short))).with(" ")
    };
    let title = if ids.len() == 1 { one } else { many };
    let links: Vec<View> = ids.iter().take(50).map(link).collect();
    Some(View::none().with(el("dt").with(title)).with(el("dd").with(links)))
}

fn problems(view: &ChainView, revision: &ChainRevision) -> Option<View> {
    let about = view.problems.iter().filter(|problem| {
        problem.revision.as_ref() == Some(&revision.id)
            || problem.file.as_ref() == Some(&revision.file)
    });
    let items: Vec<View> = about.map(|problem| el("li").with(prose(&problem.message))).collect();
    (!items.is_empty()).then(|| section("What's wrong with it", el("ul.ev").with(items)))
}

fn findings(desk: Desk, report: &Report, id: &str) -> View {
    let items: Vec<View> = select::findings_of(report, id)
        .into_iter()
        .take(100)
        .map(|finding| {
            let subject = Subject::Finding(finding.id.clone());
            el("li").with(severity_badge(finding.severity)).with(way(
                desk,
                subject,
                prose(&finding.title),
            ))
        })
        .collect();
    if items.is_empty() {
        return el("p.dim").with("Nothing was found in it.");
    }
    el("ul.found").with(items)
}

fn hole(desk: Desk, view: &ChainView, chain: usize, id: &str) -> View {
    let children: Vec<String> = view
        .revisions
        .iter()
        .filter(|revision| {
            revision.down.iter().chain(&revision.depends_on).any(|parent| parent == id)
        })
        .map(|revision| revision.id.clone())
        .collect();
    View::none().with(el("div.meta").with(tag("missing", "bad"))).with(el("h2").with("Not in the input")).with(el("p.mono dim sm").with(words::visible(id))).with(el("p").with("Other revisions follow this one, and its file isn't here. Add it, or find out who deleted it.")).with(el("dl.form").with(links(desk, chain, "Followed by", "Followed by", &children)))
}
