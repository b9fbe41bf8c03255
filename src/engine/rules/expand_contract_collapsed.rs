//! The old way goes in the step that brings the new one.

use crate::engine::ledger::RuleName;
use crate::engine::op::{Mutation, Op};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("expand-contract-collapsed"),
    severity: Severity::Danger,
    summary: "Adds the new column, copies into it and drops the old one in one go.",
    why: "Code that runs meanwhile still uses the old column, and there is no way back once it is gone.",
    instead: "Split it: add and fill in one release, stop using the old column, and drop it in a later one.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN state text;
UPDATE orders SET state = status WHERE state IS NULL;
ALTER TABLE orders DROP COLUMN status;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expand-contract-collapsed
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN state text;
UPDATE orders SET state = status WHERE state IS NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropColumn { table, column, .. } = &view.step.op else { return None };
    if view.fresh.has_column(table, column) {
        return None;
    }
    let new = view.earlier.iter().find_map(|step| match &step.op {
        Op::Mutate { table: own, verb: Mutation::Update, sets, .. } if own == table => {
            let copied = sets.iter().find(|(_, value)| value.columns.contains(column));
            copied.map(|(name, _)| name).filter(|name| view.fresh.has_column(table, name))
        }
        _ => None,
    })?;
    Some(
        Note::new(format!("{} copies `{table}.{column}` to `{new}` and drops it at once", view.who()))
            .certainty(Certainty::Certain)
            .within(ObjectKind::Column, table, column)
            .step("First release: add the new column, have the application write both, and fill old rows in batches.")
            .step("Second release: have the application read and write the new column alone.")
            .step("Third release: drop the old column."),
    )
}
