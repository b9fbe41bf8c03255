//! Several slow changes of one table that one statement could make.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op};
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("multiple-alters-one-table"),
    severity: Severity::Notice,
    summary: "Works through one table several times in statements that could be one.",
    why: "Each of them reads or writes the whole table again, and takes its lock again.",
    instead: "Put the actions into one ALTER TABLE.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid();
ALTER TABLE orders ADD COLUMN b uuid DEFAULT gen_random_uuid();
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ multiple-alters-one-table
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid(), ADD COLUMN b uuid DEFAULT gen_random_uuid();
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let schema = view.before.schema();
    let slow = |op| {
        let mut taken = locks::of(op, schema).into_iter();
        taken.find(|(_, mode, cost)| {
            *mode == LockMode::AccessExclusive && *cost != locks::Cost::Brief
        })
    };
    let is_alter = |op: &Op| !matches!(op, Op::Upkeep { .. });
    let Some((table, ..)) = slow(&view.step.op).filter(|_| is_alter(&view.step.op)) else {
        return Vec::new();
    };
    let before = view.earlier.last().filter(|step| !view.step.joined && is_alter(&step.op));
    let again = before.and_then(|step| slow(&step.op)).is_some_and(|(other, ..)| other == table);
    if !again || !view.is_old(table) {
        return Vec::new();
    }
    let title =
        format!("{} works through `{table}` again right after another change of it", view.who());
    vec![
        Note::new(title)
            .table(table)
            .step("Write both actions behind one ALTER TABLE, between commas."),
    ]
}
