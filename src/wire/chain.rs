//! One Alembic chain: its revisions, heads, order and problems, as `retort chain` prints them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Role;

/// Every chain of a run, as `retort chain --format json` prints them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chains<'a> {
    pub version: u32,
    pub chains: Cow<'a, [ChainView]>,
}

/// The revisions of one script folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainView {
    /// The folder that holds `versions/`; empty when the revisions came without folders.
    #[serde(default)]
    pub root: String,
    /// Every revision file that Alembic would load, in file order.
    #[serde(default)]
    pub revisions: Vec<ChainRevision>,
    /// In Alembic's file order.
    #[serde(default)]
    pub heads: Vec<String>,
    #[serde(default)]
    pub bases: Vec<String>,
    /// Oldest first, the order in which `upgrade heads` runs them.
    #[serde(default)]
    pub order: Vec<String>,
    #[serde(default)]
    pub problems: Vec<ChainProblem>,
    /// Revision files that Alembic would not load, by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<IgnoredFile>,
    /// What was done to read the folder, as sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Revisions whose tables a database without a usable version row really has.
    #[serde(default)]
    pub resembles: Vec<Resemblance>,
    /// What the change under review did to revisions, where the state before it is given; new ones included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<ChainChange>,
    /// It is known from Alembic's output alone: what the revisions do was not given.
    #[serde(default, skip_serializing_if = "is_false")]
    pub from_output: bool,
}

/// What happened to one revision since the state before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainChange {
    pub revision: String,
    /// `added`, `inserted`, `deleted`, `renamed-id`, `parent`, `dependencies`, `labels`, `upgrade`, `code`,
    /// `same-effect`, `imported`, `downgrade`, `file`.
    pub what: String,
    /// The parents it had; none of a new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub down: Vec<String>,
    /// The file it was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl ChainChange {
    /// Returns whether the revision is no longer there.
    pub fn is_gone(&self) -> bool {
        self.what == "deleted"
    }
}

/// For fields that are left out where they say nothing.
fn is_false(value: &bool) -> bool {
    !value
}

/// One revision file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainRevision {
    pub id: String,
    /// Parents as written: empty for a base, two or more for a merge.
    #[serde(default)]
    pub down: Vec<String>,
    #[serde(default)]
    pub depends_on: Vec<String>,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub create_date: Option<String>,
    pub file: String,
    /// 1-based line of the `revision = …` assignment.
    #[serde(default)]
    pub line: usize,
    #[serde(default)]
    pub is_head: bool,
    #[serde(default)]
    pub is_base: bool,
    #[serde(default)]
    pub is_branch_point: bool,
    #[serde(default)]
    pub is_merge_point: bool,
    /// What its `upgrade()` does to tables, as far as it was read.
    #[serde(default)]
    pub changes: Changes,
    /// Whether its `downgrade()` takes that back; null when it never runs, or its file was not given.
    #[serde(default)]
    pub downgrade: Option<Downgrade>,
}

/// What a `downgrade()` is, and what a database looks like after upgrade and downgrade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Downgrade {
    pub kind: DowngradeKind,
    /// The schema is as it was before the upgrade; null when that cannot be told.
    #[serde(default)]
    pub undoes: Option<bool>,
    /// What the upgrade made and the downgrade leaves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_behind: Vec<String>,
    /// What was there before and is not made again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
    /// What is there and other than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Why the downgrade cannot run to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails: Option<String>,
    /// Tables and columns that the upgrade drops: made again, they are empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emptied: Vec<String>,
    /// The upgrade changes rows, which is not followed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rows: bool,
    /// Why `undoes` is null.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<String>,
}

/// What a `downgrade()` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DowngradeKind {
    Absent,
    /// `pass`, a docstring, or nothing.
    Empty,
    /// It raises at once.
    Raises,
    Present,
}

/// Effects of one revision that a chain shows beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes {
    pub created: Vec<String>,
    pub dropped: Vec<String>,
    /// `[from, to]`
    pub renamed: Vec<[String; 2]>,
    /// Statements or calls of `upgrade()` whose effect was not worked out.
    pub undecided: usize,
}

/// A revision file that is not part of the chain, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredFile {
    pub file: String,
    pub why: String,
}

/// Something wrong with a chain, named by rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainProblem {
    pub rule: String,
    #[serde(default)]
    pub revision: Option<String>,
    #[serde(default)]
    pub file: Option<String>,
    pub message: String,
    /// What Alembic prints, where it refuses or warns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alembic: Option<String>,
}

/// The revision whose replayed tables are nearest to those a database really has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resemblance {
    pub role: Role,
    pub revision: String,
    /// Tables of the revision that the database lacks.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Tables of the database that the revision does not have.
    #[serde(default)]
    pub extra: Vec<String>,
    /// Other revisions after which the schema is the very same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<String>,
    /// Other revisions that are as near: what is known of the database does not tell which it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<String>,
    /// What else the two have apart, where the whole schema was compared; the first of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
}
