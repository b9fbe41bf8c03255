//! Tests only: a report to look at, and short ways to make the page do things.

use super::model::{Effect, Model, Msg, Offer};
use super::update::update;
use crate::wire::{Report, Response};

/// A report with a little of everything.
pub fn report() -> Report {
    serde_json::from_str(include_str!("../../tests/fixtures/report.json")).expect("a report")
}

/// Feeds messages, one after the other, and returns the effects of the last.
pub fn feed(model: &mut Model, msgs: impl IntoIterator<Item = Msg>) -> Vec<Effect> {
    msgs.into_iter().fold(Vec::new(), |_, msg| update(model, msg))
}

/// The engine says that it is there.
pub fn ready() -> Msg {
    Msg::EngineReady { version: "0.1.0".to_owned(), rules: 132 }
}

/// One file, numbered as the browser would.
pub fn file(id: u32, path: &str) -> Msg {
    let offer = Offer { id, path: path.to_owned(), bytes: 100 };
    Msg::Offered { offers: vec![offer], left_out: Vec::new() }
}

/// The engine's answer to a ticket.
pub fn answer(ticket: u32) -> Msg {
    Msg::EngineAnswer(ticket, Box::new(Response::Report(Box::new(report()))))
}

/// A page that shows [`report`].
pub fn reviewed() -> Model {
    let mut model = Model::default();
    feed(&mut model, [ready(), file(1, "plan.txt"), answer(1)]);
    model
}
