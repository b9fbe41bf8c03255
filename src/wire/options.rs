//! What a person may choose about a run, as plain strings and numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Kind, Role};
use crate::limits;

/// The keys of a naming convention: indexes, unique constraints, checks, foreign keys, primary keys.
pub const NAMING_KEYS: [&str; 5] = ["ix", "uq", "ck", "fk", "pk"];

/// Settings of one run. The defaults are what the app and the command use when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// SQL dialect id; `None` lets Retort choose.
    pub dialect: Option<String>,
    /// Number of tables of difference above which a mismatch is graver.
    pub table_distance: usize,
    /// The naming convention that `env.py` hands to Alembic: `ix`, `uq`, `ck`, `fk`, `pk` and SQLAlchemy's
    /// patterns. Empty says that there is none; `None` lets Retort look for it.
    pub naming: Option<BTreeMap<String, String>>,
    /// Decisions about single documents, by the path that the report lists them under.
    pub overrides: Vec<Override>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dialect: None,
            table_distance: limits::TABLE_DISTANCE_DEFAULT,
            naming: None,
            overrides: Vec::new(),
        }
    }
}

/// What a person decided about one document, archive members included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Override {
    /// [`super::InputRow::path`] of the document.
    pub path: String,
    /// Another name to show and to use in findings.
    pub rename: Option<String>,
    pub role: Option<Role>,
    pub kind: Option<Kind>,
    /// Leave the document out.
    pub exclude: bool,
}
