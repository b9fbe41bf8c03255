//! The report: what `retort check` prints, the page shows, and a link carries.

use crate::ordered::Map;
use serde::{Deserialize, Serialize};

use super::{ChainView, ComparisonView, FindingRow, Kind, Role, SettingRow};

/// Everything Retort has to say about one set of inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub version: u32,
    pub verdict: Verdict,
    #[serde(default)]
    pub inputs: Vec<InputRow>,
    /// Files that were left out, and why: `.git`, caches, binaries, members that are refused.
    #[serde(default)]
    pub skipped: Vec<(String, String)>,
    /// What was not understood or not given and keeps this from being a pass; names between backticks.
    #[serde(default)]
    pub doubts: Vec<String>,
    #[serde(default)]
    pub audits: Audits,
    #[serde(default)]
    pub chains: Vec<ChainView>,
    #[serde(default)]
    pub schemas: Schemas,
    /// What the given schemas have apart. A link leaves it out.
    #[serde(default)]
    pub comparisons: Vec<ComparisonView>,
    /// The proposed plans, statement by statement, in their own order.
    #[serde(default)]
    pub plans: Vec<PlanView>,
    /// Worst first, then in apply order.
    #[serde(default)]
    pub findings: Vec<FindingRow>,
    #[serde(default)]
    pub not_evaluated: Vec<NotEvaluated>,
    /// Settings that differ from the defaults, by key.
    #[serde(default)]
    pub settings: Vec<SettingRow>,
    /// What a link leaves out or hides of the report it was made of, as sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    #[serde(default)]
    pub stats: Stats,
}

impl Report {
    /// Returns the rules that were not evaluated, by what is missing.
    pub fn missing(&self) -> Vec<(&str, Vec<&str>)> {
        let mut by_reason: Map<&str, Vec<&str>> = Map::new();
        for row in &self.not_evaluated {
            by_reason.entry(&row.why).or_default().push(&row.rule);
        }
        by_reason.into_iter().collect()
    }

    /// Returns a report that says nothing but its status: what is left when it cannot be shown.
    pub fn withheld(status: Status) -> Self {
        Self {
            version: super::VERSION,
            verdict: Verdict {
                status,
                diagnosis: None,
                headline: "Can't tell".to_owned(),
                reason: "The report could not be written.".to_owned(),
                because: Vec::new(),
                joined: Vec::new(),
                next_steps: Vec::new(),
            },
            inputs: Vec::new(),
            skipped: Vec::new(),
            doubts: Vec::new(),
            audits: Audits::default(),
            chains: Vec::new(),
            schemas: Schemas::default(),
            comparisons: Vec::new(),
            plans: Vec::new(),
            findings: Vec::new(),
            not_evaluated: Vec::new(),
            settings: Vec::new(),
            left_out: Vec::new(),
            stats: Stats::default(),
        }
    }
}

/// The answer. fail beats unknown beats warn beats pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub status: Status,
    #[serde(default)]
    pub diagnosis: Option<Diagnosis>,
    pub headline: String,
    /// One sentence, at most 160 characters where the names allow it; code between backticks.
    pub reason: String,
    /// Ids of the findings that decided.
    #[serde(default)]
    pub because: Vec<String>,
    /// Ids of the findings that have the one cause which the reason names.
    #[serde(default)]
    pub joined: Vec<String>,
    #[serde(default)]
    pub next_steps: Vec<NextStep>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Pass,
    Warn,
    Unknown,
    Fail,
}

impl Status {
    /// The word used in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}

/// What two audits say of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Diagnosis {
    /// Same revision, same tables.
    Ok,
    /// Any difference.
    Mismatch,
    /// A side carries no usable version row.
    Missing,
}

impl Diagnosis {
    /// The word used in JSON and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Mismatch => "MISMATCH",
            Self::Missing => "MISSING",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    pub title: String,
    #[serde(default)]
    pub command: Option<String>,
    #[serde(default)]
    pub files: Vec<String>,
}

