//! A plan or migration drops a constraint.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-constraint"),
    severity: Severity::Danger,
    summary: "Drops a constraint of an existing table.",
    why: "From now on orphans and duplicates come in unchecked; a unique or primary key takes its index along.",
    instead: "Swap it in one statement, with the replacement built or validated beforehand.",
    fires: "
=== plan.sql role:plan
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-constraint
",
    silent: "
=== plan.sql role:plan
CREATE TABLE customers (email text, CONSTRAINT customers_email_key UNIQUE (email));
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropConstraint { table, name, .. } = &view.step.op else {
        return None;
    };
    if view.fresh.has_table(table) {
        return None;
    }
    // The kind is in no input; PostgreSQL's own suffixes tell it as a rule.
    let is_check = name.as_str().ends_with("_check");
    let mut note = Note::new(format!("{} drops constraint `{name}` of `{table}`", view.who()))
        .certainty(Certainty::Likely)
        .severity(if is_check { Severity::Warning } else { Severity::Danger })
        .within(ObjectKind::Constraint, table, name)
        .because(view.case.about(table));
    let dropped_with_table = |op: &Op| matches!(op, Op::DropTable { cascade: true, .. });
    if view.earlier.iter().any(|step| dropped_with_table(&step.op)) {
        note = note.because([Evidence::text(
            "A table was dropped with CASCADE before this: if the constraint pointed at it, it is gone already and this statement fails",
        )]);
    }
    Some(
        note.step("Ask what the constraint guarded, and who relies on it (upserts name it, foreign keys point at it).")
            .step("If it is only renamed, use ALTER TABLE … RENAME CONSTRAINT: no scan, no window without it."),
    )
}
