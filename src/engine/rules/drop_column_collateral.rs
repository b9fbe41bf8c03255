//! A dropped column takes indexes, constraints and sequences along.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::engine::schema::{ConstraintKind, Ident, TableName};
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("drop-column-collateral"),
    severity: Severity::Warning,
    summary: "Drops a column that indexes, constraints or a sequence need, and drops those with it.",
    why: "PostgreSQL removes every index and constraint that mentions the column, without a word; MySQL takes it out of each index.",
    instead: "Build the index or constraint that replaces each of them first, then drop the column.",
    fires: "
=== base.sql role:baseline
CREATE TABLE people (id int PRIMARY KEY, a int, b int, UNIQUE (a, b));
=== versions/1_drop.py
from alembic import op
revision = \"1\"
down_revision = None
def upgrade():
    op.drop_column(\"people\", \"b\")
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-column-collateral
",
    silent: "
=== base.sql role:baseline
CREATE TABLE people (id int PRIMARY KEY, a int, b int);
=== versions/1_drop.py
from alembic import op
revision = \"1\"
down_revision = None
def upgrade():
    op.drop_column(\"people\", \"b\")
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropColumn { table, column, .. } = &view.step.op else {
        return None;
    };
    if view.fresh.has_column(table, column) {
        return None;
    }
    let (indexes, constraints) = evidence::mentioning(view, table, column);
    let schema = view.before.schema();
    let is_owner = |owner: &(TableName, Ident)| (&owner.0, &owner.1) == (table, column);
    let owned = schema.sequences.iter().filter(|(_, owner)| owner.as_ref().is_some_and(is_owner));
    let owned: Vec<String> = owned.map(|(name, _)| format!("`{name}`")).collect();
    let lost: Vec<String> = [("index", indexes), ("constraint", constraints), ("sequence", owned)]
        .into_iter()
        .flat_map(|(word, names)| names.into_iter().map(move |name| format!("{word} {name}")))
        .collect();
    if lost.is_empty() {
        return None;
    }
    let known = view.table(table)?;
    let is_wide = |kind: &ConstraintKind| {
        matches!(kind, ConstraintKind::Unique { columns } | ConstraintKind::PrimaryKey { columns }
            if columns.len() > 1 && columns.contains(column))
    };
    let wide = known.constraints.iter().any(|one| is_wide(&one.kind))
        || known
            .indexes
            .iter()
            .any(|index| index.unique && index.parts.len() > 1 && index.mentions(column));
    let title = format!("{} drops `{table}.{column}`, and with it {}", view.who(), lost.join(", "));
    let note = Note::new(title).within(ObjectKind::Column, table, column);
    let note = match wide {
        true => note.because([Evidence::text(
            "A key over several columns goes: what is unique today need not stay so",
        )]),
        false => note,
    };
    Some(
        note.step(
            "Build what replaces each of them first: indexes concurrently, constraints NOT VALID.",
        )
        .step("Drop the column after that."),
    )
}
