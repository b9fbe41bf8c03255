//! A label of an enum goes.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Expression, Schema};
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("enum-value-removed"),
    severity: Severity::Danger,
    summary: "Takes a label away from an enum, or from a check that lists values.",
    why: "The change fails if a row, default or index still has the label; MySQL outside of strict mode stores an empty string.",
    instead: "Stop writing the label, move the rows that have it in batches, verify that none is left; or leave the label unused.",
    fires: "
=== base.sql role:baseline
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE people (id int PRIMARY KEY, feels mood);
=== versions/1_mood.py
from alembic import op
revision = \"1\"
down_revision = None
def upgrade():
    op.execute(\"ALTER TYPE mood RENAME TO mood_old\")
    op.execute(\"CREATE TYPE mood AS ENUM ('sad', 'ok')\")
    op.execute(\"ALTER TABLE people ALTER COLUMN feels TYPE mood USING feels::text::mood\")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ enum-value-removed
    op.execute(\"DROP TYPE mood_old\")
",
    silent: "
=== base.sql role:baseline
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE people (id int PRIMARY KEY, feels mood);
=== versions/1_mood.py
from alembic import op
revision = \"1\"
down_revision = None
def upgrade():
    op.execute(\"ALTER TYPE mood RENAME TO mood_old\")
    op.execute(\"CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'fine')\")
    op.execute(\"ALTER TABLE people ALTER COLUMN feels TYPE mood USING feels::text::mood\")
    op.execute(\"DROP TYPE mood_old\")
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let schema = view.before.schema();
    let (note, gone, rows) = match &view.step.op {
        Op::SetEnumValues { name, values } => {
            let gone = missing(schema.enums.get(name)?, values);
            (Note::new(String::new()).named(ObjectKind::Type, name.to_string()), gone, None)
        }
        Op::AlterColumnType { table, column, to: Some(to), .. } => {
            let old = of_type(schema, view.column(table, column)?.data_type.as_deref()?)?;
            let gone = missing(&old, &of_type(schema, to)?);
            let rows = format!(
                "SELECT {0}, count(*) FROM {1} GROUP BY {0};",
                column.quoted(),
                table.quoted()
            );
            (Note::new(String::new()).within(ObjectKind::Column, table, column), gone, Some(rows))
        }
        Op::DropConstraint { table, name, .. } => {
            let known = view
                .table(table)?
                .constraints
                .iter()
                .find(|one| one.name.as_ref() == Some(name))?;
            let ConstraintKind::Check(old) = &known.kind else { return None };
            let new = view.later.iter().find_map(|step| match &step.op {
                Op::AddConstraint { table: to, kind: ConstraintKind::Check(new), .. }
                    if to == table
                        && new.columns.iter().any(|column| old.columns.contains(column)) =>
                {
                    Some(new)
                }
                _ => None,
            })?;
            let gone = missing(&literals(old), &literals(new));
            (
                Note::new(String::new()).within(ObjectKind::Constraint, table, name).cause("check"),
                gone,
                None,
            )
        }
        _ => return None,
    };
    if gone.is_empty() || note.objects.iter().any(|_| is_fresh(view)) {
        return None;
    }
    let labels: Vec<String> = gone.iter().map(|label| format!("`{label}`")).collect();
    let mut note = note.step("Stop writing them, in code and defaults, and deploy that.");
    note.title =
        format!("{} takes {} away from the values that are allowed", view.who(), labels.join(", "));
    note = match rows {
        Some(rows) => note.run("Count who still has them.", Language::Sql, rows),
        None => note,
    };
    Some(note.step("Move those rows in batches, verify that none is left, then swap; or leave the labels unused."))
}

fn is_fresh(view: &StepView<'_>) -> bool {
    view.step.op.tables().first().is_some_and(|table| view.fresh.has_table(table))
}

/// The labels of an enum, or those that a MySQL type lists itself.
fn of_type(schema: &Schema, data_type: &str) -> Option<Vec<String>> {
    let lower = data_type.to_ascii_lowercase();
    if lower.starts_with("enum(") || lower.starts_with("set(") {
        return Some(quoted(data_type));
    }
    let found = schema.enums.iter().find(|(name, _)| name.quoted() == data_type);
    found.map(|(_, values)| values.clone())
}

fn literals(check: &Expression) -> Vec<String> {
    quoted(&check.text)
}

fn quoted(text: &str) -> Vec<String> {
    text.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

fn missing(old: &[String], new: &[String]) -> Vec<String> {
    if new.is_empty() {
        return Vec::new();
    }
    old.iter().filter(|label| !new.contains(label)).cloned().collect()
}
