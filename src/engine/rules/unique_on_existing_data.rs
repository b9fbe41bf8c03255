//! Values that were free so far have to be unique from now on.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, words};

pub static RULE: Rule = Rule {
    name: RuleName("unique-on-existing-data"),
    severity: Severity::Danger,
    summary: "Makes values unique that existing rows may repeat.",
    why: "One duplicate makes the statement fail; a concurrent build that fails leaves an invalid index behind.",
    instead: "Look for duplicates, clean them up in an earlier release, then add the constraint.",
    fires: "
=== plan.sql role:plan
ALTER TABLE customers ADD CONSTRAINT customers_phone_unique UNIQUE (phone);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unique-on-existing-data
",
    silent: "
=== prod.sql role:prod
CREATE TABLE customers (id bigint PRIMARY KEY, phone text);
=== plan.sql role:plan
DELETE FROM customers WHERE phone = '';
ALTER TABLE customers ADD CONSTRAINT customers_phone_unique UNIQUE (phone);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, columns, what) = made_unique(&view.step.op)?;
    let is_old = |column: &&Ident| !view.fresh.is_unfilled(table, column);
    if !columns.iter().any(|column| is_old(&column)) || view.is_unique(table, &columns) {
        return None;
    }
    let kind = ConstraintKind::Unique { columns: columns.clone() };
    if view.fresh.kept(table, &kind) {
        return None;
    }
    let too_late = StepView::cleans(view.later, table);
    if StepView::cleans(view.earlier, table) {
        return None;
    }
    let list = words::sql(&columns);
    let note = Note::new(format!(
        "{} makes {} of `{table}` unique: duplicates among its rows make it fail",
        view.who(),
        words::ticked(&columns)
    ))
    .cause(if too_late { "cleanup-too-late" } else { what })
    .certainty(Certainty::Likely)
    .table(table)
    .because(view.case.about(table))
    .run(
        "Look for duplicates. It has to return no row.",
        Language::Sql,
        format!("SELECT {list}, count(*) FROM {table} GROUP BY {list} HAVING count(*) > 1;"),
    );
    Some(if too_late {
        note.step("Move the clean-up that comes later before this step.")
    } else {
        note.step("Clean them up in a revision of its own, before this one, and make the application stop writing them.")
    })
}

fn made_unique(op: &Op) -> Option<(&TableName, Vec<Ident>, &'static str)> {
    let (table, columns, what) = match op {
        Op::CreateIndex { table, index, .. } if index.unique && index.filter.is_none() => {
            (table, index.columns(), "index")
        }
        Op::AddConstraint { table, kind, .. } => match kind {
            ConstraintKind::Unique { columns } => (table, columns.clone(), "constraint"),
            ConstraintKind::PrimaryKey { columns } => (table, columns.clone(), "primary-key"),
            _ => return None,
        },
        _ => return None,
    };
    (!columns.is_empty()).then_some((table, columns, what))
}
