//! An enum type, whose values can never be taken out.

use crate::engine::ledger::RuleName;
use crate::engine::op::{EnumPlace, Op};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("enum-advice"),
    severity: Severity::Notice,
    summary: "Makes an enum type, or adds a value at its end.",
    why: "A value cannot be dropped again, and the order of values is the order in which they were added.",
    instead: "Consider a lookup table or a check; say BEFORE or AFTER where the order matters.",
    fires: "
=== plan.sql role:plan
CREATE TYPE mood AS ENUM ('ok', 'bad');
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ enum-advice
",
    silent: "
=== plan.sql role:plan
ALTER TYPE mood ADD VALUE 'fine' BEFORE 'bad';
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let (cause, name, says, step) = match &view.step.op {
        Op::CreateEnum { name, .. } => (
            "new-enum",
            name,
            "makes the enum type",
            "A lookup table or a check can lose a value again; an enum type cannot.",
        ),
        Op::AddEnumValue { name, place: EnumPlace::Last, .. } => (
            "append-order",
            name,
            "adds a value at the end of",
            "Say BEFORE or AFTER where anything sorts by the type.",
        ),
        _ => return Vec::new(),
    };
    vec![
        Note::new(format!("{} {says} `{name}`", view.who()))
            .cause(cause)
            .certainty(Certainty::Certain)
            .named(ObjectKind::Type, name.to_string())
            .step(step),
    ]
}
