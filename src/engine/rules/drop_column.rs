//! A plan or migration drops a column.

use crate::engine::case::items;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("drop-column"),
    severity: Severity::Blocker,
    summary: "Drops a column, and with it the data it holds.",
    why: "The values are gone at once, and code still running names a column that is not there.",
    instead: "Stop reading and writing the column in one release, and drop it in a later one.",
    fires: "
=== plan.sql role:plan
ALTER TABLE person DROP nick;
--^^^^^^^^^^^^^^^^^^^^^^^^^ drop-column
",
    silent: "
=== plan.sql role:plan
CREATE TABLE person (id int, nick text);
ALTER TABLE person DROP COLUMN nick;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropColumn { table, column, .. } = &view.step.op else {
        return None;
    };
    if view.fresh.has_column(table, column) {
        return None; // Made and dropped in one go: there was never any data in it.
    }
    let rows = view.case.facts.plans.iter().find_map(|plan| plan.rows_of_column(table, column));
    let notice = rows.map(|(rows, span)| {
        Evidence::text(format!("The plan's own notice says {} in the table", items(rows))).at(span)
    });
    let stores_nothing = view.column(table, column).is_some_and(|known| known.computed_on_read);
    let severity = if stores_nothing { Severity::Notice } else { Severity::Blocker };
    Some(
        Note::new(format!("{} drops column `{table}.{column}`", view.who()))
            .severity(severity)
            .within(ObjectKind::Column, table, column)
            .because(notice)
            .because(evidence::of_column(view, table, column))
            .step("Make the column nullable or give it a default, stop using it in code, and deploy that.")
            .run("Back up what it holds.", Language::Sql, format!("CREATE TABLE zz_{}_{column} AS SELECT * FROM {table};", table.name))
            .step("Drop it in a revision of its own, after the rollback window has passed."),
    )
}
