//! What happens to the inputs: taken, removed, renamed, decided about.

use super::model::{
    Effect, Layer, LeftOut, LinkState, Model, Offer, Run, SampleId, Subject, Upload,
};
use super::update::{start, stop_engine};
use super::views::Views;
use super::{intake, select, words};
use crate::ordered::Set;
use crate::wire::{Override, Role};

pub(super) fn offered(
    model: &mut Model,
    offers: Vec<Offer>,
    left_out: Vec<LeftOut>,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    let adds_to_something_else =
        model.link != LinkState::None || (model.sample.is_some() && !model.uploads.is_empty());
    if adds_to_something_else {
        let came = std::mem::take(&mut model.link);
        effects = clear(model);
        if let LinkState::Received { fragment } = came {
            model.against = Some(fragment);
        }
    }
    model.run.due |= !offers.is_empty();
    let added = named(&model.uploads, &offers);
    model.uploads.extend(added);
    model.notice = select::left_out_notice(&left_out);
    model.left_out.extend(left_out);
    if model.layer == Some(Layer::AddInput) {
        model.layer = None;
    }
    if model.run.due {
        effects.extend(start(model));
    }
    effects
}

/// Gives what is offered names that nothing else has.
fn named(uploads: &[Upload], offers: &[Offer]) -> Vec<Upload> {
    let mut taken: Set<&str> = uploads.iter().map(|upload| upload.name.as_str()).collect();
    // Names that were made up here: hardly ever any.
    let mut made: Vec<String> = Vec::new();
    let mut added = Vec::with_capacity(offers.len());
    for offer in offers {
        let path = if offer.path.is_empty() { "pasted text" } else { offer.path.as_str() };
        let name = intake::unique(path, |name| {
            taken.contains(name) || made.iter().any(|other| other == name)
        });
        if name != path {
            made.push(name.clone());
        }
        taken.insert(path);
        added.push(Upload { id: offer.id, name, bytes: offer.bytes });
    }
    added
}

pub(super) fn open_sample(model: &mut Model, sample: SampleId) -> Vec<Effect> {
    let mut effects = clear(model);
    model.sample = Some(sample);
    effects.push(Effect::LoadSample(sample));
    effects
}

pub(super) fn remove(model: &mut Model, path: String) -> Vec<Effect> {
    let Some(at) = model.uploads.iter().position(|upload| upload.name == path) else {
        return decide(model, path, |decision| decision.exclude = true);
    };
    let upload = model.uploads.remove(at);
    model.decisions.retain(|decision| decision.path != path);
    if model.selected == Some(Subject::Input(path)) {
        model.selected = None;
    }
    let mut effects = vec![Effect::Forget(vec![upload.id])];
    if model.uploads.is_empty() {
        effects.extend(start_over(model));
    } else {
        effects.extend(start(model));
    }
    effects
}

pub(super) fn edited(model: &mut Model, path: &str, id: u32, bytes: usize) -> Vec<Effect> {
    let Some(upload) = model.uploads.iter_mut().find(|upload| upload.name == path) else {
        return Vec::new();
    };
    let mut effects = vec![Effect::Forget(vec![upload.id])];
    (upload.id, upload.bytes) = (id, bytes);
    effects.extend(start(model));
    effects
}

/// Takes a file that Retort proposed, to see what becomes of the verdict.
pub(super) fn give(model: &mut Model, offer: Offer) -> Vec<Effect> {
    model.before = model.report.as_ref().map(|it| words::plain(&it.verdict.headline));
    match model.uploads.iter().find(|upload| upload.name == offer.path) {
        Some(_) => edited(model, &offer.path, offer.id, offer.bytes),
        None => {
            model.uploads.push(Upload { id: offer.id, name: offer.path, bytes: offer.bytes });
            start(model)
        }
    }
}

pub(super) fn rename(model: &mut Model, path: String, name: &str) -> Vec<Effect> {
    let name = name.trim();
    let rename = (!name.is_empty() && name != path).then(|| name.to_owned());
    decide(model, path, |decision| decision.rename = rename)
}

/// Dev and prod are one document each; who gets the role takes it from whoever was given it before.
pub(super) fn set_role(model: &mut Model, path: String, role: Option<Role>) -> Vec<Effect> {
    if matches!(role, Some(Role::Dev | Role::Prod)) {
        for decision in model.decisions.iter_mut().filter(|decision| decision.path != path) {
            decision.role = decision.role.filter(|_| decision.role != role);
        }
        model.decisions.retain(|decision| *decision != undecided(&decision.path));
    }
    decide(model, path, |decision| decision.role = role)
}

pub(super) fn decide(
    model: &mut Model,
    path: String,
    change: impl FnOnce(&mut Override),
) -> Vec<Effect> {
    let decisions = &mut model.decisions;
    let undecided = undecided(&path);
    let at = decisions.iter().position(|decision| decision.path == undecided.path);
    let before = at.map_or_else(|| undecided.clone(), |at| decisions.remove(at));
    let mut after = before.clone();
    change(&mut after);
    let changed = after != before;
    if after != undecided {
        decisions.insert(at.unwrap_or(decisions.len()), after);
    }
    if changed { start(model) } else { Vec::new() }
}

fn undecided(path: &str) -> Override {
    Override { path: path.to_owned(), ..Override::default() }
}

pub(super) fn start_over(model: &mut Model) -> Vec<Effect> {
    let mut effects = clear(model);
    effects.push(Effect::WriteAddress { fragment: String::new(), push: true });
    effects.push(Effect::Focus("paste"));
    effects
}

/// Puts everything away but the engine and the person's preferences.
pub(super) fn clear(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.run.waiting.is_some() {
        effects.extend(stop_engine(model));
    }
    let forgotten = model.uploads.iter().map(|upload| upload.id).collect();
    effects.push(Effect::Forget(forgotten));
    effects.push(Effect::StartEngine);
    *model = Model {
        engine: model.engine.clone(),
        theme: model.theme,
        letters_off: model.letters_off,
        run: Run { ticket: model.run.ticket, ..Run::default() },
        views: Views { requests: model.views.requests, ..Views::default() },
        ..Model::default()
    };
    effects
}
