//! A constraint is added NOT VALID and validated in one transaction.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Detail, LockMode, Op, Step, Transact};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("validate-in-same-transaction"),
    severity: Severity::Danger,
    summary: "Validates a constraint in the transaction that added it NOT VALID.",
    why: "The lock of the ADD (ACCESS EXCLUSIVE for a check, SHARE ROW EXCLUSIVE for a foreign key) is held through the whole scan.",
    instead: "Commit after the ADD; validate in a transaction of its own, in Alembic in a later run or in an autocommit_block.",
    fires: "
=== plan.sql role:plan
BEGIN;
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ validate-in-same-transaction
COMMIT;
",
    silent: "
=== plan.sql role:plan
BEGIN;
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
COMMIT;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Detail { table, detail: Detail::Validated(name) } = &view.step.op else {
        return None;
    };
    if !view.is_old(table) || view.within == super::Within::Nothing {
        return None;
    }
    let ends = |op: &Op| {
        matches!(
            op,
            Op::Transaction(
                Transact::Commit
                    | Transact::Rollback
                    | Transact::Chain
                    | Transact::Autocommit
                    | Transact::AutocommitEnd
            )
        )
    };
    let together = view.earlier.iter().rev().take_while(|step| !ends(&step.op));
    let adds = |step: &'_ &Step| match &step.op {
        Op::AddConstraint { table: of, name: Some(added), validated: false, .. } => {
            of == table && added == name
        }
        _ => false,
    };
    let has_ended = view.earlier.iter().any(|step| ends(&step.op));
    let before = view.shared.iter().filter(|_| !has_ended);
    let (by, step) = match together.into_iter().find(adds) {
        Some(step) => (None, step),
        None => before.map(|(id, step)| (Some(*id), *step)).find(|(_, step)| adds(step))?,
    };
    let Op::AddConstraint { kind, .. } = &step.op else { return None };
    let mode = match kind {
        ConstraintKind::ForeignKey(_) => LockMode::ShareRowExclusive,
        _ => LockMode::AccessExclusive,
    };
    let title = format!("validates `{name}` of `{table}` in the transaction that added it");
    let note = locks::note(view, (table, mode, locks::Cost::Scan), Severity::Danger, title).within(
        ObjectKind::Constraint,
        table,
        name,
    );
    let note = note.because(by.map(|id| {
        Evidence::text(format!("Revision `{id}` adds it, and one `alembic upgrade` runs both in one transaction: `transaction_per_migration` is off, as it is by default"))
            .at(step.span)
            .of_revision(id)
    }));
    let note = match view.within.is_certain() {
        true => note,
        false => note.certainty(Certainty::Likely),
    };
    Some(note.stage(
        "Commit first; then validate in a transaction of its own.",
        format!("ALTER TABLE {} VALIDATE CONSTRAINT {};", table.quoted(), name.quoted()),
        String::new(),
    ))
}
