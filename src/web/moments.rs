//! Looking closely at a revision: what it did, and the schema there. The engine is asked for one at a
//! time, so that who holds an arrow key down waits for the last one only.

use super::model::{Effect, LinkState, Model, Shared};
use crate::wire::{Moment, PartLine, Request, Response, Sign};

/// What was looked at last stays at hand.
const KEPT_MAX: usize = 24;

/// What there is to show of a revision.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    Known(Shared<Moment>),
    /// The engine is asked, or will be.
    Waiting,
    Refused(String),
    /// The report came in a link, which holds no schemas.
    NotInLink,
    /// The engine was replaced since, and has forgotten the files.
    Forgotten,
}

/// Returns what there is to show of a revision.
pub fn look_at(model: &Model, chain: usize, revision: &str) -> Look {
    if let Some(moment) = model.moments.of(chain, revision) {
        return Look::Known(moment);
    }
    if let LinkState::Received { .. } = model.link {
        return Look::NotInLink;
    }
    match &model.moments.refused {
        Some(((of, id), why)) if *of == chain && id == revision => Look::Refused(why.clone()),
        _ if model.run.remembered || model.run.waiting.is_some() => Look::Waiting,
        _ => Look::Forgotten,
    }
}

pub(super) fn look(model: &mut Model, chain: usize, revision: String) -> Vec<Effect> {
    model.moments.wanted = Some((chain, revision));
    ask(model)
}

/// Asks for what is wanted, unless it is known, refused, or something else is under way.
fn ask(model: &mut Model) -> Vec<Effect> {
    let Some((chain, revision)) = model.moments.wanted.clone() else {
        return Vec::new();
    };
    let open = look_at(model, chain, &revision) == Look::Waiting && model.run.waiting.is_none();
    if !open || model.moments.asked.is_some() {
        return Vec::new();
    }
    model.moments.requests += 1;
    // Counted down from the top, so that no run has this ticket.
    let ticket = u32::MAX - model.moments.requests;
    model.moments.asked = Some((ticket, (chain, revision.clone())));
    vec![Effect::Send { ticket, request: Request::Moment { chain, revision }, uploads: Vec::new() }]
}

pub(super) fn answered(model: &mut Model, ticket: u32, response: Response) -> Vec<Effect> {
    let moments = &mut model.moments;
    let Some((_, of)) = moments.asked.take_if(|(asked, _)| *asked == ticket) else {
        return Vec::new();
    };
    match response {
        Response::Moment(moment) => {
            if moments.kept.len() >= KEPT_MAX {
                moments.kept.remove(0);
            }
            moments.kept.push(Shared::new(moment));
        }
        Response::Refused { why } => moments.refused = Some((of, why)),
        _ => {}
    }
    ask(model)
}

/// What broke the engine once would break it again.
pub(super) fn crashed(model: &mut Model, why: &str) {
    if let Some((_, of)) = model.moments.asked.take() {
        model.moments.refused = Some((of, why.to_owned()));
    }
}

/// Returns the lines of a part that a revision touched.
pub fn touched(lines: &[PartLine]) -> impl Iterator<Item = &PartLine> {
    lines.iter().filter(|line| line.sign != Sign::Same)
}

#[cfg(test)]
#[path = "moments_tests.rs"]
mod tests;
