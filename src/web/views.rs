//! What the engine composes for the page: panels, and things looked at closely, each by its address. The engine
//! is asked for one at a time, the last wanted first, so that who holds an arrow key down waits for the last one
//! only.

use super::model::{Effect, LinkState, Model, Shared};
use crate::wire::{Block, Request, Response};

/// What was looked at last stays at hand.
const KEPT_MAX: usize = 24;
/// Places that are looked at: a panel, what stands beside it, what lies under a field, and one more while they
/// change.
const WANTED_MAX: usize = 4;

/// What the engine composed, of the report on screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Views {
    /// By address, the latest last.
    pub kept: Vec<(String, Shared<Vec<Block>>)>,
    /// What is looked at, the latest last.
    pub wanted: Vec<String>,
    /// The request that is under way, and for what.
    pub asked: Option<(u32, String)>,
    /// What the engine could not tell, and why.
    pub refused: Vec<(String, String)>,
    /// Requests so far.
    pub requests: u32,
}

/// What there is to show of a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    Known(Shared<Vec<Block>>),
    /// The engine is asked, or will be.
    Waiting,
    Refused(String),
}

/// Returns what there is to show of a place.
pub fn look_at(model: &Model, at: &str) -> Look {
    if let Some((_, blocks)) = model.views.kept.iter().find(|(of, _)| of == at) {
        return Look::Known(blocks.clone());
    }
    match model.views.refused.iter().find(|(of, _)| of == at) {
        Some((_, why)) => Look::Refused(why.clone()),
        None => Look::Waiting,
    }
}

pub(super) fn look(model: &mut Model, at: String) -> Vec<Effect> {
    let wanted = &mut model.views.wanted;
    wanted.retain(|other| *other != at);
    wanted.push(at);
    if wanted.len() > WANTED_MAX {
        wanted.remove(0);
    }
    ask(model)
}

/// Asks for what is wanted, unless it is known, refused, or something else is under way.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    if model.views.asked.is_some() || model.run.waiting.is_some() || model.report.is_none() {
        return Vec::new();
    }
    let is_open = |at: &String| look_at(model, at) == Look::Waiting;
    let Some(at) = model.views.wanted.iter().rev().find(|at| is_open(at)).cloned() else {
        return Vec::new();
    };
    model.views.requests += 1;
    // Counted down from the top, so that no run has this ticket.
    let ticket = u32::MAX - model.views.requests;
    model.views.asked = Some((ticket, at.clone()));
    let fragment = match &model.link {
        LinkState::Received { fragment } => Some(fragment.clone()),
        _ => None,
    };
    vec![Effect::Send { ticket, request: Request::View { at, fragment }, uploads: Vec::new() }]
}

pub(super) fn answered(model: &mut Model, ticket: u32, response: Response) -> Vec<Effect> {
    let views = &mut model.views;
    let Some((_, of)) = views.asked.take_if(|(asked, _)| *asked == ticket) else {
        return Vec::new();
    };
    match response {
        Response::View(blocks) => {
            if views.kept.len() >= KEPT_MAX {
                views.kept.remove(0);
            }
            views.kept.push((of, Shared::new(blocks)));
        }
        Response::Refused { why } => views.refused.push((of, why)),
        _ => {}
    }
    ask(model)
}

/// What broke the engine once would break it again.
pub(super) fn crashed(model: &mut Model, why: &str) {
    if let Some((_, of)) = model.views.asked.take() {
        model.views.refused.push((of, why.to_owned()));
    }
}

#[cfg(test)]
#[path = "views_tests.rs"]
mod tests;
