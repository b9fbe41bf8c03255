//! A finding: where it is, how Retort knows, what to do instead.

use crate::web::view::dom::{View, button, el, part_if};

use super::{section, way};
use crate::web::model::{Engine, Subject};
use crate::web::select;
use crate::web::view::Desk;
use crate::web::view::parts::{code_line, copy_button, excerpt, prose, severity_badge, tag};
use crate::web::words;
use crate::wire::{Certainty, Evidence, FindingRow, Remedy, RemedyStep, Report, RuleCard};

/// Draws one finding.
pub fn finding(desk: Desk, report: &Report, id: &str) -> View {
    let Some(finding) = report.findings.iter().find(|finding| finding.id == id) else {
        return View::none();
    };
    let sure = match finding.certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely: rests on a stated assumption",
        Certainty::Unverified => "unverified: part of it couldn't be resolved",
    };
    let history = (!finding.pending).then(|| tag("History", ""));
    let suppressed = finding.suppressed.as_ref().map(|suppressed| {
        let until = suppressed.until.as_ref().map(|until| words::join(&[" Until ", until, "."]));
        el("p.dim").with("Suppressed: ").with(words::visible(&suppressed.reason)).with(until)
    });
    View::none()
        .with(
            el("div.meta")
                .with(severity_badge(finding.severity))
                .with(history)
                .with(el("span.dim sm").with(finding.rule.clone()).with(" · ").with(sure)),
        )
        .with(el("h2").with(prose(&finding.title)))
        .with(suppressed)
        .with(excerpt(finding).unwrap_or_else(|| place(finding)))
        .with(knows(desk, report, finding))
        .with(instead(desk, &finding.remedy))
        .with(buttons(desk, report, finding))
        .with(about(desk, &finding.rule))
}

/// Stands where a link left the excerpt out.
fn place(finding: &FindingRow) -> View {
    if finding.file.is_empty() {
        return View::none();
    }
    el("p.mono dim").with(select::finding_place(finding))
}

fn knows(desk: Desk, report: &Report, finding: &FindingRow) -> Option<View> {
    let mut items: Vec<View> =
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
        items.push(el("li").with("It is about ").with(objects.join(", ")).with("."));
    }
    Some(section(words::KNOWS, el("ul.ev").with(items)))
}

fn evidence(desk: Desk, report: &Report, evidence: &Evidence) -> View {
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
    el("li").with(text).with(el("span.dim sm mono").with(place))
}

fn instead(desk: Desk, remedy: &Remedy) -> Option<View> {
    if remedy.summary.is_empty() && remedy.steps.is_empty() {
        return None;
    }
    let summary = (!remedy.summary.is_empty()).then(|| el("p").with(prose(&remedy.summary)));
    let steps: Vec<View> = remedy.steps.iter().map(|step| remedy_step(desk, step)).collect();
    let patches: Vec<View> = remedy
        .patches
        .iter()
        .map(|patch| {
            el("details.patch")
                .with(el("summary.mono").with(words::visible(&patch.file)))
                .with(el("pre").attr("tabindex", "0").with(words::visible(&patch.content)))
                .with(copy_button(desk, "btn", "Copy the file", patch.content.clone()))
        })
        .collect();
    let body = View::none().with(summary).with(el("ol.fix").with(steps)).with(patches);
    Some(section(words::INSTEAD, body))
}

fn remedy_step(desk: Desk, step: &RemedyStep) -> View {
    let code = step.code.as_deref().map(|code| {
        if code.contains('\n') {
            View::none()
                .with(el("pre").attr("tabindex", "0").with(words::visible(code)))
                .with(copy_button(desk, "btn", words::COPY, code.to_owned()))
        } else {
            code_line(desk, code)
        }
    });
    el("li").with(el("span").with(prose(&step.text))).with(code)
}

fn buttons(desk: Desk, report: &Report, finding: &FindingRow) -> View {
    let steps = (!finding.remedy.steps.is_empty()).then(|| {
        copy_button(desk, "btn primary", words::COPY_STEPS, select::steps_as_text(&finding.remedy))
    });
    let revision = finding
        .revision
        .as_ref()
        .or_else(|| finding.evidence.iter().find_map(|evidence| evidence.revision.as_ref()))
        .and_then(|id| select::revision_named(report, id));
    let chain = revision.map(|subject| {
        button("btn")
            .test("show-in-chain")
            .tap(move || desk.send(crate::web::model::Msg::Jump(subject.clone())))
            .with(words::SHOW_IN_CHAIN)
    });
    let place = words::join(&[&finding.file, ":", &finding.line.to_string()]);
    let place = (finding.line > 0).then(|| copy_button(desk, "quiet", "Copy file:line", place));
    el("div.buttons").with(steps).with(chain).with(place)
}

fn about(desk: Desk, rule: &str) -> View {
    let rule = rule.to_owned();
    let card = desk.read(move |model| match &model.engine {
        Engine::Ready { rules, .. } => rules.iter().find(|card| card.name == rule).cloned(),
        _ => None,
    });
    part_if(move || card.get().map(|card| rule_card(&card)))
}

fn rule_card(card: &RuleCard) -> View {
    let example = |title: &'static str, text: &str| {
        (!text.is_empty()).then(|| {
            View::none()
                .with(el("h4").with(title))
                .with(el("pre").attr("tabindex", "0").with(words::visible(text)))
        })
    };
    el("details.about")
        .test("about-rule")
        .with(el("summary").with(words::ABOUT_RULE))
        .with(el("p").with(prose(&card.summary)))
        .with(el("p").with(prose(&card.why)))
        .with(el("p").with(prose(&card.instead)))
        .with(example("Fires on", &card.fires))
        .with(example("Silent on", &card.silent))
}
