//! `retort guard`: the same review as `check`, and only a pass lets a deploy through.

use super::{Command, check};
use crate::cli::args::Check;
use crate::cli::failure::Failure;
use crate::cli::{Io, Outcome};
use crate::wire::{Report, Settings, Status};

/// The row of the catalogue.
pub const COMMAND: Command =
    Command { name: "guard", title: "judge, and let nothing but a pass through" };

/// Runs the command.
pub fn run(args: &Check, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    check::judged(args, io, outcome)
}

/// What the exit code says: 0 on pass only.
fn outcome(report: &Report, _settings: &Settings) -> Outcome {
    match report.verdict.status {
        Status::Pass => Outcome::Clear,
        Status::Warn | Status::Unknown | Status::Fail => Outcome::Findings,
    }
}

/// A sentence as a line of its own, names without their backticks.
pub(super) fn line(sentence: &str) -> String {
    let mut line = crate::renderers::visible::visible(&sentence.replace('`', ""));
    line.push('\n');
    line
}
