//! An enum is swapped for another one of the same meaning.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Op, Step};
use crate::engine::schema::TableName;
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence, words};

pub static RULE: Rule = Rule {
    name: RuleName("enum-type-swap"),
    severity: Severity::Danger,
    summary: "Swaps an enum type: every table that uses it is written anew.",
    why: "Each of those tables is locked against reads and writes while it is rewritten, and a default, view or policy of the old type makes it fail.",
    instead: "To add labels use ALTER TYPE … ADD VALUE; to remove one, stop using it, empty it out, and then swap in a window.",
    fires: "
=== plan.sql role:plan
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TABLE people ALTER COLUMN feels TYPE mood USING feels::text::mood;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ enum-type-swap
DROP TYPE mood_old;
",
    silent: "
=== plan.sql role:plan
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ecstatic';
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let note = match &view.step.op {
        Op::AlterColumnType { table, column, to: Some(to), .. } => {
            let made = |step: &Step| matches!(&step.op, Op::CreateEnum { name, .. } if name.quoted() == *to);
            if !view.is_old(table)
                || !view.earlier.iter().any(made)
                || !was_enum(view, table, column)
            {
                return None;
            }
            let title = format!(
                "{} swaps the enum of `{table}.{column}`, and `{table}` is written anew",
                view.who()
            );
            Note::new(title)
                .within(ObjectKind::Column, table, column)
                .because(evidence::of_table(view, table))
        }
        Op::SetEnumValues { name, values } => {
            let known = view.before.schema().enums.get(name);
            if !view.is_postgres()
                || known.is_none_or(|known| known == values)
                || made_here(view, name)
            {
                return None;
            }
            let users = users(view, &name.quoted());
            if users.is_empty() {
                return None;
            }
            let names = words::ticked(&users);
            let title =
                format!("{} swaps the enum `{name}`, and {} is written anew", view.who(), names);
            users.into_iter().fold(Note::new(title), Note::table)
        }
        _ => return None,
    };
    Some(
        note.because([Evidence::text(
            "ACCESS EXCLUSIVE lock: reads and writes wait until it is over",
        )])
        .run(
            "If labels are only added, no table is touched:",
            Language::Sql,
            "ALTER TYPE … ADD VALUE IF NOT EXISTS '…';",
        )
        .step(
            "Otherwise move rows off the labels that go, in batches, and verify that none is left.",
        )
        .step("Drop the default, swap, and set the default again, with a lock timeout."),
    )
}

/// Whether the column's type is an enum, or one that is on its way out here.
fn was_enum(view: &StepView<'_>, table: &TableName, column: &crate::engine::schema::Ident) -> bool {
    let renamed = || view.earlier.iter().any(|step| matches!(step.op, Op::RenameType { .. }));
    match view.column(table, column).and_then(|known| known.data_type.as_deref()) {
        Some(old) => view.before.schema().enums.keys().any(|name| name.quoted() == old),
        None => renamed(),
    }
}

fn made_here(view: &StepView<'_>, name: &TableName) -> bool {
    view.earlier
        .iter()
        .any(|step| matches!(&step.op, Op::CreateEnum { name: made, .. } if made == name))
}

fn users<'a>(view: &'a StepView<'_>, data_type: &str) -> Vec<&'a TableName> {
    let tables = view.before.schema().tables.iter();
    tables
        .filter(|(name, table)| {
            view.is_old(name)
                && table.columns.iter().any(|column| column.data_type.as_deref() == Some(data_type))
        })
        .map(|(name, _)| name)
        .collect()
}
