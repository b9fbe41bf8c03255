//! A database whose version row does not say what it holds.

use crate::engine::case::{Case, Position};
use crate::engine::chain::{Chain, Resemblance};
use crate::engine::ledger::Ledger;
use crate::wire::{NextStep, Role};

use super::{Story, counted, joined, listed, of_rules, plans, revisions, run, step};

/// What follows from a database that carries no version row.
const EXPLAINED: &[&str] = &[
    "alembic-command-failed",
    "alembic-version-rows",
    "chain-not-in-plan",
    "dev-prod-mismatch",
    "drop-bookkeeping-table",
    "plan-not-in-chain",
];

/// Where an application lets SQLAlchemy make its tables: words for the cause, and what ends it.
fn made_by_models(case: &Case) -> (String, Option<NextStep>) {
    let called = case.facts.plain_scripts.iter().find_map(|script| script.creates_all);
    let Some((name, line)) = called.and_then(|span| {
        let document = case.documents.get(span.document)?;
        Some((document.name.clone(), document.position(span.start).line))
    }) else {
        return (String::new(), None);
    };
    let mut stop = step("Take `create_all` out of the application: Alembic alone makes tables");
    stop.files.push(format!("{name}:{line}"));
    (format!(": `create_all` in `{name}` line {line} makes its tables without Alembic"), Some(stop))
}

/// Tables are there before the revisions that make them have run: `create_all`, or a hand, was faster.
pub fn raced(case: &Case, ledger: &Ledger) -> Option<Story> {
    let (role, name, early) = [(Role::Prod, "Production"), (Role::Dev, "Dev")]
        .into_iter()
        .map(|(role, name)| (role, name, case.early(role)))
        .find(|(.., early)| !early.is_empty())?;
    let (chain, at) = case.stands(role)?;
    let mut makers: Vec<_> = early.iter().map(|(_, ix, _)| *ix).collect();
    makers.dedup();
    let tables: Vec<String> = early.iter().map(|(table, ..)| table.to_string()).collect();
    let (made, stop) = made_by_models(case);
    let reason = format!(
        "{name} stands at {} and already has {}, which {} would make{made}: `alembic upgrade` stops there with “already exists”.",
        revisions(chain, &at),
        listed(tables.iter().map(String::as_str)),
        revisions(chain, &makers),
    );
    let mut next_steps = Vec::new();
    if !case.facts.plans.is_empty() {
        next_steps.push(step("Cancel the publish"));
    }
    next_steps.extend(stop);
    let nearest = case.tables(role).and_then(|tables| case.nearest(&tables));
    match nearest.filter(|(_, near)| near.is_exact()) {
        Some((number, near)) => {
            let chain = case.chains.get(number)?;
            let id = &chain.revision(near.revision)?.id;
            let title = "Compare columns and indexes with the revisions; where they are the same, stamp at the one whose tables it has";
            next_steps.push(run(title, format!("alembic stamp {id}")));
        }
        None => next_steps.push(step(format!(
            "Compare the tables with what {} make: no revision has exactly these tables, so write a forward revision for the difference before stamping",
            revisions(chain, &makers)
        ))),
    }
    next_steps.push(step(format!("Audit {} again", role.word())));
    let joins = of_rules(
        ledger,
        &[
            "alembic-stamp-mismatch",
            "alembic-command-failed",
            "dev-prod-mismatch",
            "object-state-mismatch",
        ],
    );
    Some(Story { reason, next_steps, joins })
}

/// Prod carries no version row. A host's diff then sees Alembic's tables as strangers.
pub fn never_stamped(case: &Case, ledger: &Ledger) -> Option<Story> {
    let (role, name) = [(Role::Prod, "Production"), (Role::Dev, "Dev")]
        .into_iter()
        .find(|(role, _)| matches!(case.position(*role), Position::NeverStamped { .. }))?;
    let Position::NeverStamped { resembles, .. } = case.position(role) else {
        return None;
    };
    let plan = !case.facts.plans.is_empty();
    let dropped = plans::dropped_tables(case);
    let consequence = match plans::dropped_by_chain(case) {
        Some(sentence) => sentence,
        None if !dropped.is_empty() => {
            format!("The plan drops {}.", counted(dropped.len(), "table", "tables"))
        }
        None if plan => {
            "The plan was made against a database that Alembic does not track.".to_owned()
        }
        None => "`alembic upgrade` would run the whole chain over tables that exist.".to_owned(),
    };
    let (made, stop) = made_by_models(case);
    let mut next_steps = Vec::new();
    if plan {
        next_steps.push(step("Cancel the publish"));
    }
    next_steps.extend(stop);
    match resembles.as_ref().and_then(|(ix, near)| Some((case.chains.get(*ix)?, near))) {
        Some((chain, near)) => stamp_steps(case, chain, near, role, &mut next_steps),
        None => next_steps.push(step(
            "Add the migration folder, to find the revision whose tables this database has",
        )),
    }
    next_steps.push(step(format!("Audit {} again", role.word())));
    if plan {
        next_steps.push(step("Publish again: the plan should be empty"));
    }
    let reason = format!("{name} was never stamped{made}. {consequence}");
    let joins = joined(ledger, |finding| {
        EXPLAINED.contains(&finding.rule.0) || plans::drops(case, finding)
    });
    Some(Story { reason, next_steps, joins })
}

fn stamp_steps(
    case: &Case,
    chain: &Chain,
    near: &Resemblance,
    role: Role,
    steps: &mut Vec<NextStep>,
) {
    let Some(revision) = chain.revision(near.revision) else { return };
    let id = &revision.id;
    if near.has_tables() && !near.ties.is_empty() && !near.by_columns {
        let others = counted(near.ties.len(), "other revision", "other revisions");
        steps.push(run(
            format!("Give the whole schema: `{id}` and {others} have these tables, and only columns tell them apart"),
            "pg_dump --schema-only --no-owner > prod.sql",
        ));
        return;
    }
    if near.has_tables() && !near.is_exact() {
        let apart = counted(near.differences.0, "difference", "differences");
        steps.push(step(format!("Explain the difference first: nearest is `{id}`, with {apart}")));
        steps.push(step(format!(
            "Stamp {} at the revision whose schema it really has",
            role.word()
        )));
        return;
    }
    if !near.is_exact() {
        let missing = counted(near.missing.len(), "table", "tables");
        let title = format!(
            "Explain the difference first: nearest is `{id}`, with {missing} missing and {} extra",
            near.extra.len()
        );
        steps.push(step(title));
        steps.push(step(format!(
            "Stamp {} at the revision whose schema it really has",
            role.word()
        )));
        return;
    }
    steps.push(run(
        format!("Stamp {} once, at the revision whose tables it has", role.word()),
        format!("alembic stamp {id}"),
    ));
    let pending = case.pending().map_or(0, |pending| pending.len());
    if role == Role::Prod && pending > 0 {
        steps.push(run(
            format!("Run the {} that prod has not seen", counted(pending, "revision", "revisions")),
            "alembic upgrade head",
        ));
    }
}
