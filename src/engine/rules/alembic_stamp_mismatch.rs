//! A database's tables are not those of the revision it is stamped at.

use std::collections::BTreeSet;

use crate::engine::case::{self, Case, Position};
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::schema::TableName;
use crate::wire::{Certainty, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-stamp-mismatch"),
    severity: Severity::Danger,
    summary: "A database lacks tables that its stamped revision should have given it.",
    why: "It was stamped without running the revisions, or something dropped what they made: later revisions fail or miss.",
    instead: "Find the revision whose tables it really has; write a forward revision for what is missing.",
    fires: "
=== prod.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
customers

ALEMBIC VERSION:
version_num
b1
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"customers\")
=== versions/b1_two.py
from alembic import op

revision = \"b1\"
down_revision = \"a1\"


def upgrade():
    op.create_table(\"orders\")
",
    silent: "
=== prod.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
customers

ALEMBIC VERSION:
version_num
a1
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"customers\")
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    [(Role::Prod, "Production"), (Role::Dev, "Dev")]
        .into_iter()
        .filter_map(|(role, name)| check_side(case, role, name))
        .collect()
}

fn check_side(case: &Case, role: Role, name: &str) -> Option<Note> {
    let Position::At { chain: Some(chain), rows } = case.position(role) else {
        return None;
    };
    let chain = case.chains.get(*chain)?;
    let at: Vec<_> = rows.iter().filter_map(|(id, _)| chain.find(id)).collect();
    let (schema, complete) = chain.schema_at(&at);
    let expected: BTreeSet<&TableName> = crate::wire::order::collected(
        schema.tables.keys().filter(|table| !case::is_version_table(table)),
    );
    let tables = case.tables(role)?;
    let missing: Vec<&TableName> =
        expected.iter().copied().filter(|table| !tables.contains(*table)).collect();
    let first = missing.first()?;
    let (id, span) = rows.first()?;
    let more = if missing.len() > 1 {
        format!(" and {} more tables", missing.len() - 1)
    } else {
        String::new()
    };
    let mut note = Note::new(format!(
        "{name} is stamped at `{id}` and lacks `{first}`{more} that the chain made"
    ))
    .at(*span)
    .cause("missing")
    .certainty(if complete { Certainty::Certain } else { Certainty::Likely })
    .because(case.about(first))
    .step("Find out who stamped it, and whether the revisions ran there.")
    .step("Write a forward revision that makes what is missing; never edit a released one.");
    for table in missing {
        note = note.table(table);
    }
    if !complete {
        note = note.because([Evidence::text(
            "Part of the chain was not understood, so a table may be missing on purpose",
        )]);
    }
    Some(note)
}
