//! One finding, as every output shows it.

use serde::{Deserialize, Serialize};

/// How bad a finding is. `blocker` and `danger` fail the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Notice,
    Warning,
    Danger,
    Blocker,
}

impl Severity {
    /// Worst first.
    pub const ALL: [Self; 4] = [Self::Blocker, Self::Danger, Self::Warning, Self::Notice];

    /// The word used in JSON and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::Danger => "danger",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }

    /// Reads [`Severity::word`] back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Decided from the statement alone, or from a known schema.
    Certain,
    /// Decided under a stated assumption.
    Likely,
    /// The statement could not be fully resolved.
    Unverified,
}

impl Certainty {
    /// The word used in JSON and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Unverified => "unverified",
        }
    }
}

/// A red flag: what, how Retort knows, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Hash of rule, cause, revision, object, normalised statement and ordinal: stable under moved lines
    /// and renamed files.
    pub id: String,
    pub rule: String,
    #[serde(default)]
    pub cause: Option<String>,
    pub severity: Severity,
    pub certainty: Certainty,
    /// True when it decides the verdict; false when it is history or advice about it.
    #[serde(default)]
    pub pending: bool,
    /// A sentence about this case. Object names stand between backticks and nowhere else.
    pub title: String,
    #[serde(default)]
    pub file: String,
    /// 1-based; 0 when the finding is about the whole input.
    #[serde(default)]
    pub line: usize,
    #[serde(default)]
    pub column: usize,
    #[serde(default)]
    pub end_line: usize,
    /// The statement or line itself; absent in links.
    #[serde(default)]
    pub excerpt: Option<String>,
    /// The lines around it; absent in links.
    #[serde(default)]
    pub context: Option<Excerpt>,
    #[serde(default)]
    pub revision: Option<String>,
    #[serde(default)]
    pub objects: Vec<ObjectRef>,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    #[serde(default)]
    pub remedy: Remedy,
    #[serde(default)]
    pub suppressed: Option<Suppressed>,
}

/// Some lines of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// 1-based number of `lines[0]`.
    #[serde(default)]
    pub first_line: usize,
    #[serde(default)]
    pub lines: Vec<String>,
    /// How many lines the document has.
    #[serde(default)]
    pub of_lines: usize,
}

/// A database object, or a revision or file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectRef {
    pub kind: ObjectKind,
    #[serde(default)]
    pub schema: Option<String>,
    #[serde(default)]
    pub table: Option<String>,
    /// The column, constraint, index… within its table, or the object itself.
    #[serde(default)]
    pub name: Option<String>,
}

impl ObjectRef {
    /// Returns `schema.table.name` with what is known of it.
    pub fn label(&self) -> String {
        let parts: Vec<&str> = [&self.schema, &self.table, &self.name]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        parts.join(".")
    }
}

/// Kinds of objects that findings speak of (contract).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    Database,
    Schema,
    Table,
    Column,
    Constraint,
    Index,
    Type,
    Sequence,
    View,
    Function,
    Trigger,
    Policy,
    Extension,
    Revision,
    File,
}

impl ObjectKind {
    /// The word used in JSON and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Schema => "schema",
            Self::Table => "table",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::View => "view",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Extension => "extension",
            Self::Revision => "revision",
            Self::File => "file",
        }
    }
}

/// Something else Retort knows that bears on a finding, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub text: String,
    #[serde(default)]
    pub file: Option<String>,
    /// 1-based; 0 when there is no single line.
    #[serde(default)]
    pub line: usize,
    #[serde(default)]
    pub revision: Option<String>,
    #[serde(default)]
    pub object: Option<ObjectRef>,
    /// All that the text speaks of, where that is several things: what depends on what is dropped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<ObjectRef>,
}

/// The way out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub steps: Vec<RemedyStep>,
    #[serde(default)]
    pub patches: Vec<Patch>,
}

/// One numbered step of a remedy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemedyStep {
    pub text: String,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub language: Option<Language>,
}

/// What a step's code is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Sql,
    Python,
    Shell,
}

/// A file that a remedy proposes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    pub file: String,
    pub content: String,
    /// The id of the revision that the file is, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The revisions that it follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<String>,
}

/// Why a finding is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    pub reason: String,
    #[serde(default)]
    pub until: Option<String>,
    /// Where that is written.
    #[serde(default)]
    pub file: Option<String>,
    /// 1-based; 0 when it is not known.
    #[serde(default)]
    pub line: usize,
}
