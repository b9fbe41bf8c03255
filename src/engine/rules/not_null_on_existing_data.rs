//! A column that may be empty has to be filled from now on.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("not-null-on-existing-data"),
    severity: Severity::Danger,
    summary: "Makes a column NOT NULL that existing rows may leave empty.",
    why: "One NULL makes the statement fail; a default does not fill rows that are there already.",
    instead: "Fill the column first, in an earlier step and in batches, and look that nothing is left.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-null-on-existing-data
",
    silent: "
=== plan.sql role:plan
UPDATE orders SET status = 'new' WHERE status IS NULL;
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, columns): (&TableName, &[Ident]) = match &view.step.op {
        Op::SetNotNull { table, column } => (table, std::slice::from_ref(column)),
        Op::AddConstraint { table, kind: ConstraintKind::PrimaryKey { columns }, .. } => {
            (table, columns)
        }
        _ => return None,
    };
    let is_open = |column: &&Ident| {
        let is_key =
            view.step.op != Op::SetNotNull { table: table.clone(), column: (*column).clone() };
        // Of a key over columns that are not known, nothing is known to be empty.
        let known = view.column(table, column).map(|known| known.nullable);
        let made_here = view.fresh.has_column(table, column)
            && view.column(table, column).is_some_and(|known| known.default.is_some());
        !view.fresh.is_empty(table)
            && known.unwrap_or(!is_key)
            && !made_here
            && !view.is_proven(table, column)
            && !view.is_backfilled(table, column)
    };
    let column = columns.iter().find(is_open)?;
    let value = "…";
    Some(
        Note::new(format!(
            "{} makes `{table}.{column}` NOT NULL, and rows may have nothing in it",
            view.who()
        ))
        .certainty(Certainty::Likely)
        .severity(match view.may_be_backfilled(table, column) {
            true => Severity::Warning,
            false => Severity::Danger,
        })
        .within(ObjectKind::Column, table, column)
        .because(view.case.about(table))
        .run(
            "Count the rows without a value. It has to be 0.",
            Language::Sql,
            format!("SELECT count(*) FROM {} WHERE {} IS NULL;", table.quoted(), column.quoted()),
        )
        .run(
            "Fill them before this step, in batches where they are many.",
            Language::Sql,
            format!(
                "UPDATE {} SET {1} = {value} WHERE {1} IS NULL;",
                table.quoted(),
                column.quoted()
            ),
        ),
    )
}
