//! A table is renamed.

use crate::engine::case;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("rename-table"),
    severity: Severity::Danger,
    summary: "Renames an existing table.",
    why: "Every query that names the old table fails until all processes run the new code.",
    instead: "Rename it and create a view with the old name in the same transaction; drop the view after the deploy.",
    fires: "
=== plan.sql role:plan
ALTER TABLE invoice RENAME TO invoices;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rename-table
",
    silent: "
=== plan.sql role:plan
CREATE TABLE invoice (id int);
ALTER TABLE invoice RENAME TO invoices;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::RenameTable { from, to } = &view.step.op else {
        return None;
    };
    if view.fresh.has_table(from) || case::is_version_table(from) {
        return None;
    }
    if from.schema != to.schema {
        return None; // Moved, which has a rule of its own.
    }
    let stays = |op: &Op| matches!(op, Op::CreateObject { name, .. } if name.table.is_none() && &name.name == from);
    let is_kept = view.later.iter().any(|step| stays(&step.op));
    Some(
        Note::new(format!("{} renames `{from}` to `{to}`", view.who()))
            .severity(if is_kept { Severity::Warning } else { Severity::Danger })
            .table(from)
            .because(evidence::of_table(view, from))
            .run(
                "Keep the old name alive during the deploy.",
                Language::Sql,
                format!("CREATE VIEW {} AS SELECT * FROM {};", from.quoted(), to.quoted()),
            )
            .step("Drop the view when no process uses the old name."),
    )
}
