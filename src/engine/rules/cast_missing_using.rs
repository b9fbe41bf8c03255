//! A type change for which PostgreSQL has no cast of its own.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{Language, ObjectKind, Severity};

use super::types;
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("cast-missing-using"),
    severity: Severity::Blocker,
    summary: "Changes a type that PostgreSQL does not convert by itself, without USING.",
    why: "The statement fails for certain, whatever the rows hold; a default of the old type fails even when USING is given.",
    instead: "Say how to convert with USING, and take the default off before and put it back after.",
    fires: "
=== prod.sql role:prod
CREATE TABLE reviews (id bigint PRIMARY KEY, rating text);
=== plan.sql role:plan
ALTER TABLE reviews ALTER COLUMN rating TYPE integer;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cast-missing-using
",
    silent: "
=== prod.sql role:prod
CREATE TABLE reviews (id bigint PRIMARY KEY, rating text);
=== plan.sql role:plan
ALTER TABLE reviews ALTER COLUMN rating TYPE integer USING rating::integer;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AlterColumnType { table, column, to: Some(to), using } = &view.step.op else {
        return None;
    };
    if view.dialect() != Dialect::PostgreSql {
        return None;
    }
    let known = view.column(table, column)?;
    let from = known.data_type.as_deref()?;
    let schema = view.before.schema();
    let (old, new) = (types::kind(schema, from)?, types::kind(schema, to)?);
    if old.is_assignable_to(new) {
        return None;
    }
    let (cause, what) = match (using, &known.default) {
        (None, _) => ("using", "and PostgreSQL has no cast for that by itself"),
        (Some(_), Some(_)) => {
            ("default", "and its default has no such cast, with USING or without")
        }
        (Some(_), None) => return None,
    };
    let cast = using.clone().unwrap_or_else(|| format!("{column}::{to}"));
    let (drop, set) = match &known.default {
        Some(_) => (
            format!("ALTER COLUMN {column} DROP DEFAULT, "),
            format!(", ALTER COLUMN {column} SET DEFAULT …"),
        ),
        None => (String::new(), String::new()),
    };
    let note = Note::new(format!(
        "{} changes `{table}.{column}` from `{from}` to `{to}`, {what}: it fails",
        view.who()
    ))
    .cause(cause)
    .within(ObjectKind::Column, table, column)
    .run(
        "Say how each value is converted.",
        Language::Sql,
        format!("ALTER TABLE {table} {drop}ALTER COLUMN {column} TYPE {to} USING {cast}{set};"),
    );
    Some(match view.is_revision() && using.is_none() {
        true => note.run(
            "In the revision:",
            Language::Python,
            format!(
                "op.alter_column(\"{}\", \"{column}\", type_=…, postgresql_using=\"{cast}\")",
                table.name
            ),
        ),
        false => note,
    })
}
