//! A plan or migration empties tables.

use crate::engine::case;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::wire::Severity;
use crate::wire::words::thousands;

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("truncate-table"),
    severity: Severity::Blocker,
    summary: "Empties a table; with CASCADE every table that references it, too.",
    why: "Every row goes and no row trigger fires. CASCADE follows all foreign keys, whatever their ON DELETE says.",
    instead: "Delete the rows that must go, by condition and in batches; never empty a table to make a constraint fit.",
    fires: "
=== plan.sql role:plan
truncate table \"orders\" cascade;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ truncate-table
",
    silent: "
=== plan.sql role:plan
CREATE TABLE scratch (id int);
TRUNCATE scratch;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Truncate { tables, cascade, restart_identity } = &view.step.op else {
        return None;
    };
    let old: Vec<_> = tables
        .iter()
        .filter(|table| !view.fresh.has_table(table) && !case::is_version_table(table))
        .collect();
    let first = old.first()?;
    let names: Vec<String> = old
        .iter()
        .map(|table| match view.case.rows_of(table) {
            Some((rows, _)) => format!("`{table}` ({} rows)", thousands(rows)),
            None => format!("`{table}`"),
        })
        .collect();
    let reach = if *cascade { " and every table that references it" } else { "" };
    let mut note = Note::new(format!("{} empties {}{reach}", view.who(), names.join(", ")))
        .cause(if *cascade { "cascade" } else { "plain" })
        .because(view.case.about(first));
    if *cascade {
        note = note.because([Evidence::text(
            "Foreign keys are in no input: which tables CASCADE empties is not known",
        )]);
    }
    if *restart_identity {
        note = note
            .because([Evidence::text("RESTART IDENTITY also resets the sequences of its columns")]);
    }
    for table in old {
        note = note.table(table);
    }
    Some(
        note.step("Cancel. Ask why the tool wants the table empty: usually a new NOT NULL column or unique constraint does not fit its rows.")
            .step("Add the column as nullable, fill it, then tighten it; or clean the duplicates first."),
    )
}
