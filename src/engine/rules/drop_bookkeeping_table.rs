//! A plan or migration drops, empties or renames a migration tool's own ledger.

use crate::engine::case;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-bookkeeping-table"),
    severity: Severity::Blocker,
    summary: "Destroys the table in which a migration tool keeps its position.",
    why: "The tool forgets what it has run: its next run replays everything or refuses to start.",
    instead: "Exclude the table from the tool that made this plan, and never apply the statement.",
    fires: "
=== plan.sql role:plan
DROP TABLE \"alembic_version\";
--^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-bookkeeping-table
",
    silent: "
=== plan.sql role:plan
DELETE FROM alembic_version WHERE version_num = 'a1';
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, does) = match &view.step.op {
        Op::DropTable { table, .. } => (table, "drops"),
        Op::RenameTable { from, .. } => (from, "renames"),
        Op::Truncate { tables, .. } => {
            (tables.iter().find(|table| case::is_version_table(table))?, "empties")
        }
        Op::Mutate { table, filter, .. } if !filter.is_some() => (table, "rewrites every row of"),
        _ => return None,
    };
    if !case::is_version_table(table) {
        return None;
    }
    Some(
        Note::new(format!("{} {does} `{table}`, a migration tool's own ledger", view.who()))
            .table(table)
            .because(view.case.about(table))
            .step("Cancel. The tool that made this plan does not know the table; tell it to leave it alone (a table or schema filter).")
            .step("If the statement ran already, stamp the database at the revision whose tables it has."),
    )
}
