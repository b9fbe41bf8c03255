//! The report as a file: the engine writes it, and the browser keeps it.

use super::model::{Effect, LinkState, Model, Notice};
use super::{views, words};
use crate::wire::{Request, Response};

/// Asks for a file. A received report has done without the engine so far, so its link goes along.
pub fn ask(model: &mut Model, format: &str) -> Vec<Effect> {
    let fragment = match &model.link {
        LinkState::Received { fragment } => Some(fragment.clone()),
        _ => None,
    };
    model.run.ticket += 1;
    let ticket = model.run.ticket;
    model.saving = Some(ticket);
    let request = Request::Export { format: format.to_owned(), fragment };
    vec![Effect::Send { ticket, request, uploads: Vec::new() }]
}

/// Takes the answer, or leaves it to whoever asked.
pub fn answered(model: &mut Model, ticket: u32, response: Response) -> Vec<Effect> {
    match response {
        Response::Export { name, text } if model.saving == Some(ticket) => {
            model.saving = None;
            vec![Effect::Save { name, text }]
        }
        Response::Refused { why } if model.saving == Some(ticket) => {
            model.saving = None;
            let title = words::REFUSED.to_owned();
            model.notice = Some(Notice { title, text: why, action: None });
            Vec::new()
        }
        other => views::answered(model, ticket, other),
    }
}
