//! An index is dropped with its table locked.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op};
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("drop-index-not-concurrent"),
    severity: Severity::Warning,
    summary: "Drops an index of an existing table without CONCURRENTLY.",
    why: "It is fast, but it needs an ACCESS EXCLUSIVE lock on the table, and while it waits for that every query waits behind it.",
    instead: "Drop it with DROP INDEX CONCURRENTLY outside a transaction.",
    fires: "
=== plan.sql role:plan
DROP INDEX idx_orders_status_placed;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-index-not-concurrent
",
    silent: "
=== plan.sql role:plan
DROP INDEX CONCURRENTLY idx_orders_status_placed;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropIndex { name, concurrently, .. } = &view.step.op else {
        return None;
    };
    let schema = view.before.schema();
    let table = locks::indexed(schema, &name.name);
    let made_here = |op: &Op| {
        matches!(op, Op::CreateIndex { table, index, .. }
            if index.name.as_ref() == Some(&name.name) && !view.is_old(table))
    };
    let is_fresh = table.is_some_and(|table| !view.is_old(table))
        || view.earlier.iter().any(|step| made_here(&step.op));
    if !view.is_postgres() || is_fresh {
        return None;
    }
    let partitioned = table
        .and_then(|table| schema.tables.get(table))
        .is_some_and(|known| known.partition_by.is_some());
    let sql = name.quoted();
    if *concurrently {
        let several = view.beside_it().any(|step| matches!(step.op, Op::DropIndex { .. }));
        let why = match (partitioned, several) {
            (true, _) => "is partitioned",
            (_, true) => "is one of several in one statement",
            _ => return None,
        };
        let title =
            format!("{} drops `{name}` concurrently, which {why}: that is an error", view.who());
        let note =
            Note::new(title).severity(Severity::Blocker).named(ObjectKind::Index, name.to_string());
        let note = if partitioned { note.cause("partitioned") } else { note };
        return Some(note.step(
            "Drop each index in a statement of its own; a partitioned one without CONCURRENTLY.",
        ));
    }
    let title = format!("drops index `{name}` with its table locked");
    let note = match table {
        Some(table) => {
            let lock = (table, LockMode::AccessExclusive, locks::Cost::Brief);
            locks::note(view, lock, Severity::Warning, title)
        }
        None => Note::new(format!("{} {title}", view.who())),
    };
    let says = "Drop it outside of a transaction.";
    let note = note.named(ObjectKind::Index, name.to_string());
    let note = match way::drop_known(view, name) {
        Some((drop, again)) => note.stage(says, drop, again),
        None => note.run(says, Language::Sql, way::drop_index(&sql)),
    };
    Some(match view.is_revision() {
        true => note.run(
            "In Alembic:",
            Language::Python,
            format!("with op.get_context().autocommit_block():\n    op.drop_index(\"{}\", postgresql_concurrently=True, if_exists=True)", name.name),
        ),
        false => note,
    })
}
