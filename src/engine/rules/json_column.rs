//! A column of type json.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, made};

pub static RULE: Rule = Rule {
    name: RuleName("json-column"),
    severity: Severity::Warning,
    summary: "Makes a column of type `json` on PostgreSQL.",
    why: "The type has no equality: DISTINCT, GROUP BY and UNION over such rows fail, and no index helps.",
    instead: "Use `jsonb` for the column.",
    fires: "
=== plan.sql role:plan
CREATE TABLE events (id bigint PRIMARY KEY, body json);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ json-column
",
    silent: "
=== plan.sql role:plan
CREATE TABLE events (id bigint PRIMARY KEY, body jsonb);
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    if view.dialect() != Dialect::PostgreSql {
        return Vec::new();
    }
    let is_json = |data_type: Option<&str>| matches!(data_type, Some("json" | "json[]"));
    if let Op::AlterColumnType { table, column, to, .. } = &view.step.op {
        return is_json(to.as_deref()).then(|| note(view, table, column)).into_iter().collect();
    }
    let Some((table, columns, _)) = made::columns(&view.step.op) else { return Vec::new() };
    let found = columns.iter().filter(|column| is_json(column.data_type.as_deref()));
    found.map(|column| note(view, table, &column.name)).collect()
}

fn note(view: &StepView<'_>, table: &TableName, column: &Ident) -> Note {
    let is_new = matches!(view.step.op, Op::CreateTable { .. }) || view.fresh.has_table(table);
    let (severity, says) = match is_new {
        true => (Severity::Warning, "which cannot be compared"),
        false => (Severity::Danger, "and queries that compare whole rows of it fail from then on"),
    };
    let note = Note::new(format!("{} makes `{table}.{column}` a `json`, {says}", view.who()))
        .severity(severity)
        .certainty(Certainty::Certain)
        .within(ObjectKind::Column, table, column);
    match view.is_revision() {
        true => note.run(
            "Use the other type.",
            Language::Python,
            format!("sa.Column(\"{column}\", postgresql.JSONB())"),
        ),
        false => note.run("Use the other type.", Language::Sql, format!("{column} jsonb")),
    }
}
