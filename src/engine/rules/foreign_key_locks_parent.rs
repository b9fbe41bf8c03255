//! A new foreign key locks the table that it points at.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::engine::schema::TableName;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks, way, words};

pub static RULE: Rule = Rule {
    name: RuleName("foreign-key-locks-parent"),
    severity: Severity::Notice,
    summary: "A new foreign key takes a lock on the existing table that it points at.",
    why: "Writes to that table wait (SHARE ROW EXCLUSIVE lock), and the lock is held to the end of the transaction.",
    instead: "Set a short lock_timeout and try again; create the table first, and add each foreign key in a short transaction of its own.",
    fires: "
=== plan.sql role:plan
CREATE TABLE invoices (id int PRIMARY KEY, customer_id int REFERENCES customers (id));
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ foreign-key-locks-parent
",
    silent: "
=== plan.sql role:plan
CREATE TABLE agents (id int PRIMARY KEY);
CREATE TABLE invoices (id int PRIMARY KEY, agent_id int REFERENCES agents (id));
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let targets = targets(&view.step.op);
    let old: Vec<&TableName> = targets.into_iter().filter(|table| view.is_old(table)).collect();
    let first = old.first()?;
    // A key between two old tables that is checked now has a rule of its own.
    if let Op::AddConstraint { table, name, kind, validated: true } = &view.step.op {
        let inline = name.is_none() && !view.is_revision();
        let empty =
            way::added_with(view, table, kind.columns()).is_some_and(|new| new.default.is_none());
        if view.is_old(table) && !(inline && empty) {
            return None;
        }
    }
    // Every one more in the same transaction is held together with those before.
    let held = |step: &crate::engine::op::Step| targets_differ(&step.op, first, view);
    let together = old.iter().any(|table| table != first)
        || (view.within != super::Within::Nothing && view.earlier.iter().any(held));
    // A lock of a moment that is given up soon is what there is to do.
    if !together && view.has_lock_timeout() {
        return None;
    }
    let severity = if together { Severity::Warning } else { Severity::Notice };
    let names = words::ticked(&old);
    let title = format!("locks {} for a new foreign key", names);
    let lock = (*first, LockMode::ShareRowExclusive, locks::Cost::Brief);
    let mut note = locks::note(view, lock, severity, title)
        .run("Give up soon rather than queue.", Language::Sql, "SET lock_timeout = '2s';")
        .step("Try again when it is hit; one foreign key in each transaction.");
    for table in old.into_iter().skip(1) {
        note = note.table(table);
    }
    Some(note)
}

fn targets<'a>(op: &'a Op) -> Vec<&'a TableName> {
    let of = |kind: &'a ConstraintKind| match kind {
        ConstraintKind::ForeignKey(key) => Some(&key.ref_table),
        _ => None,
    };
    let mut all: Vec<&TableName> = match op {
        Op::CreateTable { table, constraints, .. } => constraints
            .iter()
            .filter_map(|one| of(&one.kind))
            .filter(|target| *target != table)
            .collect(),
        Op::AddConstraint { table, kind, .. } => {
            of(kind).into_iter().filter(|target| *target != table).collect()
        }
        _ => Vec::new(),
    };
    all.sort();
    all.dedup();
    all
}

fn targets_differ(op: &Op, first: &TableName, view: &StepView<'_>) -> bool {
    targets(op).iter().any(|table| *table != first && view.is_old(table))
}
