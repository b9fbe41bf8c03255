//! A migration that asks for more than a migration should have.

use crate::engine::ledger::RuleName;
use crate::engine::op;
use crate::engine::op::{Asks, DropKind, Op, Reach};
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("privileged-or-secret-statement"),
    severity: Severity::Danger,
    summary: "Changes the server, its roles or its extensions, or holds a password.",
    why: "It needs rights that the application's own user should not have, and a secret in a file is read by everyone who reads the file.",
    instead: "Have an operator do it outside of the migration; keep secrets out of files.",
    fires: "
=== plan.sql role:plan
CREATE ROLE reporting LOGIN PASSWORD 'swordfish';
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ privileged-or-secret-statement
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN note text;
",
    check: Check::Step(check),
};

/// Extensions that the owner of a database may make since PostgreSQL 13.
const TRUSTED: &[&str] = &[
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pg_trgm",
    "pgcrypto",
    "plpgsql",
    "seg",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
];

fn check(view: &StepView<'_>) -> Option<Note> {
    let (cause, severity, step) = match &view.step.op {
        Op::Server(server) => match server.asks? {
            // Told by the rule about access.
            Asks::Broad | Asks::Revokes => return None,
            Asks::System => (
                "system",
                Severity::Danger,
                "Have an operator do it, with what is needed to take it back.",
            ),
            Asks::Role => (
                "role",
                Severity::Danger,
                "Have an operator make and change roles, outside of the migration.",
            ),
            Asks::Secret => (
                "secret",
                Severity::Danger,
                "Take the password out, change it where it was used, and set it outside of any file.",
            ),
        },
        Op::Setting { reach: Reach::Global, .. } => {
            ("system", Severity::Danger, "Set it for the session alone, or have an operator do it.")
        }
        Op::CreateOther { kind: DropKind::Extension, name } => (
            "extension",
            match TRUSTED.contains(&name.name.as_str()) {
                true => Severity::Warning,
                false => Severity::Danger,
            },
            "Make sure that the user who migrates may make it, or have an operator make it before.",
        ),
        _ => return None,
    };
    Some(
        Note::new(format!(
            "{} {}, which needs more rights than a migration should have",
            view.who(),
            op::describe(&view.step.op)
        ))
        .cause(cause)
        .severity(severity)
        .step(step),
    )
}
