//! A column becomes NOT NULL over existing rows.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op};
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, locks};

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
    let check = format!("{}_{column}_not_null", table.name);
    let (sql, name) = (table.quoted(), column.quoted());
    let title = format!("makes `{table}.{column}` NOT NULL over existing rows");
    let lock = (table, LockMode::AccessExclusive, locks::Cost::Scan);
    Some(
        locks::note(view, lock, Severity::Danger, title)
            .within(ObjectKind::Column, table, column)
            .run("Enforce it for new rows only.", Language::Sql, format!("ALTER TABLE {sql} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID;"))
            .run("Fill what is empty, in batches.", Language::Sql, format!("SELECT count(*) FROM {sql} WHERE {name} IS NULL;"))
            .run("Check the old rows without blocking, in a transaction of its own.", Language::Sql, format!("ALTER TABLE {sql} VALIDATE CONSTRAINT {check};"))
            .run(
                "Now it needs no scan (PostgreSQL 12 and later).",
                Language::Sql,
                format!("ALTER TABLE {sql} ALTER COLUMN {name} SET NOT NULL;\nALTER TABLE {sql} DROP CONSTRAINT {check};"),
            ),
    )
}
