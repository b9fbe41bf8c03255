//! A conversation with the engine, whoever holds it: the worker, the page's thread, a test.
//!
//! In: [`Request`]s, with the bytes of their inputs.
//! Out: [`Response`]s.
//! Never: how messages travel.

use std::ops::ControlFlow;

use crate::wire::share::{self, Location};
use crate::wire::{Input, Progress, Report, Request, Response};

use super::crew::Alone;
use super::pipeline::{self, Analysis};
use super::rules;

/// Remembers the last report and answers requests about it.
#[derive(Debug, Default)]
pub struct Session {
    last: Option<(Analysis, Report)>,
}

impl Session {
    /// Returns a session that has reviewed nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who is there: the engine's version and its rules.
    pub fn ready() -> Response {
        Response::Ready { engine: env!("CARGO_PKG_VERSION").to_owned(), rules: rules::rule_cards() }
    }

    /// Answers one request. `inputs` are what the request's heads describe, in the same order.
    pub fn answer(
        &mut self,
        request: Request,
        inputs: Vec<Input>,
        progress: &mut dyn FnMut(Progress),
    ) -> Response {
        match request {
            Request::Analyze { options, .. } => {
                let mut watch = |at| {
                    progress(at);
                    ControlFlow::Continue(())
                };
                let ControlFlow::Continue(analysis) =
                    pipeline::analyze(inputs, &options, &Alone, &mut watch)
                else {
                    return Response::Refused { why: "The review was stopped.".to_owned() };
                };
                let report = analysis.report();
                self.last = Some((analysis, report.clone()));
                Response::Report(Box::new(report))
            }
            Request::Link => match &self.last {
                None => Response::Refused { why: "There is no report to link to.".to_owned() },
                Some((_, report)) => match share::encode(report, &Location::Verdict) {
                    Ok(fragment) => Response::Link { fragment },
                    Err(too_long) => Response::Refused { why: too_long.text() },
                },
            },
            Request::Moment { chain, revision } => {
                let moment =
                    self.last.as_ref().and_then(|(it, _)| it.reading.moment(chain, &revision));
                match moment {
                    Some(moment) => Response::Moment(moment),
                    None => Response::Refused {
                        why: "There is no schema to show for that revision.".to_owned(),
                    },
                }
            }
        }
    }
}
