//! A column becomes NOT NULL over existing rows.

use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("set-not-null-scan"),
    severity: Severity::Danger,
    summary: "Makes a column NOT NULL over existing rows.",
    why: "The table is scanned with reads and writes blocked (ACCESS EXCLUSIVE lock), and one NULL makes it fail.",
    instead: "Add a CHECK (column IS NOT NULL) NOT VALID, validate it, set NOT NULL, then drop the check.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ set-not-null-scan
",
    silent: "
=== plan.sql role:plan
CREATE TABLE orders (status text);
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::SetNotNull { table, column } = &view.step.op else {
        return None;
    };
    if view.fresh.has_table(table) {
        return None;
    }
    let check = format!("{}_{column}_not_null", table.name);
    Some(
        Note::new(format!("{} makes `{table}.{column}` NOT NULL over existing rows", view.who()))
            .certainty(Certainty::Likely)
            .within(ObjectKind::Column, table, column)
            .run("Enforce it for new rows only.", Language::Sql, format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID;"))
            .run("Check the old rows without blocking.", Language::Sql, format!("ALTER TABLE {table} VALIDATE CONSTRAINT {check};"))
            .run(
                "Now it needs no scan (PostgreSQL 12 and later).",
                Language::Sql,
                format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;\nALTER TABLE {table} DROP CONSTRAINT {check};"),
            ),
    )
}
