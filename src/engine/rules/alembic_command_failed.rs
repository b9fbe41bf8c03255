//! A command of Alembic's failed, and no rule of its own speaks of why.

use crate::engine::case::Case;
use crate::engine::facts::{Failure, FailureKind};
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-command-failed"),
    severity: Severity::Danger,
    summary: "An Alembic command in the output given here failed.",
    why: "What it was to do is not done, or is half done where the database takes no DDL back.",
    instead: "Find out where the database stands, mend the cause, and run the command again.",
    fires: "
=== upgrade.log
INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.
INFO  [alembic.runtime.migration] Will assume transactional DDL.
INFO  [alembic.runtime.migration] Running upgrade a1b2 -> c3d4, names
Traceback (most recent call last):
  File \"/app/versions/c3d4.py\", line 12, in upgrade
psycopg.errors.NotNullViolation: column \"name\" contains null values
",
    silent: "
=== upgrade.log
INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.
INFO  [alembic.runtime.migration] Will assume transactional DDL.
INFO  [alembic.runtime.migration] Running upgrade a1b2 -> c3d4, names
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let failures = case.facts.printed.iter().flat_map(|printed| &printed.failures);
    failures.filter_map(note).collect()
}

fn note(failure: &Failure) -> Option<Note> {
    let (severity, cause, title, step) = match failure.kind {
        FailureKind::Run => {
            let id = failure.during.as_deref().unwrap_or("a revision");
            (
                Severity::Danger,
                "run",
                format!("`{id}` failed while it ran"),
                "Look where the database stands now: what ran in one transaction is taken back, the rest is not.",
            )
        }
        FailureKind::Behind => (
            Severity::Warning,
            "behind",
            "The database has not run every revision that the folder has".to_owned(),
            "Upgrade it, or compare with the revision that it stands at.",
        ),
        FailureKind::UnknownRevision if failure.is_argument => (
            Severity::Notice,
            "argument",
            "Alembic knows no revision by what the command gave".to_owned(),
            "Give a whole id, or more of it.",
        ),
        FailureKind::Usage => (
            Severity::Notice,
            "usage",
            "Alembic refused the command, and changed nothing".to_owned(),
            "Give the command what it asks for.",
        ),
        FailureKind::Other => (
            Severity::Warning,
            "other",
            "An Alembic command failed".to_owned(),
            "Read the message, mend what it names, and run the command again.",
        ),
        _ => return None,
    };
    let exists = failure.text.contains("already exists").then(|| {
        Evidence::text(
            "It was there already: it ran before and its version row was lost, or a hand or another program made it",
        )
    });
    let mut note = Note::new(title)
        .severity(severity)
        .cause(cause)
        .at(failure.span)
        .because([Evidence::text(format!("Alembic says: {}", failure.text))])
        .because(exists)
        .run("See where it stands.", Language::Shell, "alembic current")
        .step(step);
    note.revision = failure.during.clone();
    Some(note)
}
