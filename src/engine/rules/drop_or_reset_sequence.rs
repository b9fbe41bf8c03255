//! A plan or migration drops a sequence.

use crate::engine::ledger::RuleName;
use crate::engine::op::{DropKind, Op};
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-or-reset-sequence"),
    severity: Severity::Danger,
    summary: "Drops a sequence that may feed a key.",
    why: "The counter is lost; a key that takes its values from a new one meets duplicates.",
    instead: "Drop the column or table that owns the sequence instead; or set the new one above the highest key first.",
    fires: "
=== plan.sql role:plan
DROP SEQUENCE invoice_no_seq;
--^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-or-reset-sequence
",
    silent: "
=== plan.sql role:plan
CREATE SEQUENCE invoice_no_seq;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropOther { kind: DropKind::Sequence, name, .. } = &view.step.op else {
        return None;
    };
    Some(
        Note::new(format!("{} drops sequence `{name}`", view.who()))
            .named(ObjectKind::Sequence, name.clone())
            .step("Find the column default that uses it.")
            .step("If a new sequence replaces it, set that one above the highest value in use before any insert."),
    )
}
