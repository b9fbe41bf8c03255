//! A database's tables are not those of the revision it is stamped at.

use crate::engine::case::{self, Case, Position};
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::schema::TableName;
use crate::ordered::Set;
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
        .flat_map(|(role, name)| {
            let of_rows = (case, role, name);
            check_side(case, role, name).into_iter().chain(early(of_rows))
        })
        .collect()
}

/// Tables that are there before the revisions that make them have run: the next upgrade stops at the first.
fn early((case, role, name): (&Case, Role, &str)) -> Option<Note> {
    let early = case.early(role);
    let ((chain, at), (table, ix, span)) = (case.stands(role)?, early.first()?);
    let (maker, at) = (&chain.revision(*ix)?.id, &chain.revision(*at.first()?)?.id);
    let more = match early.len() {
        1 => String::new(),
        count => format!(", and {} more tables of revisions it has not run", count - 1),
    };
    let mut note = Note::new(format!(
        "{name} is stamped at `{at}` and already has `{table}`, which `{maker}` makes{more}"
    ))
    .cause("early")
    .because([Evidence::text(format!("Revision `{maker}` makes `{table}`"))
        .at(*span)
        .of_revision(maker.clone())])
    .because(case.about(table))
    .because(best(case, role))
    .step("Find out what made it: `create_all` when the application starts, a hand, or a run whose row was lost.")
    .step("Compare its columns and indexes with the revision; where they are the same, stamp past it, and otherwise write a forward revision for the difference.");
    note.span = case.audit(role)?.tables.as_ref()?.get(*table).copied();
    for (table, ..) in &early {
        note = note.table(table);
    }
    Some(note)
}

/// The revision whose tables a database has.
fn best(case: &Case, role: Role) -> Option<Evidence> {
    let (number, near) = case.nearest(&case.tables(role)?)?;
    let revision = case.chains.get(number)?.revision(near.revision)?;
    let how = match (near.missing.len(), near.extra.len()) {
        (0, 0) => "exactly those".to_owned(),
        (missing, extra) => format!("nearest to those ({missing} missing, {extra} extra)"),
    };
    let text = format!("Its tables are {how} of revision `{}`", revision.id);
    Some(Evidence::text(text).at(revision.span).of_revision(revision.id.clone()))
}

fn check_side(case: &Case, role: Role, name: &str) -> Option<Note> {
    let Position::At { chain: Some(chain), rows } = case.position(role) else {
        return None;
    };
    let chain = case.chains.get(*chain)?;
    let at: Vec<_> = rows.iter().filter_map(|(id, _)| chain.find(id)).collect();
    let (schema, complete) = chain.schema_at(&at);
    let expected: Set<&TableName> =
        schema.tables.keys().filter(|table| !case::is_version_table(table)).collect();
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
    .because(best(case, role))
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
