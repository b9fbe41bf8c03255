//! The plan lacks what the chain is about to do.

use crate::engine::case::Case;
use crate::engine::facts::Plan;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::{self, Op, Step};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("chain-not-in-plan"),
    severity: Severity::Danger,
    summary: "A revision that is still to run does something that the plan does not.",
    why: "The code that needs it finds nothing there, and when Alembic runs later it meets a database that it does not know.",
    instead: "Run the chain in place of the plan; a plan made from two schemas never holds changes of rows or the version row.",
    fires: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\")
=== versions/b2_two.py
from alembic import op
import sqlalchemy as sa

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    op.create_table(\"wishes\", sa.Column(\"id\", sa.BigInteger(), primary_key=True))
=== prod.txt role:prod
DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
orders

ALEMBIC VERSION:
version_num
a1
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN note text;
",
    silent: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\")
=== versions/b2_two.py
from alembic import op
import sqlalchemy as sa

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    op.create_table(\"wishes\", sa.Column(\"id\", sa.BigInteger(), primary_key=True))
=== prod.txt role:prod
DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
orders

ALEMBIC VERSION:
version_num
a1
=== plan.sql role:plan
CREATE TABLE wishes (id bigint PRIMARY KEY);
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let plans = &case.facts.plans;
    let steps = plans.iter().flat_map(Plan::statements).flat_map(|one| &one.steps);
    let planned: Vec<&Op> = steps.map(|step| &step.op).collect();
    // Nothing planned is no plan to compare with, and what was not understood may hold it.
    if planned.is_empty() || planned.iter().any(|op| matches!(op, Op::Unknown { .. })) {
        return Vec::new();
    }
    let pending = case.revisions().filter(|(.., pending)| *pending == Some(true));
    pending
        .filter_map(|(_, _, revision, _)| {
            let absent = |step: &&Step| {
                is_effect(&step.op) && !planned.iter().any(|other| same(&step.op, other))
            };
            let lacks: Vec<&Step> = revision.upgrade.iter().filter(absent).collect();
            let first = lacks.first()?;
            let more = match lacks.len() {
                1 => String::new(),
                count => format!(", and {} more", count - 1),
            };
            let says = op::describe(&first.op);
            Some(
                Note::new(format!(
                    "The plan lacks what revision `{}` does: it {says}{more}",
                    revision.id
                ))
                .at(first.span)
                .of_revision(revision.id.clone())
                .certainty(Certainty::Likely)
                .pending(true)
                .named(ObjectKind::Revision, revision.id.clone())
                .because(lacks.iter().map(|step| {
                    Evidence::text(format!("Not in the plan: {}", op::describe(&step.op)))
                        .at(step.span)
                }))
                .step("Decline the plan.")
                .run(
                    "Run the chain in its place.",
                    Language::Shell,
                    "alembic upgrade head",
                ),
            )
        })
        .collect()
}

/// Whether a database is other afterwards in a way that a plan would show.
fn is_effect(op: &Op) -> bool {
    matches!(
        op,
        Op::CreateTable { .. }
            | Op::DropTable { .. }
            | Op::RenameTable { .. }
            | Op::AddColumn { .. }
            | Op::DropColumn { .. }
            | Op::RenameColumn { .. }
    )
}

/// Whether two ops do the same to the same object, as far as a name tells.
fn same(one: &Op, other: &Op) -> bool {
    match (one, other) {
        (Op::CreateTable { table, .. }, Op::CreateTable { table: own, .. })
        | (Op::DropTable { table, .. }, Op::DropTable { table: own, .. }) => table == own,
        (Op::AddColumn { table, column, .. }, Op::AddColumn { table: own, column: of, .. }) => {
            table == own && column.name == of.name
        }
        // A table that the plan makes has the columns that later revisions add.
        (Op::AddColumn { table, column, .. }, Op::CreateTable { table: own, columns, .. }) => {
            table == own && columns.iter().any(|of| of.name == column.name)
        }
        (Op::DropColumn { table, column, .. }, Op::DropColumn { table: own, column: of, .. }) => {
            table == own && column == of
        }
        (Op::RenameTable { .. }, Op::RenameTable { .. })
        | (Op::RenameColumn { .. }, Op::RenameColumn { .. }) => one == other,
        _ => false,
    }
}
