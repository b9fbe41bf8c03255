//! Writes that went through are refused from now on.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Identity, ObjectKind as Kind};
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("new-write-restriction"),
    severity: Severity::Warning,
    summary: "Refuses writes to an existing table that it took before: NOT NULL, CHECK, UNIQUE, a foreign key, a trigger.",
    why: "Code that is still running may write such rows. NOT VALID is no help: new rows are held to it at once.",
    instead: "Deploy code that keeps to the rule, watch that nothing breaks it, then add it.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ new-write-restriction
",
    silent: "
=== plan.sql role:plan
CREATE TABLE orders (total int);
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, what) = match &view.step.op {
        Op::SetNotNull { table, column } if !view.fresh.has_column(table, column) => {
            (table, format!("rows without `{column}`"))
        }
        Op::AddConstraint { table, kind, .. } => {
            // What only looks at new columns no old writer fills.
            let own = kind.columns();
            let is_new =
                !own.is_empty() && own.iter().all(|column| view.fresh.has_column(table, column));
            if is_new || was_there(view, kind) {
                return None;
            }
            let what = match kind {
                ConstraintKind::Check(check) => {
                    format!("rows that don't fit `{}`", check.text.replace('`', "'"))
                }
                ConstraintKind::ForeignKey(key) => {
                    format!("rows that `{}` has no row for", key.ref_table)
                }
                ConstraintKind::Exclusion(_) => "rows that overlap".to_owned(),
                kind if kind.columns().is_empty() => return None,
                _ => "a second row of the same key".to_owned(),
            };
            (table, what)
        }
        Op::CreateIndex { table, index, .. } if index.unique => {
            (table, "a second row of the same key".to_owned())
        }
        Op::CreateObject { name, made } if made.restricts => {
            let what = match name.kind {
                Kind::Trigger => "rows that a new trigger stops",
                Kind::Policy => "rows that a new policy forbids",
                _ => "rows that a new rule takes",
            };
            (name.table.as_ref()?, what.to_owned())
        }
        Op::SetIdentity { table, column, identity: Some(Identity::Always), .. } => {
            (table, format!("values for `{column}`"))
        }
        _ => return None,
    };
    if view.fresh.has_table(table) {
        return None;
    }
    let note = Note::new(format!("{} makes `{table}` refuse {what}", view.who())).table(table);
    let note = match &view.step.op {
        Op::CreateObject { .. } => note.cause("trigger"),
        Op::AddConstraint { name: Some(name), .. } => {
            note.within(ObjectKind::Constraint, table, name)
        }
        _ => note,
    };
    Some(
        note.step("Deploy code that never writes such rows, and look for rows that do.")
            .step("Add it when a release has passed without any."),
    )
}

/// Whether the same constraint was dropped just before: nothing is new then.
fn was_there(view: &StepView<'_>, kind: &ConstraintKind) -> bool {
    let dropped = view
        .earlier
        .iter()
        .any(|step| matches!(step.op, Op::DropConstraint { .. } | Op::DropIndex { .. }));
    let is_loose = |kind: &ConstraintKind| {
        matches!(
            kind,
            ConstraintKind::ForeignKey(_)
                | ConstraintKind::Unique { .. }
                | ConstraintKind::PrimaryKey { .. }
        )
    };
    dropped
        && is_loose(kind)
        && view.earlier.iter().any(|step| match &step.op {
            Op::DropConstraint { table, .. } => view.step.op.tables().contains(&table),
            _ => false,
        })
}
