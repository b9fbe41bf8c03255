//! Case and ledger → the answer.
//!
//! In: a [`Case`] and the [`Ledger`] after every rule has run.
//! Out: [`Verdict`]: a status drawn from findings and doubts alone, and the story that explains it.
//! Never: wording of single findings, names of inputs as evidence.

mod doubts;
mod stories;

pub use doubts::Doubt;

use crate::wire::{Diagnosis, NextStep, Role, Severity, Status};

use super::case::{Case, Position};
use super::ledger::{Finding, Ledger};

/// The answer, with the findings that decided as indexes into [`Ledger::findings`].
#[derive(Debug, Clone)]
pub struct Verdict {
    pub status: Status,
    pub diagnosis: Option<Diagnosis>,
    pub headline: &'static str,
    pub reason: String,
    pub because: Vec<usize>,
    pub next_steps: Vec<NextStep>,
    /// The findings that have the one cause which `reason` names.
    pub joined: Vec<usize>,
    /// Everything that keeps this from being a pass although no rule fired.
    pub doubts: Vec<Doubt>,
}

/// Judges: fail beats unknown beats warn beats pass (contract).
pub fn judge(case: &Case, ledger: &Ledger) -> Verdict {
    let doubts = doubts::collect(case, ledger);
    let worst = pending(ledger).map(|(_, finding)| finding.severity).max();
    let status = match worst {
        Some(Severity::Danger | Severity::Blocker) => Status::Fail,
        _ if !doubts.is_empty() => Status::Unknown,
        Some(Severity::Warning) => Status::Warn,
        _ => Status::Pass,
    };
    let decides = |finding: &Finding| match status {
        Status::Fail => finding.severity >= Severity::Danger,
        _ => finding.severity >= Severity::Warning,
    };
    let because =
        pending(ledger).filter(|(_, finding)| decides(finding)).map(|(ix, _)| ix).collect();
    let mut story = stories::tell(case, ledger, status, &doubts);
    story.reason.push_str(&not_counted(ledger));
    Verdict {
        status,
        diagnosis: diagnose(case),
        headline: headline(status, !case.facts.plans.is_empty()),
        reason: story.reason,
        because,
        next_steps: story.next_steps,
        joined: story.joins,
        doubts,
    }
}

/// What a person decided not to count, said beside every verdict: none of it turns green in silence.
fn not_counted(ledger: &Ledger) -> String {
    let said = |number: usize, what: &str| match number {
        0 => String::new(),
        1 => format!(" 1 finding is {what}."),
        _ => format!(" {number} findings are {what}."),
    };
    let suppressed = ledger.findings().iter().filter(|finding| finding.suppressed.is_some());
    let off: usize = ledger.switched_off().values().sum();
    said(suppressed.count(), "suppressed") + &said(off, "switched off")
}

/// The findings that may decide, with their indexes.
fn pending(ledger: &Ledger) -> impl Iterator<Item = (usize, &Finding)> {
    ledger.findings().iter().enumerate().filter(|(_, finding)| finding.is_open())
}

fn headline(status: Status, plan: bool) -> &'static str {
    match (status, plan) {
        (Status::Fail, true) => "Don't approve this plan",
        (Status::Fail, false) => "Don't ship this yet",
        (Status::Unknown, _) => "Can't tell",
        (Status::Warn, _) => "Review before shipping",
        (Status::Pass, true) => "This plan can be approved",
        (Status::Pass, false) => "Looks safe to ship",
    }
}

/// What two audits say of each other; `None` unless both can be compared.
fn diagnose(case: &Case) -> Option<Diagnosis> {
    let (dev, prod) = (case.position(Role::Dev), case.position(Role::Prod));
    if !case.is_given(Role::Dev) || !case.is_given(Role::Prod) {
        return None;
    }
    match (&dev, &prod) {
        (Position::NotGiven | Position::Unreadable(_), _)
        | (_, Position::NotGiven | Position::Unreadable(_)) => None,
        (Position::NeverStamped { .. }, _) | (_, Position::NeverStamped { .. }) => {
            Some(Diagnosis::Missing)
        }
        (Position::At { .. }, Position::At { .. }) => {
            let same = case.same_revisions() == Some(true) && case.distance()?.count() == 0;
            Some(if same { Diagnosis::Ok } else { Diagnosis::Mismatch })
        }
    }
}
