//! Values of a MySQL enum that go, or move.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::my_blocking_alter::labels;
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("my-enum-set-change"),
    severity: Severity::Danger,
    summary: "Takes values out of an ENUM or SET, or puts them in another order.",
    why: "Rows hold the number of a value: the table is copied, and a value that is gone fails or becomes empty.",
    instead: "Add values at the end alone; to take one out, change the rows that have it first.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, status enum('new','sent','lost'));
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN status enum('new','lost');
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-enum-set-change
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, status enum('new','sent'));
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN status enum('new','sent','lost');
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AlterColumnType { table, column, to: Some(to), .. } = &view.step.op else {
        return None;
    };
    if view.dialect() != Dialect::MySql || view.fresh.is_empty(table) {
        return None;
    }
    let old = labels(view.column(table, column)?.data_type.as_deref()?)?;
    let new = labels(to)?;
    let gone: Vec<&String> = old.iter().filter(|label| !new.contains(label)).collect();
    let kept: Vec<&String> = new.iter().filter(|label| old.contains(label)).collect();
    let (cause, says) = if !gone.is_empty() {
        ("removed", "takes values out of")
    } else if kept.iter().copied().ne(old.iter()) {
        ("reordered", "changes the order of the values of")
    } else if !new.starts_with(&old) {
        ("inserted", "puts a value between those of")
    } else if (old.len() > 255) != (new.len() > 255) {
        ("storage", "makes wider numbers of the values of")
    } else {
        return None;
    };
    let note = Note::new(format!("{} {says} `{table}.{column}`", view.who()))
        .cause(cause)
        .certainty(Certainty::Certain)
        .within(ObjectKind::Column, table, column)
        .because(view.case.about(table));
    Some(match gone.first() {
        Some(label) => note
            .run(
                "Change the rows that have it, first.",
                Language::Sql,
                format!("SELECT count(*) FROM {table} WHERE {column} = {label};"),
            )
            .step("Take the value out when no row has it."),
        None => note.step(
            "Keep the order, and add new values at the end: that changes the catalogue alone.",
        ),
    })
}
