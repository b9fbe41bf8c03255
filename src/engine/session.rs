//! A conversation with the engine, whoever holds it: the worker, the page's thread, a test.

use crate::wire::{Input, Progress, Request, Response};

/// Remembers the last analysis and answers requests about it.
#[derive(Debug, Default)]
pub struct Session {}

impl Session {
    /// Returns a session that has analysed nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who is there: the engine's version and its rules.
    pub fn ready() -> Response {
        Response::Ready { engine: env!("CARGO_PKG_VERSION").to_owned(), rules: Vec::new() }
    }

    /// Answers one request. `inputs` are what the request's heads describe, in the same order.
    pub fn answer(
        &mut self,
        request: Request,
        inputs: Vec<Input>,
        progress: &mut dyn FnMut(Progress),
    ) -> Response {
        let total = inputs.len();
        for (done, input) in inputs.into_iter().enumerate() {
            progress(Progress { phase: "Reading".to_owned(), done, total, name: input.name });
        }
        let why = match request {
            Request::Analyze { .. } => "This build has no rules yet.",
            Request::Link => "There is no report to link to.",
        };
        Response::Refused { why: why.to_owned() }
    }
}
