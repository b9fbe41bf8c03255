//! A plan or migration drops a database or a schema.

use crate::engine::ledger::RuleName;
use crate::engine::op::{DropKind, Op};
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-database-or-schema"),
    severity: Severity::Blocker,
    summary: "Drops a whole database or schema.",
    why: "Everything inside is gone; only a restore brings it back.",
    instead: "Take it out of the plan; back it up, rename it, and drop it by hand after a release.",
    fires: "
=== plan.sql role:plan
DROP SCHEMA reporting CASCADE;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-database-or-schema
",
    silent: "
=== plan.sql role:plan
CREATE SCHEMA reporting;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropOther { kind, name, .. } = &view.step.op else {
        return None;
    };
    let object = match kind {
        DropKind::Database => ObjectKind::Database,
        DropKind::Schema => ObjectKind::Schema,
        _ => return None,
    };
    Some(
        Note::new(format!("{} drops {} `{name}` and everything in it", view.who(), kind.word()))
            .named(object, name.clone())
            .step("Remove the statement from the plan.")
            .step(
                "If it has to go: back it up, rename it, let a release pass, and drop it by hand.",
            ),
    )
}
