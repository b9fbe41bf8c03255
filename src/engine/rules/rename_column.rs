//! A column is renamed.

use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("rename-column"),
    severity: Severity::Danger,
    summary: "Renames a column of an existing table.",
    why: "Every query that names the old column fails until all processes run the new code.",
    instead: "Keep the name in the database and map it in code; or add the new column, write both, fill it, switch over, drop the old one.",
    fires: "
=== plan.sql role:plan
ALTER TABLE products RENAME COLUMN title TO name;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rename-column
",
    silent: "
=== plan.sql role:plan
CREATE TABLE products (title text);
ALTER TABLE products RENAME COLUMN title TO name;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::RenameColumn { table, from, to } = &view.step.op else {
        return None;
    };
    if view.fresh.has_column(table, from) {
        return None;
    }
    Some(
        Note::new(format!("{} renames `{table}.{from}` to `{to}`", view.who()))
            .within(ObjectKind::Column, table, from)
            .because(evidence::of_column(view, table, from))
            .step("Keep the physical name and map it in the application's model, if nothing else forces the rename.")
            .step("Otherwise add the new column, write both, fill it, switch reads, and drop the old one in a later release."),
    )
}
