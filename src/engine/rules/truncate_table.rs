//! A plan or migration empties tables.

use crate::engine::case;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::engine::schema::{ConstraintKind, TableName};
use crate::wire::Severity;
use crate::wire::words::thousands;

use super::{Check, Note, Rule, StepView, evidence, words};

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
        .because(evidence::of_table(view, first));
    let reached = emptied(view, &old);
    if *cascade && !reached.is_empty() {
        let names = words::ticked(&reached);
        note = note.because([Evidence::text(format!("CASCADE empties {} as well", names))]);
    } else if *cascade && old.iter().all(|table| view.known(table).is_none()) {
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

/// The tables that CASCADE reaches: those that point at the listed ones, those that point at them, and so on.
fn emptied(view: &StepView<'_>, listed: &[&TableName]) -> Vec<TableName> {
    let tables = &view.before.schema().tables;
    let mut reached: Vec<TableName> = listed.iter().map(|table| (*table).clone()).collect();
    let mut at = 0;
    while let Some(target) = reached.get(at).cloned() {
        for (name, table) in tables {
            let points = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(key) if key.ref_table == target);
            if !reached.contains(name) && table.constraints.iter().any(|one| points(&one.kind)) {
                reached.push(name.clone());
            }
        }
        at += 1;
    }
    reached.split_off(listed.len().min(reached.len()))
}
