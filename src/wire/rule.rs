//! What a rule says about itself.

use serde::{Deserialize, Serialize};

use super::Severity;

/// A rule's page: `retort explain RULE`, and the rule card in the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCard {
    pub name: String,
    pub severity: Severity,
    /// One sentence: what it finds.
    pub summary: String,
    /// Why that is dangerous.
    pub why: String,
    /// What to do instead.
    pub instead: String,
    /// An input that raises it.
    pub fires: String,
    /// A near miss that does not.
    pub silent: String,
}
