//! What a person may choose about a run, as plain strings and numbers.

use crate::ordered::Map;

use serde::{Deserialize, Serialize};

use super::{Kind, Role, Settings};

/// Everything that is decided about one run. The defaults are what the app and the command use when
/// nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Said by the person here and now: it outweighs a `retort.toml` among the inputs.
    #[serde(skip)]
    pub settings: Settings,
    /// The same as a page's fields have it, see [`Settings::said`]; it outweighs both.
    pub said: Map<String, String>,
    /// Decisions about single documents, by the path that the report lists them under.
    pub overrides: Vec<Override>,
    /// The date as `2027-01-31`, lent by whoever has a clock; suppressions expire by it.
    pub today: Option<String>,
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
