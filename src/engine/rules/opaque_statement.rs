//! Code whose effect shows only when it runs.

use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("opaque-statement"),
    severity: Severity::Warning,
    summary: "Runs code or text whose effect is known only when it runs.",
    why: "What it does was not checked, and what is there after it is not known.",
    instead: "Write the statements out; where that is not to be, read it yourself and run it on a copy first.",
    fires: "
=== plan.sql role:plan
CALL archive_old_orders(2019);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^ opaque-statement
",
    silent: "
=== plan.sql role:plan
DELETE FROM orders WHERE placed_on < '2019-01-01';
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Unknown { what, opaque: true, .. } = &view.step.op else { return None };
    Some(
        Note::new(format!("{} runs code that is not followed: {}", view.who(), what.replace('`', "")))
            .certainty(Certainty::Unverified)
            .step("Write out what it does as statements of their own.")
            .step("Otherwise run it on a copy of production, and compare the schema and the row counts before and after."),
    )
}
