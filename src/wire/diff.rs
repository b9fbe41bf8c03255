//! What two schemas have apart, as `retort diff` prints it.

use serde::{Deserialize, Serialize};

use super::ObjectRef;

/// Everything that one comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiffView {
    pub version: u32,
    pub dialect: String,
    pub from: EndView,
    pub to: EndView,
    /// Nothing differs but the order of columns, and nothing is undecided.
    pub same: bool,
    pub counts: DiffCounts,
    /// By table, then types, sequences, views, extensions.
    pub differences: Vec<DifferenceView>,
    /// What may be one thing under two names; both stand among the differences as well.
    pub renames: Vec<RenameView>,
    /// What is neither the same nor different, with what either side left undecided.
    pub undecided: Vec<UndecidedDifference>,
    /// From the first to the second.
    pub way: WayView,
    /// Back again, from where the way leads.
    pub back: WayView,
    pub revision: RevisionHead,
}

/// One side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndView {
    /// As it was asked for.
    pub name: String,
    /// What it was read from: "revisions", "SQL", "an audit summary"…
    pub what: String,
    /// The revisions it stands at; empty where it is no replayed chain, or stands before the first.
    pub at: Vec<String>,
    pub tables: usize,
}

/// How many of each; the order of columns is no drift and counted by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiffCounts {
    pub added: usize,
    pub removed: usize,
    pub changed: usize,
    pub renamed: usize,
    pub reordered: usize,
    pub undecided: usize,
}

impl DiffCounts {
    /// Returns the number of differences, the order of columns left out.
    pub fn total(&self) -> usize {
        self.added + self.removed + self.changed + self.renamed
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceView {
    pub object: ObjectRef,
    pub kind: DifferenceKind,
    /// Of a changed column: `type`, `nullable`, `default`, `identity`, `generated`, `collation`, `comment`.
    #[serde(default)]
    pub aspect: Option<String>,
    /// As SQL has it; null where there was nothing.
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub after: Option<String>,
    /// False when something that was not understood could make it untrue.
    #[serde(default)]
    pub certain: bool,
    /// Revisions that did this, oldest first, where a side is a chain.
    #[serde(default)]
    pub causes: Vec<CauseView>,
    /// Of a table or column that is gone: what depends on it on the first side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependents: Vec<ObjectRef>,
}

/// How two sides differ in one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DifferenceKind {
    Added,
    Removed,
    Changed,
    Renamed,
    /// The columns stand in another order.
    Reordered,
}

impl DifferenceKind {
    /// The word used in JSON and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
            Self::Reordered => "reordered",
        }
    }

    /// The sign in front of it, so that colour is not needed.
    pub fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
            Self::Renamed => '>',
            Self::Reordered => '=',
        }
    }
}

/// A step of a revision that had a part in a difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CauseView {
    pub revision: String,
    pub file: Option<String>,
    /// 1-based.
    pub line: usize,
    /// In a few words.
    pub what: String,
}

/// A guess that two names mean one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameView {
    /// Under its new name.
    pub object: ObjectRef,
    pub from: String,
    /// `likely` or `possible`.
    pub likelihood: String,
    pub reason: String,
}

/// Something that nobody can say.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct UndecidedDifference {
    /// `from`, `to`, `both` where it is the same step of the same revision, or null where it takes both
    /// sides to see it.
    pub side: Option<String>,
    /// Names between backticks.
    pub what: String,
    pub revision: Option<String>,
    pub file: Option<String>,
    /// 1-based; 0 where there is no place.
    pub line: usize,
    /// Tables; `*` could be anything.
    pub affects: Vec<String>,
}

/// Steps that take one schema to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WayView {
    /// In the order in which they run; what loses something comes last.
    pub steps: Vec<WayStep>,
    /// Those that lose something, where nobody asked for them.
    pub left_out: Vec<WayStep>,
    /// Differences that no step removes.
    pub missing: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WayStep {
    /// In a few words; names between backticks.
    pub summary: String,
    /// Statements without their semicolons.
    pub sql: Vec<String>,
    /// Lines of an Alembic function.
    pub python: Vec<String>,
    /// What is gone afterwards; null when nothing is.
    pub loses: Option<String>,
    /// What to know before running it.
    pub note: Option<String>,
}

/// The head of an Alembic revision that goes the way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RevisionHead {
    pub id: String,
    /// The revisions it follows; empty where the first side is no chain.
    pub down: Vec<String>,
    pub message: String,
    /// Import lines beside those of `op` and `sa`.
    pub imports: Vec<String>,
}
