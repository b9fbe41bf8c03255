//! Messages between the page and the worker.
//!
//! A message is JSON; the bytes of the inputs travel beside a request as array buffers, in the order of
//! its heads. A worker announces itself with [`Response::Ready`]; what is sent earlier is lost.
//!
//! A page whose engine was replaced hands the message with the last report back, as it came; there is no
//! answer to that.

use serde::{Deserialize, Serialize};

use super::{Block, InputHead, Options, Report};

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
    /// The last report, or the one in the fragment of a link, as a file of a format.
    Export { format: String, fragment: Option<String> },
    /// What a place of the page shows, by its address. Of the last report, or of the one in the fragment of a
    /// link.
    View { at: String, fragment: Option<String> },
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// The worker is there, with so many rules.
    Ready {
        engine: String,
        rules: usize,
    },
    Progress(Progress),
    Report(Box<Report>),
    View(Vec<Block>),
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
