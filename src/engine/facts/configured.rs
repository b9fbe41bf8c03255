//! What `retort.toml` says, and the suppressions in it and beside statements.

use crate::engine::span::{DocumentId, Span};
use crate::ordered::Map;
use crate::wire::Settings;

/// What the `retort.toml` of a run says.
#[derive(Debug, Clone, Default)]
pub struct Configured {
    /// The file that counts; others of the name are said not to.
    pub document: Option<DocumentId>,
    pub settings: Settings,
    /// Where each setting stands, by the key that the report lists it under.
    pub places: Vec<(String, Span)>,
    pub suppressions: Vec<Suppression>,
    /// What is wrong with it, with the way out.
    pub mistakes: Vec<(Span, String)>,
}

impl Configured {
    /// Returns where a setting stands.
    pub fn place(&self, key: &str) -> Option<Span> {
        self.places.iter().find(|(own, _)| own == key).map(|(_, span)| *span)
    }

    /// Returns whether a naming convention is the one that stands here.
    pub fn states_naming(&self, patterns: &Map<String, String>) -> bool {
        self.settings.naming.as_ref() == Some(patterns)
    }
}

/// Somebody's decision not to count some findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Rules, or `rule/cause`.
    pub rules: Vec<String>,
    /// Empty where none is given: then it does not count.
    pub reason: String,
    /// The last day on which it counts, as `2027-01-31`.
    pub until: Option<String>,
    pub covers: Covers,
    pub span: Span,
    /// Why it does not count, whatever it says: it stands in text that a program wrote, it can't be read.
    pub void: Option<&'static str>,
}

/// Which findings a suppression is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Covers {
    /// What stands on this line of its document.
    Line(usize),
    /// What fits all of these that are given.
    Matching { object: Option<String>, file: Option<String>, revision: Option<String> },
}
