//! A revision as a moment of a database: the schema it leaves, marked with what it changed.

use serde::{Deserialize, Serialize};

use super::ObjectKind;
use super::schema::{OriginView, UndecidedView};

/// The schema after a revision, and what the revision took out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Index into the report's chains.
    pub chain: usize,
    pub revision: String,
    /// Tables by name, then types, views, sequences and extensions.
    pub parts: Vec<Part>,
    /// What is not known of the schema there, in the order in which it happens.
    pub undecided: Vec<UndecidedView>,
}

/// A table, or something beside the tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub kind: ObjectKind,
    pub name: String,
    pub sign: Sign,
    /// There may be more in it than is listed here.
    #[serde(default)]
    pub open: bool,
    /// The step that made it, or changed it as a whole, last.
    #[serde(default)]
    pub origin: Option<OriginView>,
    /// Columns in their order, then keys, checks and indexes; what was removed stands after what it stood
    /// beside.
    pub lines: Vec<PartLine>,
}

/// A column, a constraint, an index: one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartLine {
    pub sign: Sign,
    pub text: String,
    /// What it was before it was changed.
    #[serde(default)]
    pub was: Option<String>,
    /// The step that touched it last.
    #[serde(default)]
    pub origin: Option<OriginView>,
}

/// What a revision did to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    Same,
    Added,
    Removed,
    Changed,
}
