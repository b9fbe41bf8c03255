//! What a person may set: in `retort.toml`, in the page's panel, on the command line.

use crate::ordered::Map;

use serde::{Deserialize, Serialize};

use super::Severity;

/// The keys of a naming convention: indexes, unique constraints, checks, foreign keys, primary keys.
pub const NAMING_KEYS: [&str; 5] = ["ix", "uq", "ck", "fk", "pk"];

/// Settings of one run. `None` and empty mean that nothing was said, and the default holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// SQL dialect id; without it Retort chooses.
    pub dialect: Option<String>,
    /// Version of the database server, such as `16` or `8.0`.
    pub server_version: Option<String>,
    /// Number of tables of difference above which a mismatch is graver.
    pub table_threshold: Option<usize>,
    /// Severity from which a finding fails the command.
    pub fail_on: Option<Severity>,
    /// Whether a warning fails the command.
    pub strict: Option<bool>,
    /// Development and production are one database: nothing is compared between them.
    pub single_database: Option<bool>,
    /// A revision that ran on production, and all before it: where prod stands when no audit says so.
    pub released: Option<String>,
    /// The document that holds the schema before the first revision, by its path.
    pub baseline: Option<String>,
    /// The naming convention that `env.py` hands to Alembic: [`NAMING_KEYS`] and SQLAlchemy's patterns.
    /// Empty says that there is none; without it Retort looks for it.
    pub naming: Option<Map<String, String>>,
    /// Severities by rule, or by `rule/cause`; `None` switches it off.
    pub severity: Map<String, Option<Severity>>,
    /// What is known of the sizes of tables, by name.
    pub tables: Map<String, TableSize>,
    /// Rows under which a table counts as small.
    pub small_table_rows: Option<u64>,
    /// Rows over which a table counts as large.
    pub large_table_rows: Option<u64>,
    /// Tables that no migration may change, as patterns with `*` and `?`, and why.
    pub protect: Map<String, String>,
    /// Rows from which a table is protected.
    pub protect_rows: Option<u64>,
    /// What tables have to be like, by [`POLICY_KEYS`]: words, a number, or `true`.
    pub policy: Map<String, Vec<String>>,
}

/// How large a table is in production.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableSize {
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
}

/// What a key of the policy takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Truth,
    Number,
    Texts,
}

/// Keys of the policy: what tables have to be like, and how much one change may touch.
pub const POLICY_KEYS: [(&str, Takes); 20] = [
    ("hot-tables", Takes::Texts),
    ("max-tables", Takes::Number),
    ("max-statements", Takes::Number),
    ("required-columns", Takes::Texts),
    ("forbidden-types", Takes::Texts),
    ("engine", Takes::Texts),
    ("charset", Takes::Texts),
    ("require-index-type", Takes::Texts),
    ("max-columns", Takes::Number),
    ("max-row-bytes", Takes::Number),
    ("require-comment", Takes::Truth),
    ("require-not-null", Takes::Truth),
    ("nullable-fk", Takes::Truth),
    ("on-delete-cascade", Takes::Truth),
    ("no-foreign-keys", Takes::Truth),
    ("row-padding", Takes::Truth),
    ("no-triggers", Takes::Truth),
    ("no-routines", Takes::Truth),
    ("no-partitions", Takes::Truth),
    ("no-unlogged", Takes::Truth),
];

impl Settings {
    /// Returns what was said key by key: `dialect`, `server-version`, `table-threshold`, `released`, and the
    /// [`NAMING_KEYS`]. Other keys say nothing, nor does a threshold that is no number.
    pub fn said(said: &Map<String, String>) -> Self {
        let one = |key: &str| said.get(key).cloned();
        let mut naming = Map::new();
        for key in NAMING_KEYS {
            naming.extend(one(key).map(|pattern| (key.to_owned(), pattern)));
        }
        Self {
            dialect: one("dialect"),
            server_version: one("server-version"),
            table_threshold: one("table-threshold").and_then(|number| number.parse().ok()),
            released: one("released"),
            naming: (!naming.is_empty()).then_some(naming),
            ..Self::default()
        }
    }

    /// Returns these settings, and where they say nothing those of `other`. Of maps each entry counts.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        let Self { severity, tables, protect, policy, .. } = other;
        Self {
            dialect: self.dialect.or(other.dialect),
            server_version: self.server_version.or(other.server_version),
            table_threshold: self.table_threshold.or(other.table_threshold),
            fail_on: self.fail_on.or(other.fail_on),
            strict: self.strict.or(other.strict),
            single_database: self.single_database.or(other.single_database),
            released: self.released.or(other.released),
            baseline: self.baseline.or(other.baseline),
            naming: self.naming.or(other.naming),
            severity: severity.into_iter().chain(self.severity).collect(),
            tables: tables.into_iter().chain(self.tables).collect(),
            small_table_rows: self.small_table_rows.or(other.small_table_rows),
            large_table_rows: self.large_table_rows.or(other.large_table_rows),
            protect: protect.into_iter().chain(self.protect).collect(),
            protect_rows: self.protect_rows.or(other.protect_rows),
            policy: policy.into_iter().chain(self.policy).collect(),
        }
    }
}

/// A setting that differs from its default, as a report lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingRow {
    /// As `retort.toml` spells it: `severity.drop-table`.
    pub key: String,
    pub value: String,
    /// The file that says so; none when it was said to the command or in the page.
    #[serde(default)]
    pub file: Option<String>,
    /// 1-based; 0 without a file.
    #[serde(default)]
    pub line: usize,
}

impl SettingRow {
    /// Returns the setting with the place that says so: `strict = true (retort.toml:3)`.
    pub fn with_place(&self) -> String {
        let Self { key, value, line, .. } = self;
        match &self.file {
            None => format!("{key} = {value}"),
            Some(file) => format!("{key} = {value} ({file}:{line})"),
        }
    }
}
