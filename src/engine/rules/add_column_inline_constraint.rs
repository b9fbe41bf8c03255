//! A new column brings a constraint that is checked or built at once.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("add-column-inline-constraint"),
    severity: Severity::Danger,
    summary: "Adds a column with a CHECK, UNIQUE or PRIMARY KEY in the same statement.",
    why: "A check reads every row and a key builds its index, both with reads and writes blocked (ACCESS EXCLUSIVE lock).",
    instead: "Add the bare column, then each constraint in its own way.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN score integer CHECK (score > 0);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-column-inline-constraint
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN score integer;
ALTER TABLE orders ADD CONSTRAINT orders_score_check CHECK (score > 0) NOT VALID;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, kind, validated: true, .. } = &view.step.op else {
        return None;
    };
    let (what, cost) = match kind {
        ConstraintKind::Check(_) => ("check", locks::Cost::Scan),
        ConstraintKind::Unique { .. } => ("unique constraint", locks::Cost::Build),
        ConstraintKind::PrimaryKey { .. } => ("primary key", locks::Cost::Build),
        _ => return None,
    };
    let column = way::added_with(view, table, kind.columns())?;
    if !view.is_old(table) {
        return None;
    }
    let title = format!("adds `{table}.{}` together with a {what}", column.name);
    let lock = (table, LockMode::AccessExclusive, cost);
    Some(
        locks::note(view, lock, Severity::Danger, title)
            .run(
                "Add the bare column.",
                Language::Sql,
                format!(
                    "ALTER TABLE {} ADD COLUMN {} {};",
                    table.quoted(),
                    column.name.quoted(),
                    column.data_type.as_deref().unwrap_or("text")
                ),
            )
            .step("Then a check NOT VALID, to be validated later; or a unique index CONCURRENTLY, to be attached."),
    )
}
