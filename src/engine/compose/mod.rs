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
mod origins;
mod settings;
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
pub use schema_view::{NoSchema, schema, script};

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
        not_evaluated: not_evaluated(case, ledger),
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

/// Rules that say something of a step only where they know what is there before it.
const NEED_SCHEMA: &[&str] = &[
    "cast-may-fail",
    "cast-missing-using",
    "drop-blocked-by-dependents",
    "fk-target-mismatch",
    "lite-drop-column-limits",
    "my-enum-set-change",
    "my-modify-drops-attributes",
    "object-state-mismatch",
    "type-change-blocked",
];

/// Rules that had nothing to look at, and why.
fn not_evaluated(case: &Case, ledger: &Ledger) -> Vec<wire::NotEvaluated> {
    let mut rows = Vec::new();
    let mut add = |rules: &[&str], why: &str| {
        rows.extend(
            rules
                .iter()
                .map(|rule| wire::NotEvaluated { rule: (*rule).to_owned(), why: why.to_owned() }),
        )
    };
    if case.settings.single_database == Some(true) {
        add(&["dev-prod-mismatch"], "there is one database: it is compared with the chain instead");
    } else if case.distance().is_none() {
        add(&["dev-prod-mismatch"], "it needs the tables of dev and of prod");
    }
    if case.chains.is_empty() {
        add(
            &["alembic-stamp-mismatch", "alembic-unknown-db-revision", "plan-not-in-chain"],
            "it needs the migration folder",
        );
    }
    if case.audit(wire::Role::Prod).is_none() {
        add(&["alembic-version-rows"], "it needs the audit of prod");
    }
    if !case.facts.plans.is_empty() && !case.before_plan().is_whole() {
        let why = "it needs the schema that the plan meets: a dump of prod, or its position in a migration folder";
        add(NEED_SCHEMA, why);
    }
    if ledger.dropped_findings() > 0 {
        add(&["unparsed-input"], "there were more findings than one report holds");
    }
    for (rule, number) in ledger.switched_off() {
        let found = wire::words::count(*number, "finding", "findings");
        add(&[rule.0], &format!("it is switched off in the settings; it would have {found}"));
    }
    crate::ordered::sort(&mut rows);
    rows
}

/// Worst first.
fn severity_rank(severity: Severity) -> usize {
    Severity::ALL.iter().position(|other| *other == severity).unwrap_or(usize::MAX)
}
