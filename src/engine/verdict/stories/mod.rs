//! One sentence that explains the verdict, and what to do next.
//!
//! In: a case and the ledger after every rule has run.
//! Out: [`Story`]. Several findings often have one cause: each story looks for its cause in the case, never
//! in names of inputs, and gives one set of steps; the first that fits is told.
//! Never: new findings; a story joins what rules have found.

mod apart;
mod history;
mod plans;
mod stamps;
#[cfg(test)]
mod tests;

use crate::engine::case::Case;
use crate::engine::chain::{Chain, RevisionIx};
use crate::engine::ledger::{Finding, Ledger};
use crate::wire::{NextStep, Status};

use super::Doubt;

/// Why, and what now.
pub(super) struct Story {
    pub reason: String,
    pub next_steps: Vec<NextStep>,
    /// The findings that it explains, as indexes into [`Ledger::findings`].
    pub joins: Vec<usize>,
}

/// A cause that several findings may share.
type Teller = fn(&Case, &Ledger) -> Option<Story>;

/// Causes, the deepest first: what is told first explains what follows.
const FAILURES: &[Teller] = &[
    history::rewritten,
    stamps::raced,
    stamps::never_stamped,
    history::lost_base,
    history::unknown_revision,
    plans::unaware_host,
    plans::narrow_source,
    history::broken_chain,
    plans::destructive,
    apart::mismatch,
    any_finding,
];

/// Tells the story of a status.
pub(super) fn tell(case: &Case, ledger: &Ledger, status: Status, doubts: &[Doubt]) -> Story {
    let told = match status {
        Status::Fail => FAILURES.iter().find_map(|teller| teller(case, ledger)),
        Status::Unknown => Some(doubtful(doubts)),
        Status::Warn => apart::behind(case, ledger).or_else(|| any_finding(case, ledger)),
        Status::Pass => None,
    };
    told.unwrap_or_else(|| clean(case, ledger))
}

fn step(title: impl Into<String>) -> NextStep {
    NextStep { title: title.into(), command: None, files: Vec::new() }
}

fn run(title: impl Into<String>, command: impl Into<String>) -> NextStep {
    NextStep { title: title.into(), command: Some(command.into()), files: Vec::new() }
}

/// The open findings of some rules, as a story joins them.
fn of_rules(ledger: &Ledger, rules: &[&str]) -> Vec<usize> {
    joined(ledger, |finding| rules.contains(&finding.rule.0))
}

fn joined(ledger: &Ledger, is_part: impl Fn(&Finding) -> bool) -> Vec<usize> {
    let all = ledger.findings().iter().enumerate();
    all.filter(|(_, finding)| finding.is_open() && is_part(finding)).map(|(ix, _)| ix).collect()
}

/// The first open finding of a rule.
fn first<'a>(ledger: &'a Ledger, rule: &str) -> Option<&'a Finding> {
    ledger.findings().iter().find(|finding| finding.rule.0 == rule && finding.is_open())
}

/// How many names a sentence gives.
const NAMED_MAX: usize = 4;

/// "`a`, `b`, `c` and 5 more".
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let shown: Vec<String> = names.take(NAMED_MAX).map(|name| format!("`{name}`")).collect();
    let more = count.saturating_sub(shown.len());
    let list = shown.join(", ");
    if more == 0 { list } else { format!("{list} and {more} more") }
}

/// The same of revisions, by their ids.
fn revisions(chain: &Chain, all: &[RevisionIx]) -> String {
    let id = |ix: &RevisionIx| chain.revision(*ix).map_or("", |revision| revision.id.as_str());
    listed(all.iter().map(id))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The worst finding speaks for itself.
fn any_finding(_case: &Case, ledger: &Ledger) -> Option<Story> {
    let (ix, worst) = ledger
        .findings()
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.is_open())
        .max_by_key(|(_, finding)| (finding.severity, std::cmp::Reverse(finding.span)))?;
    let steps = worst.remedy.steps.iter();
    let next_steps = steps
        .map(|known| NextStep {
            title: known.text.trim_end_matches('.').to_owned(),
            command: known.code.clone(),
            files: Vec::new(),
        })
        .collect();
    let reason = format!("{}.", worst.title.trim_end_matches('.'));
    Some(Story { reason, next_steps, joins: vec![ix] })
}

fn doubtful(doubts: &[Doubt]) -> Story {
    let reason = match doubts {
        [] => "Nothing was judged.".to_owned(),
        [one] => format!("{}.", one.text),
        [one, rest @ ..] => {
            format!("{}. {} more to settle.", one.text, counted(rest.len(), "thing", "things"))
        }
    };
    let mut next_steps: Vec<NextStep> = Vec::new();
    for doubt in doubts {
        if next_steps.len() < 5 && !next_steps.contains(&doubt.next) {
            next_steps.push(doubt.next.clone());
        }
    }
    Story { reason, next_steps, joins: Vec::new() }
}

fn clean(case: &Case, ledger: &Ledger) -> Story {
    let mut seen = Vec::new();
    let statements: usize = case.facts.plans.iter().map(|plan| plan.statements().count()).sum();
    if !case.facts.plans.is_empty() {
        seen.push(if statements == 0 {
            "no database change in the plan".to_owned()
        } else {
            counted(statements, "statement", "statements")
        });
    }
    if case.distance().is_some_and(|distance| distance.count() == 0) {
        seen.push("dev and prod hold the same tables".to_owned());
    }
    if case.facts.revision_files > 0 {
        seen.push(counted(case.facts.revision_files, "revision", "revisions"));
    }
    let advice = ledger.findings().iter().filter(|finding| finding.is_open()).count();
    let found = if advice == 0 {
        "Nothing dangerous found".to_owned()
    } else {
        format!("Nothing dangerous found, {}", counted(advice, "note", "notes"))
    };
    let reason = format!("{found}: {}.", seen.join(", "));
    Story { reason, next_steps: Vec::new(), joins: Vec::new() }
}
