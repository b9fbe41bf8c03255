//! Analysis → wire values.
//!
//! In: case, ledger, verdict.
//! Out: [`crate::wire::Report`].
//! Never: judging; what is composed here was decided before.

mod places;
mod findings;
mod patches;
mod inputs;
mod chains;
mod schemas;
mod plans;
mod moment;
mod not_evaluated;
mod origins;
mod settings;
mod schema_parts;
mod schema_view;
mod ends;
mod diff;
mod diff_rows;
mod comparisons;
mod dependents;
mod plan_states;

pub use comparisons::between;
pub use dependents::dependents;
pub use diff::Choices;
pub use moment::moment;
pub use plan_states::plan_states;
pub use schema_view::{NoSchema, schema, script, taken};

use crate::ordered::Set;
use crate::wire::{self, Report, Severity, Stats, Status};

use super::case::Case;
use super::ledger::Ledger;
use super::rules::RULES;
use super::verdict::Verdict;

/// Composes the report.
pub fn report(
    case: &Case,
    ledger: &Ledger,
    verdict: &Verdict,
    skipped: &[(String, String)],
) -> Report {
    let ids = findings::ids(case, ledger);
    let rows = findings::rows(case, ledger, &ids);
    let total = ledger.total();
    Report {
        version: wire::VERSION,
        verdict: wire::Verdict {
            status: verdict.status,
            diagnosis: verdict.diagnosis,
            headline: verdict.headline.to_owned(),
            reason: verdict.reason.clone(),
            because: in_order(&verdict.because, &ids, &rows),
            joined: in_order(&verdict.joined, &ids, &rows),
            next_steps: verdict.next_steps.clone(),
        },
        inputs: inputs::rows(case, ledger),
        skipped: skipped.to_vec(),
        doubts: verdict.doubts.iter().map(|doubt| doubt.text.clone()).collect(),
        audits: schemas::audits(case),
        chains: chains::views(case),
        schemas: schemas::summaries(case),
        comparisons: comparisons::comparisons(case, ledger),
        plans: plans::views(case, &rows),
        not_evaluated: not_evaluated::rows(case, ledger),
        settings: settings::rows(case),
        left_out: Vec::new(),
        stats: Stats {
            revisions: case.facts.revision_files,
            statements: total.seen,
            understood: total.understood,
            rules: RULES.len(),
        },
        findings: rows,
    }
}

/// Composes what chains are drawn from: the chains themselves, and where databases stand on them.
pub fn outline(case: &Case) -> Report {
    Report {
        audits: schemas::audits(case),
        chains: chains::views(case),
        ..Report::withheld(Status::Unknown)
    }
}

/// One side of a comparison: an analysis, under which name it was asked for, and at which revision.
#[derive(Debug, Clone, Copy)]
pub struct EndAsked<'a> {
    pub case: &'a Case,
    pub ledger: &'a Ledger,
    pub name: &'a str,
    pub at: Option<&'a str>,
}

/// Compares what two sides hold; on `Err` the name of the side that holds no schema, and why.
pub fn compared(
    from: EndAsked<'_>,
    to: EndAsked<'_>,
    choices: Choices,
) -> Result<wire::diff::DiffView, (String, NoSchema)> {
    let end = |asked: EndAsked<'_>| {
        ends::end(asked.case, asked.ledger, asked.name, asked.at)
            .map_err(|none| (asked.name.to_owned(), none))
    };
    let same_inputs = std::ptr::eq(from.case, to.case);
    Ok(diff::diff(&end(from)?, &end(to)?, same_inputs, choices))
}

/// The ids of some findings, in the order of the rows.
fn in_order(some: &[usize], ids: &[String], rows: &[wire::FindingRow]) -> Vec<String> {
    let decided: Set<&String> = some.iter().filter_map(|ix| ids.get(*ix)).collect();
    rows.iter().filter(|row| decided.contains(&row.id)).map(|row| row.id.clone()).collect()
}

/// Worst first.
fn severity_rank(severity: Severity) -> usize {
    Severity::ALL.iter().position(|other| *other == severity).unwrap_or(usize::MAX)
}
