//! What Alembic's batch loses, or stumbles over, while it builds a table anew.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Op, Step, Work};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-batch-hazards"),
    severity: Severity::Warning,
    summary: "Uses a batch that loses part of its table, fails, or copies it where an ALTER would do.",
    why: "A batch makes a new table from what can be read back of the old one, and what has no name is not read back.",
    instead: "Name every constraint, drop those that mention a column before it goes, and keep `recreate` for SQLite.",
    fires: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True))
=== versions/b2_two.py
from alembic import op
import sqlalchemy as sa

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    with op.batch_alter_table(\"orders\", recreate=\"always\") as batch:
         #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ alembic-batch-hazards
        batch.add_column(sa.Column(\"note\", sa.Text()))
",
    silent: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True))
=== versions/b2_two.py
from alembic import op
import sqlalchemy as sa

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    with op.batch_alter_table(\"orders\") as batch:
        batch.add_column(sa.Column(\"note\", sa.Text()))
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if !view.is_revision() {
        return None;
    }
    match &view.step.op {
        Op::Upkeep { work: Work::Recreate, on, .. } => recreates(view, on.first()?),
        Op::Setting { name, value: Some(value), .. } if name == "foreign_keys" => {
            let is_off = matches!(value.as_str(), "0" | "off" | "false" | "no");
            let rows = view.earlier.iter().find(|step| matches!(step.op, Op::Mutate { .. }))?;
            (is_off && view.dialect() == Dialect::Sqlite).then(|| {
                Note::new(format!("{} switches foreign keys off where SQLite ignores it", view.who()))
                    .cause("dml-before-pragma")
                    .severity(Severity::Danger)
                    .certainty(Certainty::Likely)
                    .because([Evidence::text("This row change began a transaction before it").at(rows.span)])
                    .step("Put the PRAGMA before everything else, in a revision of its own where rows are changed before.")
            })
        }
        Op::DropColumn { table, column, .. } | Op::RenameColumn { table, from: column, .. } => {
            in_check(view, table, column)
        }
        Op::DropConstraint { table, name, .. } => unnamed_key(view, table, name),
        _ => None,
    }
}

/// Whether the step happens while a batch builds the table anew.
pub(super) fn is_in_batch(earlier: &[Step], table: &TableName) -> bool {
    let last = earlier.iter().rev().find_map(|step| match &step.op {
        Op::Upkeep { work: work @ (Work::Recreate | Work::Recreated), on, .. }
            if on.contains(table) =>
        {
            Some(work)
        }
        _ => None,
    });
    last == Some(&Work::Recreate)
}

fn recreates(view: &StepView<'_>, table: &TableName) -> Option<Note> {
    if view.fresh.is_empty(table) {
        return None;
    }
    if view.dialect() != Dialect::Sqlite {
        return Some(
            Note::new(format!("{} copies `{table}` into a new table, where an ALTER would do", view.who()))
                .cause("recreate-always")
                .severity(view.scaled(table, Severity::Danger))
                .certainty(Certainty::Certain)
                .table(table)
                .because([Evidence::text("Reads and writes wait until every row is copied, and foreign keys that point at it keep it from being dropped")])
                .because(view.case.about(table))
                .run("Leave the choice to Alembic.", Language::Python, format!("with op.batch_alter_table(\"{}\") as batch:", table.name)),
        );
    }
    // What is handed to the batch beside is not known whole.
    let known = view.known(table)?;
    let unnamed = known
        .constraints
        .iter()
        .filter(|one| one.name.is_none() && matches!(one.kind, ConstraintKind::Check(_)));
    let lost: Vec<String> = unnamed
        .filter_map(|one| match &one.kind {
            ConstraintKind::Check(check) => Some(check.text.replace('`', "'")),
            _ => None,
        })
        .collect();
    let first = lost.first()?;
    Some(
        Note::new(format!("{} builds `{table}` anew without the check `{first}`, which has no name", view.who()))
            .cause("unnamed-check-lost")
            .certainty(Certainty::Likely)
            .table(table)
            .because(lost.iter().map(|text| Evidence::text(format!("Lost: CHECK ({text})"))))
            .run(
                "Hand the check to the batch.",
                Language::Python,
                format!("with op.batch_alter_table(\"{}\", table_args=(sa.CheckConstraint(\"{first}\", name=\"…\"),)) as batch:", table.name),
            ),
    )
}

/// A check with a name that mentions a column is made again, and fails without it.
fn in_check(view: &StepView<'_>, table: &TableName, column: &Ident) -> Option<Note> {
    if !is_in_batch(view.earlier, table) {
        return None;
    }
    let (known, _) = view.before.columns_of(table)?;
    let name = known.constraints.iter().find_map(|one| match &one.kind {
        ConstraintKind::Check(check) if check.columns.contains(column) => one.name.as_ref(),
        _ => None,
    })?;
    let drops =
        |step: &Step| matches!(&step.op, Op::DropConstraint { name: gone, .. } if gone == name);
    let ends = |step: &&Step| !matches!(step.op, Op::Upkeep { work: Work::Recreated, .. });
    if view.later.iter().take_while(ends).any(drops) {
        return None;
    }
    Some(
        Note::new(format!(
            "{} takes `{table}.{column}` away in a batch, and check `{name}` mentions it",
            view.who()
        ))
        .cause("column-in-check")
        .severity(Severity::Blocker)
        .certainty(Certainty::Likely)
        .table(table)
        .run(
            "Drop the check first, in the same batch.",
            Language::Python,
            format!("batch.drop_constraint(\"{name}\", type_=\"check\")"),
        ),
    )
}

/// SQLite keeps a key without a name, and a batch finds none to drop.
fn unnamed_key(view: &StepView<'_>, table: &TableName, name: &Ident) -> Option<Note> {
    if view.dialect() != Dialect::Sqlite || !is_in_batch(view.earlier, table) {
        return None;
    }
    let (known, _) = view.before.columns_of(table)?;
    let has = known.constraints.iter().any(|one| one.name.as_ref() == Some(name));
    let unnamed = known
        .constraints
        .iter()
        .any(|one| one.name.is_none() && matches!(one.kind, ConstraintKind::ForeignKey(_)));
    (!has && unnamed).then(|| {
        Note::new(format!("{} drops constraint `{name}` of `{table}`, where foreign keys have no name", view.who()))
            .cause("unnamed-fk")
            .certainty(Certainty::Likely)
            .table(table)
            .run(
                "Give the batch the convention that names it.",
                Language::Python,
                format!("with op.batch_alter_table(\"{}\", naming_convention={{\"fk\": \"fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s\"}}) as batch:", table.name),
            )
    })
}
