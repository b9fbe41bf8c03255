//! A step that cannot be run a second time, where a first run may stop half-way.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{self, Op};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, Within};

pub static RULE: Rule = Rule {
    name: RuleName("not-rerunnable"),
    severity: Severity::Notice,
    summary: "Makes or drops something without a guard, where a failed run leaves part of it behind.",
    why: "The second run fails on what the first one did.",
    instead: "Say IF NOT EXISTS or IF EXISTS, and look at what a failed concurrent build left behind.",
    fires: "
=== plan.sql role:plan
DROP INDEX CONCURRENTLY orders_status;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-rerunnable
CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_on);
",
    silent: "
=== plan.sql role:plan
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN seen text;
COMMIT;
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let Some(guarded) = guarded(&view.step.op) else { return Vec::new() };
    let what = op::describe(&view.step.op);
    let is_build = matches!(view.step.op, Op::CreateIndex { concurrently: true, .. });
    // What a failed build left behind is gone by then.
    let is_tidied = view.earlier.last().is_some_and(|before| match (&before.op, &view.step.op) {
        (
            Op::DropIndex { name, if_exists: true, concurrently: true },
            Op::CreateIndex { index, .. },
        ) => index.name.as_ref() == Some(&name.name),
        _ => false,
    });
    if is_build && guarded && is_tidied {
        return Vec::new();
    }
    if is_build && guarded {
        return vec![
            Note::new(format!(
                "{} {what}: IF NOT EXISTS keeps an invalid one of that name",
                view.who()
            ))
            .cause("invalid-index")
            .run(
                "Look for what a failed build left behind, and drop it before the next try.",
                Language::Sql,
                "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid;",
            ),
        ];
    }
    if guarded && view.is_revision() && view.within == Within::Wrapped {
        return vec![
            Note::new(format!("{} {what} with a guard: what is there already stays, whatever it is", view.who()))
                .cause("guard-masks")
                .step("Leave the guard out: the transaction takes a failed run back, and a difference shows."),
        ];
    }
    // One statement runs or does not.
    let alone = |steps: &[op::Step]| steps.iter().all(|step| self::guarded(&step.op).is_none());
    let is_alone = alone(view.earlier) && alone(view.later) && !is_build;
    if guarded || view.within != Within::Nothing || is_alone {
        return Vec::new();
    }
    let note =
        Note::new(format!("{} {what} without a guard, outside of a transaction", view.who()))
            .severity(Severity::Warning);
    vec![match view.dialect() {
        Dialect::MySql => note.step("MySQL has no guard for most of it: keep one change for each revision, or look in the catalogue first."),
        _ => note.step("Say IF NOT EXISTS where it makes something, IF EXISTS where it drops something."),
    }]
}

/// Whether something that could have a guard has one.
fn guarded(op: &Op) -> Option<bool> {
    match op {
        Op::CreateTable { if_not_exists: guard, .. }
        | Op::AddColumn { if_not_exists: guard, .. }
        | Op::CreateIndex { if_not_exists: guard, .. }
        | Op::AddEnumValue { if_not_exists: guard, .. }
        | Op::DropTable { if_exists: guard, .. }
        | Op::DropColumn { if_exists: guard, .. }
        | Op::DropConstraint { if_exists: guard, .. }
        | Op::DropIndex { if_exists: guard, .. } => Some(*guard),
        _ => None,
    }
}
