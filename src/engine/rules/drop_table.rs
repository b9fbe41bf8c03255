//! A plan or migration drops a table.

use crate::engine::case;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Mutation, Op};
use crate::engine::schema::TableName;
use crate::wire::words::thousands;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, drop_partition, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("drop-table"),
    severity: Severity::Blocker,
    summary: "Drops a table, and with it every row, index, trigger, grant and policy.",
    why: "The rows are gone at once and only a restore brings them back; running code that reads the table fails.",
    instead: "Stop using the table in one release, rename it and watch a release, back it up, then drop it.",
    fires: "
=== plan.sql role:plan
DROP TABLE bookings CASCADE;
--^^^^^^^^^^^^^^^^^^^^^^^^^ drop-table
",
    silent: "
=== plan.sql role:plan
CREATE TABLE scratch (id int);
DROP TABLE scratch;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropTable { table, .. } = &view.step.op else {
        return None;
    };
    if view.fresh.has_table(table) || case::is_version_table(table) {
        return None; // Never held a row; or a ledger, which has a rule of its own.
    }
    if drop_partition::parent_of(view, table).is_some() {
        return None; // A partition, which has a rule of its own.
    }
    let rows =
        view.case.rows_of(table).map(|(rows, _)| format!(" and its {} rows", thousands(rows)));
    let title = format!("{} drops `{table}`{}", view.who(), rows.unwrap_or_default());
    let stays = |op: &Op| matches!(op, Op::CreateObject { name, .. } if name.table.is_none() && &name.name == table);
    // A copy that was filled from it, most likely, takes its name.
    let fills = |from: &TableName, op: &Op| matches!(op, Op::Mutate { table: of, verb: Mutation::Insert, .. } if of == from);
    let is_rebuilt = view.later.iter().any(|step| {
        matches!(&step.op, Op::RenameTable { from, to } if to == table && view.earlier.iter().any(|step| fills(from, &step.op)))
    });
    let severity = if view.case.rows_of(table).is_some_and(|(rows, _)| rows == 0) {
        Severity::Notice
    } else if is_rebuilt || view.later.iter().any(|step| stays(&step.op)) {
        Severity::Warning
    } else {
        Severity::Blocker
    };
    Some(
        Note::new(title)
            .severity(severity)
            .table(table)
            .because(evidence::of_table(view, table))
            .step("Stop reads and writes of the table in code, and deploy that.")
            .run(
                "Take it out of the way and watch one release.",
                Language::Sql,
                format!("ALTER TABLE {} RENAME TO zz_retired_{};", table.quoted(), table.name),
            )
            .step("Back it up, then drop it in a revision of its own."),
    )
}
