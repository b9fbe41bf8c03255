//! What a script says of databases it looked at, without showing what it saw.

use crate::engine::span::{DocumentId, Span};

/// The output of an audit or guard script.
#[derive(Debug, Clone)]
pub struct Claim {
    pub document: DocumentId,
    pub dev_tables: Option<u64>,
    pub prod_tables: Option<u64>,
    /// As it prints it, which may be part of an error.
    pub prod_version: Option<(String, Span)>,
    /// Where a guard begins.
    pub guard: Option<Span>,
    pub says: Vec<(Concludes, Span)>,
}

/// A script's last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concludes {
    Ok,
    Mismatch,
    Missing,
    Passed,
    Failed,
}

impl Claim {
    /// Returns a claim that says nothing yet.
    pub fn new(document: DocumentId) -> Self {
        Self {
            document,
            dev_tables: None,
            prod_tables: None,
            prod_version: None,
            guard: None,
            says: Vec::new(),
        }
    }

    /// Returns where it concludes one of these.
    pub fn place(&self, of: &[Concludes]) -> Option<Span> {
        self.says.iter().find(|(known, _)| of.contains(known)).map(|(_, span)| *span)
    }
}
