//! A column may become NULL.

use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-not-null"),
    severity: Severity::Warning,
    summary: "Lets a column be NULL.",
    why: "Readers that never met NULL break, and going back needs a scan of the table.",
    instead: "Make every reader handle NULL first, and deploy that.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ALTER COLUMN channel DROP NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-not-null
",
    silent: "
=== plan.sql role:plan
CREATE TABLE orders (channel text NOT NULL);
ALTER TABLE orders ALTER COLUMN channel DROP NOT NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropNotNull { table, column } = &view.step.op else {
        return None;
    };
    if view.fresh.has_column(table, column) {
        return None;
    }
    let drops = |op: &Op| matches!(op, Op::DropColumn { table: of, column: gone, .. } if of == table && gone == column);
    let goes = view.later.iter().any(|step| drops(&step.op));
    Some(
        Note::new(format!("{} lets `{table}.{column}` be NULL", view.who()))
            .severity(if goes { Severity::Notice } else { Severity::Warning })
            .within(ObjectKind::Column, table, column)
            .step("Check every reader of the column, reports and exports included."),
    )
}
