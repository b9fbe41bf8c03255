//! A database carries no version row, or several that cannot be.

use crate::engine::case::{Case, Position};
use crate::engine::chain::{Chain, Resemblance, RevisionIx, order};
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
        Some((chain, near)) => stamp(note, case.chains.get(*chain)?, near)?,
        None => note
            .certainty(Certainty::Certain)
            .step("Add the migration folder: Retort then finds the revision whose schema this database has.")
            .step("Stamp it at that revision, and audit again."),
    })
}

/// Where the database stands by what it holds, and how to say so to Alembic.
fn stamp(note: Note, chain: &Chain, near: &Resemblance) -> Option<Note> {
    let revision = chain.revision(near.revision)?;
    let own = ["`", &revision.id, "`"].concat();
    let evidence = Evidence::text(resemblance(chain, near, &own));
    let mut note = note.because([evidence.at(revision.span).of_revision(revision.id.clone())]);
    let words = near.differences.1.iter();
    note = note.because(words.map(|words| Evidence::text(["In the database ", words].concat())));
    if !near.alike.is_empty() {
        let ids = named(chain, &near.alike);
        let text =
            [&ids, " and ", &own, " have one schema: nothing in it tells which of them ran last"];
        note = note.because([Evidence::text(text.concat())]);
    }
    if !near.ties.is_empty() && !near.by_columns {
        return Some(note.run(
            "Give the whole schema: tables alone do not tell which of these it is, and a stamp at the wrong one leaves out what the others make.",
            Language::Shell,
            "pg_dump --schema-only --no-owner > prod.sql",
        ));
    }
    if !near.is_exact() {
        return Some(
            note.step("Explain the difference first: which revision, hand, or other service made it.")
                .step("Only then stamp it at the revision whose schema it really has; never at `head` because that is the newest."),
        );
    }
    let does_something = |ix: &&RevisionIx| {
        !near.alike.is_empty() && chain.revision(**ix).is_some_and(|one| !one.upgrade.is_empty())
    };
    let later = near.alike.iter().skip(1).chain([&near.revision]);
    let moves_rows: Vec<RevisionIx> = later.filter(does_something).copied().collect();
    let oldest = near.alike.first().and_then(|ix| chain.revision(*ix)).unwrap_or(revision);
    let target = if moves_rows.is_empty() { revision } else { oldest };
    if !moves_rows.is_empty() {
        let ids = named(chain, &moves_rows);
        let text = [
            "Look whether the rows are as ",
            &ids,
            " leave them: where they are, stamp at ",
            &own,
            " instead.",
        ];
        note = note.step(text.concat());
    }
    let what = if near.by_columns { "schema" } else { "tables" };
    let text = [
        "Stamp it once, at the revision whose ",
        what,
        " it has: this writes one row, `alembic_version`, and changes nothing else; done again, it changes nothing.",
    ];
    Some(
        note.run(text.concat(), Language::Shell, ["alembic stamp ", &target.id].concat())
            .run("Verify: it should print that revision.", Language::Shell, "alembic current")
            .step("Audit it again. Until then approve no plan that drops a table of the chain or `alembic_version`, and run no `upgrade`."),
    )
}

fn named(chain: &Chain, all: &[RevisionIx]) -> String {
    let ids = all.iter().filter_map(|ix| chain.revision(*ix));
    let ids: Vec<&str> = ids.map(|one| one.id.as_str()).collect();
    ["`", &ids.join("`, `"), "`"].concat()
}

/// "Its tables are exactly those of revision `a1`"
fn resemblance(chain: &Chain, near: &Resemblance, own: &str) -> String {
    let (missing, extra) = (near.missing.len(), near.extra.len());
    let (holds, those) =
        if near.by_columns { ("schema is", "that") } else { ("tables are", "those") };
    match (near.differences.0, near.has_tables()) {
        (0, true) if near.ties.is_empty() => {
            ["Its ", holds, " exactly ", those, " of revision ", own].concat()
        }
        (0, true) => {
            ["Its ", holds, " ", those, " of ", &named(chain, &near.ties), " and ", own, " alike"]
                .concat()
        }
        (0, false) => {
            format!("Its tables are nearest to revision {own}: {missing} missing, {extra} extra")
        }
        (count, _) => format!("Its schema is nearest to revision {own}, {count} apart"),
    }
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
