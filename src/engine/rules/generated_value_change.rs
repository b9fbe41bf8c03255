//! A column's default changes.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Op, Step};
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("generated-value-change"),
    severity: Severity::Warning,
    summary: "Changes or drops a column's default.",
    why: "Inserts that leave the column out store something else from now on, or fail where it is NOT NULL.",
    instead: "Check that the new default means what the old one meant; make every writer set the column before its default goes.",
    fires: "
=== plan.sql role:plan
ALTER TABLE products ALTER COLUMN tags SET DEFAULT '{\"\"}';
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ generated-value-change
",
    silent: "
=== plan.sql role:plan
CREATE TABLE products (tags text);
ALTER TABLE products ALTER COLUMN tags SET DEFAULT 'x';
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, column, does, value) = match &view.step.op {
        Op::SetDefault { table, column, default } => {
            (table, column, "changes the default of", Some(default))
        }
        Op::DropDefault { table, column } => (table, column, "drops the default of", None),
        Op::SetIdentity { table, column, identity, .. } => {
            let does = if identity.is_some() {
                "makes an identity column of"
            } else {
                "makes an ordinary column of"
            };
            (table, column, does, None)
        }
        _ => return None,
    };
    if view.fresh.has_column(table, column) {
        return None;
    }
    // It is taken away for a change of type, and given again.
    let again = |step: &Step| matches!(&step.op, Op::SetDefault { table: of, column: own, .. } if of == table && own == column);
    if matches!(view.step.op, Op::DropDefault { .. }) && view.later.iter().any(again) {
        return None;
    }
    let note = Note::new(format!("{} {does} `{table}.{column}`", view.who())).within(
        ObjectKind::Column,
        table,
        column,
    );
    let is_needed = view.column(table, column).is_some_and(|known| !known.nullable);
    let drops = matches!(view.step.op, Op::DropDefault { .. });
    let note = match drops && is_needed {
        true => note.severity(Severity::Danger).because([Evidence::text(
            "It is NOT NULL: inserts that leave it out fail from now on",
        )]),
        false => note,
    };
    let note = match value {
        Some(value) => note.because([Evidence::text(format!(
            "The new default is `{value}`; the old one is in no input"
        ))]),
        None => note,
    };
    Some(note.step("Compare it with the default that production has: tools often print the same value in another way."))
}
