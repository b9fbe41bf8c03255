//! The plan lacks what the chain is about to do.

use crate::engine::case::Case;
use crate::engine::facts::Plan;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::{self, ConstraintKind, Op, Step};
use crate::engine::schema::Schema;
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
        .filter_map(|(chain, _, revision, _)| {
            let head = chain.replay.last();
            let absent = |step: &&Step| {
                is_effect(&step.op)
                    && lasts(&step.op, head)
                    && !planned.iter().any(|other| same(&step.op, other))
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
            | Op::AlterColumnType { .. }
            | Op::SetNotNull { .. }
            | Op::DropNotNull { .. }
            | Op::AddConstraint { .. }
            | Op::CreateIndex { .. }
            | Op::CreateEnum { .. }
            | Op::AddEnumValue { .. }
            | Op::Mutate { .. }
    )
}

/// Whether what it makes is there when all has run: a plan leaves out what comes and goes.
fn lasts(op: &Op, head: &Schema) -> bool {
    match op {
        Op::CreateTable { table, .. } | Op::SetNotNull { table, .. } => {
            head.tables.contains_key(table)
        }
        Op::AddColumn { table, column, .. } => {
            head.tables.get(table).is_some_and(|known| known.column(&column.name).is_some())
        }
        Op::AlterColumnType { table, column, .. } | Op::DropNotNull { table, column } => {
            head.tables.get(table).is_some_and(|known| known.column(column).is_some())
        }
        Op::AddConstraint { table, kind, .. } => head
            .tables
            .get(table)
            .is_some_and(|known| known.constraints.iter().any(|one| alike(kind, &one.kind))),
        Op::CreateIndex { table, index, .. } => head
            .tables
            .get(table)
            .is_some_and(|known| known.indexes.iter().any(|one| one.name == index.name)),
        Op::CreateEnum { name, .. } | Op::AddEnumValue { name, .. } => {
            head.enums.contains_key(name)
        }
        Op::DropTable { table, .. } => !head.tables.contains_key(table),
        _ => true,
    }
}

/// Whether two constraints keep the same, as far as columns tell: a check may be written in other words.
fn alike(one: &ConstraintKind, other: &ConstraintKind) -> bool {
    match (one, other) {
        (ConstraintKind::ForeignKey(one), ConstraintKind::ForeignKey(other)) => {
            one.columns == other.columns && one.ref_table == other.ref_table
        }
        _ => {
            std::mem::discriminant(one) == std::mem::discriminant(other)
                && one.columns() == other.columns()
        }
    }
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
        (
            Op::AlterColumnType { table, column, .. },
            Op::AlterColumnType { table: own, column: of, .. },
        )
        | (Op::SetNotNull { table, column }, Op::SetNotNull { table: own, column: of })
        | (Op::DropNotNull { table, column }, Op::DropNotNull { table: own, column: of }) => {
            table == own && column == of
        }
        // What the plan makes it makes as it is to be in the end: that is compared elsewhere.
        (
            Op::AlterColumnType { table, .. }
            | Op::SetNotNull { table, .. }
            | Op::DropNotNull { table, .. },
            Op::CreateTable { table: own, .. },
        ) => table == own,
        (
            Op::SetNotNull { table, column } | Op::DropNotNull { table, column },
            Op::AddColumn { table: own, column: of, .. },
        )
        | (
            Op::AlterColumnType { table, column, .. },
            Op::AddColumn { table: own, column: of, .. },
        ) => table == own && *column == of.name,
        (Op::CreateEnum { name, .. }, Op::CreateEnum { name: own, .. }) => name == own,
        (Op::AddEnumValue { name, value, .. }, Op::AddEnumValue { name: own, value: of, .. }) => {
            name == own && value == of
        }
        (Op::AddEnumValue { name, value, .. }, Op::CreateEnum { name: own, values, .. }) => {
            name == own && values.contains(value)
        }
        (Op::Mutate { table, verb, .. }, Op::Mutate { table: own, verb: of, .. }) => {
            table == own && verb == of
        }
        (Op::RenameTable { .. }, Op::RenameTable { .. })
        | (Op::RenameColumn { .. }, Op::RenameColumn { .. }) => one == other,
        _ => same_key(one, other),
    }
}

/// Whether two ops make the same constraint or index: what a unique index keeps, a unique constraint keeps.
fn same_key(one: &Op, other: &Op) -> bool {
    match (one, other) {
        (Op::AddConstraint { table, kind, .. }, Op::AddConstraint { table: own, kind: of, .. }) => {
            table == own && alike(kind, of)
        }
        (
            Op::AddConstraint { table, kind, .. },
            Op::CreateTable { table: own, constraints, .. },
        ) => table == own && constraints.iter().any(|one| alike(kind, &one.kind)),
        (
            Op::AddConstraint { table, kind: ConstraintKind::Unique { columns }, .. },
            Op::CreateIndex { table: own, index, .. },
        ) => table == own && index.unique && index.columns() == *columns,
        (
            Op::CreateIndex { table, index, .. },
            Op::AddConstraint { table: own, kind: ConstraintKind::Unique { columns }, .. },
        ) => table == own && index.unique && index.columns() == *columns,
        (Op::CreateIndex { table, index, .. }, Op::CreateIndex { table: own, index: of, .. }) => {
            table == own
                && index.unique == of.unique
                && index.parts.len() == of.parts.len()
                && (index.parts == of.parts || index.columns().is_empty())
        }
        _ => false,
    }
}
