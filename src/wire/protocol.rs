//! Messages between the page and the worker.
//!
//! A message is JSON; the bytes of the inputs travel beside a request as array buffers, in the order of
//! its heads. A worker announces itself with [`Response::Ready`]; what is sent earlier is lost.

use serde::{Deserialize, Serialize};

use super::{InputHead, Moment, Options, Report, RuleCard};

/// A message and the number that ties an answer to its question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticketed<T> {
    pub ticket: u32,
    pub body: T,
}

/// What the page asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Review these inputs. Their bytes travel beside the message, one buffer per head.
    Analyze { inputs: Vec<InputHead>, options: Box<Options> },
    /// The fragment of a link to the last report.
    Link,
    /// The last report, or the one in the fragment of a link, as a file of a format.
    Export { format: String, fragment: Option<String> },
    /// What a revision of the last report's chains did, and the schema there.
    Moment { chain: usize, revision: String },
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// The worker is there, and these are its rules.
    Ready {
        engine: String,
        rules: Vec<RuleCard>,
    },
    Progress(Progress),
    Report(Box<Report>),
    /// What follows `#` in a link to the last report, or why there is none.
    Link {
        fragment: String,
    },
    Moment(Moment),
    /// A file to keep.
    Export {
        name: String,
        text: String,
    },
    Refused {
        why: String,
    },
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// "Opening", "Reading", "Rebuilding the chain", "Judging".
    pub phase: String,
    pub done: usize,
    pub total: usize,
    /// The document or revision at hand.
    pub name: String,
}
