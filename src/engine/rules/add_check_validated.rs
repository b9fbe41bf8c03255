//! A check is added and held against all rows at once.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("add-check-validated"),
    severity: Severity::Danger,
    summary: "Adds a CHECK constraint to an existing table and reads every row under lock.",
    why: "Reads and writes wait until the scan is over (ACCESS EXCLUSIVE lock), and one row that does not fit makes it fail.",
    instead: "Add it NOT VALID, then validate it in a later transaction.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-check-validated
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, name, kind: ConstraintKind::Check(check), validated: true } =
        &view.step.op
    else {
        return None;
    };
    if !view.is_old(table) || is_not_enforced(view) {
        return None;
    }
    let title = format!("adds a check to `{table}` and reads every row under lock");
    let lock = (table, LockMode::AccessExclusive, locks::Cost::Scan);
    let sql = table.quoted();
    let as_named = way::named(name.as_ref(), table, &check.columns, "check");
    let add =
        format!("ALTER TABLE {sql} ADD CONSTRAINT {as_named} CHECK ({}) NOT VALID;", check.text);
    let note = locks::note(view, lock, Severity::Danger, title);
    Some(
        way::bare(note, view, table, &check.columns)
            .stage(
                "Add it for new rows alone. Alembic has no option for it: `op.execute` this.",
                add,
                way::drop_constraint(&sql, &as_named),
            )
            .stage(
                "Check the old rows in a later transaction, with reads and writes going on.",
                format!("ALTER TABLE {sql} VALIDATE CONSTRAINT {as_named};"),
                String::new(),
            ),
    )
}

/// `NOT ENFORCED` is said by the step behind it.
fn is_not_enforced(view: &StepView<'_>) -> bool {
    view.to_do_with_it().iter().any(|step| match &step.op {
        Op::Detail { detail: crate::engine::op::Detail::Constraint(_, traits), .. } => {
            traits.not_enforced
        }
        _ => false,
    })
}
