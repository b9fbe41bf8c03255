//! What was seen, what of it was understood, and what was found.
//!
//! Rule zero as arithmetic: every statement that a reader sees is entered once, as understood or as
//! undecided, and the verdict is drawn from here. An undecided entry that could matter keeps the verdict
//! from "pass".

use crate::limits;
use crate::ordered::Map;
use crate::wire::{Certainty, ObjectRef, Remedy, Severity};

use super::span::{DocumentId, Span};

/// A rule's id, as in `RULES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleName(pub &'static str);

/// A red flag, before it is turned into a wire value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: RuleName,
    pub cause: Option<&'static str>,
    pub severity: Severity,
    pub certainty: Certainty,
    pub pending: bool,
    /// `None` when it is about the whole input.
    pub span: Option<Span>,
    pub revision: Option<String>,
    pub title: String,
    pub objects: Vec<ObjectRef>,
    pub evidence: Vec<Evidence>,
    pub remedy: Remedy,
    /// The way out as it can be run, where the whole of it is known.
    pub stages: Vec<Stage>,
    /// Somebody decided that it is not to count.
    pub suppressed: Option<Suppressed>,
}

/// A step of a way out that can be run as it stands, in a transaction of its own or in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub text: String,
    /// Statements, each with its semicolon at the end of a line.
    pub sql: String,
    /// What takes it back; empty when nothing has to.
    pub undo: String,
}

/// Why a finding does not count, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    pub reason: String,
    pub until: Option<String>,
    pub span: Span,
}

impl Finding {
    /// Returns whether it may decide the verdict.
    pub fn is_open(&self) -> bool {
        self.pending && self.suppressed.is_none()
    }
}

/// Something else that Retort knows and that bears on a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub text: String,
    pub span: Option<Span>,
    pub revision: Option<String>,
    pub object: Option<ObjectRef>,
    /// All that the text speaks of, where that is several things.
    pub objects: Vec<ObjectRef>,
}

impl Evidence {
    /// Returns evidence that is a sentence and nothing more.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), span: None, revision: None, object: None, objects: Vec::new() }
    }

    /// Returns the same evidence with the place where it was seen.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Returns the same evidence, tied to a revision.
    #[must_use]
    pub fn of_revision(mut self, revision: impl Into<String>) -> Self {
        self.revision = Some(revision.into());
        self
    }
}

/// What an undecided entry could change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Affects {
    /// Nothing that the verdict depends on (a comment's owner, a grant in a dump).
    Nothing,
    Tables(Vec<String>),
    Everything,
}

/// Seen but not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    pub span: Span,
    /// What it is, for the person: "op.execute with a computed string".
    pub what: String,
    pub affects: Affects,
    pub revision: Option<String>,
}

/// Statements, calls, lines or rows of one document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub seen: usize,
    pub understood: usize,
}

/// Findings, undecided entries and tallies of one run. Written only through its methods, so that it
/// balances: seen = understood + undecided.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    findings: Vec<Finding>,
    undecided: Vec<Undecided>,
    tallies: Map<DocumentId, Tally>,
    dropped_findings: usize,
    /// Findings of rules that are switched off, by rule.
    switched_off: Map<RuleName, usize>,
}

impl Ledger {
    /// Enters `count` statements of a document as understood.
    pub fn understood(&mut self, document: DocumentId, count: usize) {
        let tally = self.tallies.entry(document).or_default();
        tally.seen += count;
        tally.understood += count;
    }

    /// Enters one statement as seen and not decided.
    pub fn undecided(&mut self, entry: Undecided) {
        self.tallies.entry(entry.span.document).or_default().seen += 1;
        self.undecided.push(entry);
    }

    /// Takes out what reading a document has entered, since it is read once more. Findings of headers are
    /// taken out too.
    pub fn forget(&mut self, document: DocumentId) {
        self.tallies.remove(&document);
        self.undecided.retain(|entry| entry.span.document != document);
        self.findings.retain(|found| found.span.is_none_or(|span| span.document != document));
    }

    /// Enters a finding. Past the limit findings are counted and no longer kept; the count is reported.
    pub fn find(&mut self, finding: Finding) {
        if self.findings.len() < limits::FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.dropped_findings += 1;
        }
    }

    /// Shows every finding to `keep`, which may change it. What it does not keep is counted as switched off.
    pub fn each_finding(&mut self, mut keep: impl FnMut(&mut Finding) -> bool) {
        let off = &mut self.switched_off;
        self.findings.retain_mut(|finding| {
            let kept = keep(finding);
            if !kept {
                *off.entry(finding.rule).or_default() += 1;
            }
            kept
        });
    }

    /// Takes out what another finding makes moot.
    pub fn drop_findings(&mut self, is_moot: impl Fn(&Finding) -> bool) {
        self.findings.retain(|finding| !is_moot(finding));
    }

    /// Returns how many findings were left out since their rule is switched off, by rule.
    pub fn switched_off(&self) -> &Map<RuleName, usize> {
        &self.switched_off
    }

    /// Takes over what was entered of later documents.
    pub fn append(&mut self, later: Self) {
        let Self { findings, undecided, tallies, dropped_findings, switched_off: _ } = later;
        for finding in findings {
            self.find(finding);
        }
        self.dropped_findings += dropped_findings;
        self.undecided.extend(undecided);
        for (document, tally) in tallies {
            let own = self.tallies.entry(document).or_default();
            own.seen += tally.seen;
            own.understood += tally.understood;
        }
    }

    /// Returns the findings in the order they were entered.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns how many findings the limit kept out.
    pub fn dropped_findings(&self) -> usize {
        self.dropped_findings
    }

    /// Returns what was seen and not decided.
    pub fn undecided_entries(&self) -> &[Undecided] {
        &self.undecided
    }

    /// Returns the tally of one document.
    pub fn tally(&self, document: DocumentId) -> Tally {
        self.tallies.get(&document).copied().unwrap_or_default()
    }

    /// Returns the tally of the whole run.
    pub fn total(&self) -> Tally {
        self.tallies.values().fold(Tally::default(), |sum, tally| Tally {
            seen: sum.seen + tally.seen,
            understood: sum.understood + tally.understood,
        })
    }
}
