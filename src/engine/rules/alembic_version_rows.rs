//! A database carries no version row, or several that cannot be.

use crate::engine::case::{Case, Position};
use crate::engine::chain::order;
use crate::engine::facts::FailureKind;
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Certainty, Language, ObjectKind, Role, Severity, VersionState};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-version-rows"),
    severity: Severity::Danger,
    summary: "A database's version table is missing, empty, or holds rows that do not belong together.",
    why: "Alembic believes that nothing was applied: `upgrade` would create tables that exist, and a host's diff treats Alembic's tables as strangers.",
    instead: "Stamp the database once, at the revision whose tables it really has; never by name alone.",
    fires: "
=== prod.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
orders

ALEMBIC VERSION:
version_num
",
    silent: "
=== prod.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
alembic_version
orders

ALEMBIC VERSION:
version_num
a1
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes: Vec<Note> = [(Role::Prod, "Production"), (Role::Dev, "Dev")]
        .into_iter()
        .filter_map(|(role, name)| never_stamped(case, role, name))
        .collect();
    notes.extend(
        [(Role::Prod, "Production"), (Role::Dev, "Dev")]
            .into_iter()
            .filter_map(|(role, name)| overlapping(case, role, name)),
    );
    notes.extend(said(case));
    notes
}

/// What Alembic itself said of the rows.
fn said(case: &Case) -> impl Iterator<Item = Note> {
    let failures = case.facts.printed.iter().flat_map(|printed| &printed.failures);
    failures.filter_map(|failure| {
        let (cause, title, step) = match failure.kind {
            FailureKind::OverlappingRows => (
                "overlap",
                "Alembic found version rows of which one includes another",
                "Find out which row is true by comparing the tables, then stamp that one with `--purge`.",
            ),
            FailureKind::ChangedRow => (
                "changed",
                "The version row was not what Alembic had read",
                "Make sure that one process at a time migrates this database; then look at the row and the tables.",
            ),
            _ => return None,
        };
        let mut note = Note::new(title)
            .cause(cause)
            .at(failure.span)
            .because([Evidence::text(format!("Alembic says: {}", failure.text))])
            .step(step);
        for id in &failure.about {
            note = note.named(ObjectKind::Revision, id.clone());
        }
        Some(note)
    })
}

fn never_stamped(case: &Case, role: Role, name: &str) -> Option<Note> {
    let Position::NeverStamped { span, resembles } = case.position(role) else {
        return None;
    };
    let state = case.audit(role).map(|audit| audit.version.state);
    let absent = state == Some(VersionState::Absent);
    let what = if absent {
        "it has no `alembic_version` table"
    } else if !matches!(state, Some(VersionState::Empty)) {
        "Alembic finds no version row"
    } else {
        "its `alembic_version` table is empty"
    };
    let mut note = Note::new(format!("{name} was never stamped: {what}"))
        .cause(if absent { "no-table" } else { "no-row" })
        .named(ObjectKind::Table, "alembic_version");
    note.span = *span;
    Some(match resembles {
        Some((chain, near)) => {
            let revision = case.chains.get(*chain)?.revision(near.revision)?;
            let text = match (near.missing.len(), near.extra.len()) {
                (0, 0) => format!("Its tables are exactly those of revision `{}`", revision.id),
                (missing, extra) => format!("Its tables are nearest to revision `{}`: {missing} missing, {extra} extra", revision.id),
            };
            note = note.because([Evidence::text(text).at(revision.span).of_revision(revision.id.clone())]);
            if near.is_exact() {
                note.run("Stamp it once, at the revision whose tables it has.", Language::Shell, format!("alembic stamp {}", revision.id))
                    .step("Audit it again: it should show that revision.")
            } else {
                note.step("Explain the difference first: which revision, hand, or other service made or dropped those tables.")
                    .step("Only then stamp it at the revision whose schema it really has.")
            }
        }
        None => note
            .certainty(Certainty::Certain)
            .step("Add the migration folder: Retort then finds the revision whose tables this database has.")
            .step("Stamp it at that revision, and audit again."),
    })
}

/// Rows of which one is an ancestor of another: Alembic refuses to upgrade from there.
fn overlapping(case: &Case, role: Role, name: &str) -> Option<Note> {
    let Position::At { chain: Some(chain), rows } = case.position(role) else {
        return None;
    };
    let chain = case.chains.get(*chain)?;
    let known: Vec<_> =
        rows.iter().filter_map(|(id, span)| Some((chain.find(id)?, id, *span))).collect();
    let (_, id, span) = known.iter().find(|(ix, _, _)| {
        let others: Vec<_> =
            known.iter().map(|(other, _, _)| *other).filter(|other| other != ix).collect();
        order::ancestors(&chain.graph, &others).contains(*ix)
    })?;
    Some(
        Note::new(format!("{name} has a version row `{id}` that another row already includes"))
            .cause("overlap")
            .at(*span)
            .named(ObjectKind::Revision, (*id).clone())
            .step("Find out which row is true by comparing the tables, then stamp that one with `--purge`."),
    )
}
