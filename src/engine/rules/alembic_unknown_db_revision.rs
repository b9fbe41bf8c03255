//! A database stands at a revision that is in no file.

use crate::engine::case::{Case, Position};
use crate::engine::facts::FailureKind;
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Certainty, Language, ObjectKind, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-unknown-db-revision"),
    severity: Severity::Blocker,
    summary: "A database's version row names a revision that is not among the files.",
    why: "Alembic can't locate it and refuses to upgrade: the file was deleted, renamed, or never merged.",
    instead: "Restore the file from version control; stamp past it only when the schema is proven to match.",
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
zz9
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
",
    silent: "
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
a1
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = said(case);
    if case.chains.is_empty() {
        return notes; // Without files nothing is unknown; the verdict says what is not given.
    }
    for (role, name) in [(Role::Prod, "Production"), (Role::Dev, "Dev")] {
        let Position::At { rows, .. } = case.position(role) else { continue };
        for (id, span) in rows.iter().filter(|(id, _)| case.chain_of(id).is_none()) {
            let files: usize = case.chains.iter().map(|chain| chain.revisions.len()).sum();
            notes.push(
                Note::new(format!("{name} is at `{id}`, which is in none of the {files} revision files"))
                    .at(*span)
                    .named(ObjectKind::Revision, id.clone())
                    .because([Evidence::text("If only part of the folder was given, the file may simply not be here")])
                    .run("Look for it in version control.", Language::Shell, format!("git log --all --oneline -S '{}'", id.replace('\'', "")))
                    .step("Put the file back where it was, or write a no-op revision with that exact id in its place."),
            );
        }
    }
    notes
}

/// Alembic itself could not find a revision that nobody asked for, so a database named it.
fn said(case: &Case) -> Vec<Note> {
    let failures = case.facts.printed.iter().flat_map(|printed| &printed.failures);
    let unknown = failures
        .filter(|failure| failure.kind == FailureKind::UnknownRevision && !failure.is_argument);
    unknown
        .map(|failure| {
            let id = failure.about.first().map_or("a revision", String::as_str);
            let here = failure.about.iter().any(|id| case.chain_of(id).is_some());
            let (severity, evidence) = if here {
                let text =
                    "The files given here have it: Alembic ran with another state of the folder";
                (Severity::Warning, text)
            } else {
                let text = "If it was asked for on the command line, the database may be fine";
                (Severity::Blocker, text)
            };
            Note::new(format!("Alembic can't locate `{id}`, which the database names"))
                .at(failure.span)
                .severity(severity)
                .certainty(Certainty::Likely)
                .named(ObjectKind::Revision, id)
                .because([
                    Evidence::text(format!("Alembic says: {}", failure.text)),
                    Evidence::text(evidence),
                ])
                .step("Put the revision's file back, or run with the folder that has it.")
        })
        .collect()
}
