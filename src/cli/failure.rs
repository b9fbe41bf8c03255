//! Why a command could not do what was asked: what happened, and the next step.

use crate::renderers::visible::visible;

/// Ends a command with exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Something typed makes no sense.
    Misuse { what: String, next: String },
    /// A file or folder could not be read.
    Unreadable { path: String, why: String, next: String },
    /// More than a run takes.
    TooMuch { path: String, what: String, next: String },
    /// The run was stopped before it had an answer.
    Stopped,
    /// Standard output could not be written.
    Output { why: String },
}

impl Failure {
    /// Returns the two lines shown.
    pub fn text(&self) -> String {
        let (what, next) = match self {
            Self::Misuse { what, next } => (what.clone(), next.as_str()),
            Self::Unreadable { path, why, next } => {
                (format!("Can't read {path}: {why}."), next.as_str())
            }
            Self::TooMuch { path, what, next } => (format!("{path}: {what}."), next.as_str()),
            Self::Stopped => ("Stopped before the review was done.".to_owned(), "Run it again."),
            Self::Output { why } => (
                format!("Can't write the result: {why}."),
                "Check the disk, or what standard output is connected to.",
            ),
        };
        format!("retort: {}\n  {}", visible(&what), visible(next))
    }
}
