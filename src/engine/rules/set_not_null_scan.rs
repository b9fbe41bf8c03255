//! A column becomes NOT NULL over existing rows.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op};
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("set-not-null-scan"),
    severity: Severity::Danger,
    summary: "Makes a column NOT NULL over existing rows.",
    why: "The table is scanned with reads and writes blocked (ACCESS EXCLUSIVE lock), and one NULL makes it fail.",
    instead: "Add a CHECK (column IS NOT NULL) NOT VALID, validate it, set NOT NULL, then drop the check.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ set-not-null-scan
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_status_set CHECK (status IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_status_set;
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::SetNotNull { table, column } = &view.step.op else {
        return None;
    };
    let known = view.table(table);
    let is_set = view.column(table, column).is_some_and(|known| !known.nullable);
    if !view.is_old(table)
        || is_set
        || (view.major() >= 12 && known.is_some_and(|known| locks::proves(known, column)))
    {
        return None;
    }
    let check = way::named(None, table, std::slice::from_ref(column), "not_null");
    let (sql, name) = (table.quoted(), column.quoted());
    let title = format!("makes `{table}.{column}` NOT NULL over existing rows");
    let lock = (table, LockMode::AccessExclusive, locks::Cost::Scan);
    let table_changes = format!("ALTER TABLE {sql}");
    let add =
        format!("{table_changes} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID;");
    let validate = format!("{table_changes} VALIDATE CONSTRAINT {check};");
    let drop = way::drop_constraint(&sql, &check);
    let set = format!("{table_changes} ALTER COLUMN {name} SET NOT NULL;\n{drop}");
    let unset = format!("{add}\n{validate}\n{table_changes} ALTER COLUMN {name} DROP NOT NULL;");
    Some(
        locks::note(view, lock, Severity::Danger, title)
            .within(ObjectKind::Column, table, column)
            .stage("Enforce it for new rows only.", add, drop)
            .run(
                "Fill what is empty, in batches.",
                Language::Sql,
                format!("SELECT count(*) FROM {sql} WHERE {name} IS NULL;"),
            )
            .stage(
                "Check the old rows without blocking, in a transaction of its own.",
                validate,
                String::new(),
            )
            .stage("Now it needs no scan (PostgreSQL 12 and later).", set, unset),
    )
}
