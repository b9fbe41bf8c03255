//! A NOT NULL column without a default is added to a table that may have rows.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::engine::schema::{Ident, TableName};
use crate::wire::words::thousands;
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("add-required-column"),
    severity: Severity::Danger,
    summary: "Adds a NOT NULL column without a default.",
    why: "On a table with rows the statement fails; on an empty one, old code's inserts fail from then on.",
    instead: "Add it nullable or with a default, deploy the code that fills it, fill old rows, then make it NOT NULL.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel varchar(16) NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-required-column
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel varchar(16) DEFAULT 'web' NOT NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if let Op::DropDefault { table, column } = &view.step.op {
        return default_removed(view, table, column);
    }
    let Op::AddColumn { table, column, .. } = &view.step.op else {
        return None;
    };
    let fills_itself = column.default.is_some()
        || column.data_type.as_deref().is_some_and(|name| name.to_lowercase().contains("serial"));
    if column.nullable || fills_itself || view.fresh.has_table(table) {
        return None;
    }
    let rows = view.case.facts.plans.iter().find_map(|plan| plan.rows_for_column(&column.name));
    let emptied = view.fresh.is_empty(table);
    let mut note = Note::new(format!(
        "{} adds `{table}.{}` as NOT NULL without a default",
        view.who(),
        column.name
    ))
    .certainty(Certainty::Likely)
    .within(ObjectKind::Column, table, &column.name)
    .because(view.case.about(table));
    if emptied {
        note = note.severity(Severity::Warning).because([Evidence::text(
            "Its rows are taken out before: what fails are inserts of code that does not know it",
        )]);
    }
    if let Some((rows, span)) = rows.filter(|(rows, _)| *rows > 0) {
        note = note.because([Evidence::text(format!(
            "The plan's own notice says the table holds {} rows",
            thousands(rows)
        ))
        .at(span)]);
        if !emptied {
            note = note.severity(Severity::Blocker).certainty(Certainty::Certain);
        }
    }
    Some(
        note.run(
            "Add it with a default, or nullable.",
            Language::Sql,
            format!(
                "ALTER TABLE {table} ADD COLUMN {} {};",
                column.name,
                column.data_type.as_deref().unwrap_or("text")
            ),
        )
        .step("Deploy the code that writes it, fill old rows in batches, then make it NOT NULL."),
    )
}

/// The default filled the old rows, and goes: inserts of code that does not know the column fail from now on.
fn default_removed(view: &StepView<'_>, table: &TableName, column: &Ident) -> Option<Note> {
    let adds = |op: &Op| match op {
        Op::AddColumn { table: to, column: new, .. } => {
            to == table && &new.name == column && !new.nullable && new.default.is_some()
        }
        _ => false,
    };
    if view.fresh.has_table(table) || !view.earlier.iter().any(|step| adds(&step.op)) {
        return None;
    }
    Some(
        Note::new(format!(
            "{} adds `{table}.{column}` as NOT NULL and takes its default away",
            view.who()
        ))
        .cause("default-removed")
        .within(ObjectKind::Column, table, column)
        .because(view.case.about(table))
        .step("Keep the default until every process that writes the table sets the column."),
    )
}
