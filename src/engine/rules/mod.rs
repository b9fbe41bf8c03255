//! Catalogue: what Retort objects to, one file per rule.
//!
//! In: a case with everything known.
//! Out: findings.
//! Never: formats, parsers, screens.

use crate::wire::{RuleCard, Severity};

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub name: &'static str,
    pub severity: Severity,
    pub summary: &'static str,
}

/// Every rule, sorted by name.
pub static RULES: &[Rule] = &[
    Rule {
        name: "drop-column",
        severity: Severity::Danger,
        summary: "Drops a column, and with it the data it holds.",
    },
    Rule {
        name: "drop-table",
        severity: Severity::Blocker,
        summary: "Drops a table, and with it the data it holds.",
    },
];

/// Returns what every rule says about itself, sorted by name.
pub fn rule_cards() -> Vec<RuleCard> {
    RULES
        .iter()
        .map(|rule| RuleCard {
            name: rule.name.to_owned(),
            severity: rule.severity,
            summary: rule.summary.to_owned(),
            why: "The data is gone at once, and no downgrade brings it back.".to_owned(),
            instead: "Stop using it in one release and drop it in a later one.".to_owned(),
            fires: "=== plan.sql role:plan\nDROP TABLE accounts;\n".to_owned(),
            silent: "=== plan.sql role:plan\nCREATE TABLE t (id int);\nDROP TABLE t;\n".to_owned(),
        })
        .collect()
}
