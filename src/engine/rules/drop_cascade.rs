//! A drop says CASCADE: it removes what RESTRICT would have refused.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-cascade"),
    severity: Severity::Danger,
    summary: "CASCADE on a drop removes dependent objects that the statement does not name.",
    why: "Views, foreign keys, defaults, and for types whole columns go with it, without a word.",
    instead: "Drop without CASCADE and name each dependent object yourself, in order.",
    fires: "
=== plan.sql role:plan
ALTER TABLE accounts DROP COLUMN region CASCADE;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-cascade
",
    silent: "
=== plan.sql role:plan
ALTER TABLE accounts DROP COLUMN region;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let assumed =
        Evidence::text("What depends on it is in no input: the reach of CASCADE is not known");
    let note = |what: String| {
        Note::new(format!("CASCADE on {what} also removes whatever depends on it"))
            .certainty(Certainty::Likely)
    };
    let note = match &view.step.op {
        Op::DropTable { table, cascade: true, .. } if !view.fresh.has_table(table) => {
            note(format!("`{table}`")).table(table)
        }
        Op::DropColumn { table, column, cascade: true, .. }
            if !view.fresh.has_column(table, column) =>
        {
            note(format!("`{table}.{column}`")).within(ObjectKind::Column, table, column)
        }
        Op::DropConstraint { table, name, cascade: true, .. } => {
            note(format!("constraint `{name}`")).within(ObjectKind::Constraint, table, name)
        }
        Op::DropOther { kind, name, cascade: true } => note(format!("{} `{name}`", kind.word())),
        _ => return None,
    };
    Some(
        note.because([assumed])
            .step("Drop without CASCADE: PostgreSQL then refuses and lists every dependent object.")
            .step("Decide on each of them, and name each in the plan."),
    )
}
