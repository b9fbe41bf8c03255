//! A conversation with the engine, whoever holds it: the worker, the page's thread, a test.
//!
//! In: [`Request`]s, with the bytes of their inputs.
//! Out: [`Response`]s.
//! Never: how messages travel.

use std::ops::ControlFlow;

use crate::wire::share::{self, Location};
use crate::wire::{Input, Progress, Report, Request, Response, RuleCard, Status, redact};

use super::crew::Alone;
use super::pipeline::{self, Analysis};
use super::rules;

/// Characters of a head's id in the name of a file.
const HEAD_CHARS: usize = 8;

/// How the names of scripts begin among those of formats.
const SCRIPT: &str = "collect-";

/// Remembers the last report and answers requests about it.
#[derive(Debug, Default)]
pub struct Session {
    last: Option<(Analysis, Report)>,
    write: Option<Write>,
}

/// Writes a report as a file of a format: the ending of its name, and its text. Lent by whoever opens the
/// session, since the engine knows no formats.
pub type Write = fn(&str, &Report, &[RuleCard]) -> Option<(&'static str, String)>;

impl Session {
    /// Returns a session that has reviewed nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a session that can write files.
    pub fn writing(write: Write) -> Self {
        Self { last: None, write: Some(write) }
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
            Request::Export { format, fragment } => match self.export(&format, fragment) {
                Ok((name, text)) => Response::Export { name, text },
                Err(why) => Response::Refused { why: why.to_owned() },
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

    /// The name and the text of a file.
    fn export(
        &self,
        format: &str,
        fragment: Option<String>,
    ) -> Result<(String, String), &'static str> {
        // What needs no report has a name of its own.
        if format.starts_with(SCRIPT) {
            let written =
                self.write.and_then(|write| write(format, &Report::withheld(Status::Unknown), &[]));
            let (ending, text) = written.ok_or("There is no such script.")?;
            return Ok((format!("retort-{format}.{ending}"), text));
        }
        let report = match (fragment, &self.last) {
            (Some(fragment), _) => {
                share::decode(&fragment).map_err(|_| "The link can't be read.")?.report
            }
            (None, Some((_, report))) => report.clone(),
            (None, None) => return Err("There is no report to write. Run the review again."),
        };
        let report = redact::report(&report);
        let write = self.write.ok_or("Nothing can be written here.")?;
        let (ending, text) =
            write(format, &report, &rules::rule_cards()).ok_or("There is no such format.")?;
        let heads = report.chains.iter().flat_map(|chain| &chain.heads);
        let head: String = heads.take(1).flat_map(|id| id.chars()).take(HEAD_CHARS).collect();
        let head: String = head.chars().filter(char::is_ascii_alphanumeric).collect();
        let dash = if head.is_empty() { "" } else { "-" };
        Ok((format!("retort-{}{dash}{head}.{ending}", report.verdict.status.word()), text))
    }
}