/// One document, after archives were opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRow {
    /// The name shown; the person can change it.
    pub name: String,
    /// The path it came under; what [`super::Override::path`] refers to.
    #[serde(default)]
    pub path: String,
    pub kind: Kind,
    pub certainty: Sureness,
    /// Why it was taken for that kind.
    #[serde(default)]
    pub why: String,
    #[serde(default)]
    pub role: Option<Role>,
    /// How the role was decided.
    #[serde(default)]
    pub role_source: Option<RoleSource>,
    #[serde(default)]
    pub bytes: usize,
    #[serde(default)]
    pub understood: Understood,
    /// What had to be done to read it (encoding, repaired quotes, unfenced Markdown…), and what went wrong.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Nothing could be read at all (damaged archive, too large…); `notes` says why.
    #[serde(default)]
    pub unreadable: bool,
}

/// How sure Retort is of what a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sureness {
    Guess,
    Likely,
    Certain,
}

impl Sureness {
    /// The word used in JSON and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// Where a role comes from, most trusted first. The last two are guesses and marked so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleSource {
    Person,
    Title,
    Kind,
    DatabaseName,
    FileName,
}

/// How many statements (or lines, calls, rows) were understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    #[serde(default)]
    pub statements: usize,
    #[serde(default)]
    pub of: usize,
}

/// The audits, and how far apart they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audits {
    #[serde(default)]
    pub dev: Option<AuditSide>,
    #[serde(default)]
    pub prod: Option<AuditSide>,
    #[serde(default)]
    pub distance: Option<Distance>,
}

/// What one audit says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSide {
    /// The input it came from.
    #[serde(default)]
    pub input: String,
    #[serde(default)]
    pub database: Option<String>,
    /// Version rows; several when several heads are applied.
    #[serde(default)]
    pub revisions: Vec<String>,
    #[serde(default)]
    pub version_state: VersionState,
    /// Number of tables, version tables not counted; absent when they are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables: Option<usize>,
    /// Their names; empty in links that drop them.
    #[serde(default)]
    pub table_names: Vec<String>,
}

/// What the version section of an audit shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionState {
    /// One row or more.
    Stamped,
    /// The table is there and empty.
    Empty,
    /// No version table.
    Absent,
    /// Not to be read (permission, connection): nothing can be concluded.
    Unreadable,
    /// The audit does not say.
    #[default]
    NotGiven,
}

/// The difference between two sides as sets of table names, version tables left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distance {
    #[serde(default)]
    pub only_in_dev: Vec<String>,
    #[serde(default)]
    pub only_in_prod: Vec<String>,
    /// Size of the symmetric difference.
    #[serde(default)]
    pub count: usize,
}

/// The schemas known, in the order they are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schemas {
    #[serde(default)]
    pub dev: Option<SchemaSummary>,
    #[serde(default)]
    pub prod: Option<SchemaSummary>,
    #[serde(default)]
    pub head: Option<SchemaSummary>,
    #[serde(default)]
    pub after_plan: Option<SchemaSummary>,
}

/// Names and counts of one schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaSummary {
    #[serde(default)]
    pub revisions: Vec<String>,
    #[serde(default)]
    pub tables: usize,
    #[serde(default)]
    pub table_names: Vec<String>,
    /// Tables of the chain's head that this one lacks; null when there is no head to compare with.
    #[serde(default)]
    pub missing_from_head: Option<Vec<String>>,
    /// Tables that the chain's head does not have.
    #[serde(default)]
    pub extra_to_head: Option<Vec<String>>,
    /// True when every step up to here was understood, so that the names are all there are.
    #[serde(default)]
    pub complete: bool,
}

/// A proposed plan, statement by statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    pub file: String,
    /// Labels, banner lines and notices that were recognised, in order: `line`, text.
    #[serde(default)]
    pub remarks: Vec<(usize, String)>,
    #[serde(default)]
    pub statements: Vec<StatementView>,
    /// Row counts that the plan's own notices give, by table.
    #[serde(default)]
    pub rows: Vec<(String, u64)>,
}

/// One statement of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementView {
    #[serde(default)]
    pub line: usize,
    /// The statement as it came; absent in links.
    #[serde(default)]
    pub text: Option<String>,
    /// What it does, in a few words; null when it was not understood.
    #[serde(default)]
    pub summary: Option<String>,
    /// Findings about it.
    #[serde(default)]
    pub findings: Vec<String>,
}

/// A rule that could not run, and what was missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotEvaluated {
    pub rule: String,
    pub why: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    #[serde(default)]
    pub revisions: usize,
    #[serde(default)]
    pub statements: usize,
    #[serde(default)]
    pub understood: usize,
    #[serde(default)]
    pub rules: usize,
}
