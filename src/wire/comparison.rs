//! What two of the given schemas have apart, as the report says it.

use serde::{Deserialize, Serialize};

use super::Part;
use super::schema::UndecidedView;

/// One of the comparisons that matter: dev with prod, prod with the chain's head, and the head with where
/// the plan leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparisonView {
    /// `prod-dev`, `prod-head` or `plan-head`.
    pub id: String,
    /// Both sides, in a few words.
    pub title: String,
    /// The answer in one sentence.
    pub answer: String,
    /// Nothing differs, and nothing is undecided.
    #[serde(default)]
    pub same: bool,
    /// How many differences there are, also those that are left out below.
    #[serde(default)]
    pub differences: usize,
    /// By table, then what stands beside tables: what the first side lacks is added, what it has too much
    /// removed. The origin of a line is the revision that made the difference, where one did. Of an open part
    /// something is not known that could make it untrue.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// What is neither the same nor different.
    #[serde(default)]
    pub undecided: Vec<UndecidedView>,
}
