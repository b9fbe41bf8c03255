//! A drop says CASCADE: it removes what RESTRICT would have refused.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::engine::schema::Column;
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("drop-cascade"),
    severity: Severity::Danger,
    summary: "CASCADE on a drop removes dependent objects that the statement does not name.",
    why: "Views, foreign keys, defaults, and for types whole columns go with it, without a word.",
    instead: "Drop without CASCADE and name each dependent object yourself, in order.",
    fires: "
=== plan.sql role:plan
ALTER TABLE accounts DROP COLUMN region CASCADE;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-cascade
",
    silent: "
=== plan.sql role:plan
ALTER TABLE accounts DROP COLUMN region;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let assumed =
        Evidence::text("What depends on it is in no input: the reach of CASCADE is not known");
    let note = |what: String| {
        Note::new(format!("CASCADE on {what} also removes whatever depends on it"))
            .certainty(Certainty::Likely)
    };
    let note = match &view.step.op {
        Op::DropTable { table, cascade: true, .. } if !view.fresh.has_table(table) => {
            note(format!("`{table}`"))
                .severity(Severity::Blocker)
                .table(table)
                .because(evidence::of_table(view, table))
        }
        Op::DropColumn { table, column, cascade: true, .. }
            if !view.fresh.has_column(table, column) =>
        {
            note(format!("`{table}.{column}`"))
                .severity(Severity::Blocker)
                .within(ObjectKind::Column, table, column)
                .because(evidence::of_column(view, table, column))
        }
        Op::DropConstraint { table, name, cascade: true, .. } => {
            note(format!("constraint `{name}`")).within(ObjectKind::Constraint, table, name)
        }
        Op::DropOther { kind, name, cascade: true } => {
            let columns = of_type(view, name);
            let note = note(format!("{} `{name}`", kind.word()));
            match columns.is_empty() {
                true => note,
                false => note.severity(Severity::Blocker).because([Evidence::text(format!(
                    "Columns of that type go, with their values: {}",
                    columns.join(", ")
                ))]),
            }
        }
        _ => return None,
    };
    Some(
        note.because([assumed])
            .step("Drop without CASCADE: PostgreSQL then refuses and lists every dependent object.")
            .step("Decide on each of them, and name each in the plan."),
    )
}

/// The columns of old tables that have a type.
fn of_type(view: &StepView<'_>, name: &str) -> Vec<String> {
    let tables = view.before.schema().tables.iter();
    let old = tables.filter(|(table, _)| !view.fresh.has_table(table));
    let of = |column: &Column| column.data_type.as_deref() == Some(name);
    old.flat_map(|(table, known)| {
        known
            .columns
            .iter()
            .filter(move |column| of(column))
            .map(move |column| format!("`{table}.{}`", column.name))
    })
    .collect()
}
