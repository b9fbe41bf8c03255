//! What rules about deploys ask of a way.

use crate::engine::case::{Case, DeployStep, DeployWay, Does, Runs};
use crate::engine::facts::{Deed, Host, Phase};
use crate::wire::{Certainty, Severity};

use super::Note;

/// Returns the steps that do something, with their place on the way.
pub fn doing(way: &DeployWay, does: Does) -> impl Iterator<Item = (usize, &DeployStep)> {
    way.steps.iter().enumerate().filter(move |(_, step)| step.does == does)
}

/// Returns whether a step puts new code to work.
pub fn is_start(step: &DeployStep) -> bool {
    matches!(step.does, Does::Serve | Does::Deploy)
}

/// Returns whether anything runs migrations before the new code: a step of any way, or the program itself.
pub fn migrates(case: &Case) -> bool {
    let in_way = case.deploy_ways().iter().flat_map(|way| &way.steps).any(|step| {
        step.does == Does::Migrate
            && !matches!(step.runs, Runs::Never { .. })
            && step.phase != Phase::Build
    });
    in_way || case.facts.seen.iter().any(|seen| matches!(seen.what, Deed::Upgrade(_)))
}

/// Gives a note the weight that it has where nothing says that the project has migrations at all.
pub fn weighed(case: &Case, way: &DeployWay, note: Note) -> Note {
    if !way.missing.is_empty() {
        return note.severity(Severity::Warning).certainty(Certainty::Unverified);
    }
    // An image or a script may be one step of a deploy whose other steps are not here.
    let part = matches!(way.host, Host::Compose | Host::Docker | Host::Shell);
    let certain = !case.chains.is_empty() && !part;
    match certain {
        true => note,
        false => note.severity(Severity::Warning).certainty(Certainty::Likely),
    }
}
