//! A unique constraint is added with the table locked.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("add-unique-blocking"),
    severity: Severity::Danger,
    summary: "Adds a unique constraint whose index is built with the table locked.",
    why: "Reads and writes wait for the build (ACCESS EXCLUSIVE lock), and one duplicate makes it fail. Unique constraints have no NOT VALID.",
    instead: "Build the unique index concurrently, then attach it with ADD CONSTRAINT … USING INDEX.",
    fires: "
=== plan.sql role:plan
ALTER TABLE customers ADD CONSTRAINT customers_phone_unique UNIQUE (phone);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-unique-blocking
",
    silent: "
=== plan.sql role:plan
ALTER TABLE customers ADD CONSTRAINT customers_phone_unique UNIQUE USING INDEX customers_phone_idx;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, name, kind: ConstraintKind::Unique { columns }, .. } =
        &view.step.op
    else {
        return None;
    };
    // Without columns it takes over an index that is there.
    if !view.is_old(table) || columns.is_empty() {
        return None;
    }
    let label = name.as_ref().map_or_else(
        || "a unique constraint".to_owned(),
        |name| format!("unique constraint `{name}`"),
    );
    let title = format!("adds {label} to `{table}` with the table locked");
    let lock = (table, LockMode::AccessExclusive, locks::Cost::Build);
    let as_named = way::named(name.as_ref(), table, columns, "key");
    let note = locks::note(view, lock, Severity::Danger, title);
    Some(with_index(note, view, (table, columns), ("UNIQUE", &as_named)))
}

/// The way by an index that is built beforehand.
pub(super) fn with_index(
    note: Note,
    view: &StepView<'_>,
    (table, columns): (&TableName, &[Ident]),
    (kind, name): (&str, &str),
) -> Note {
    let (sql, list) = (table.quoted(), way::columns(columns));
    let is_partitioned = view.table(table).is_some_and(|known| known.partition_by.is_some());
    if is_partitioned {
        return note.step("It is partitioned, where no index can be attached so: plan a window with a lock timeout.");
    }
    let index = way::named(None, table, columns, "idx");
    let note = way::bare(note, view, table, columns)
        .run(
            "Look for duplicates first: one is enough to make it fail.",
            Language::Sql,
            format!("SELECT {list}, count(*) FROM {sql} GROUP BY {list} HAVING count(*) > 1;"),
        )
        .stage(
            "Build the index without blocking, outside of a transaction.",
            way::build(table, &index, &format!("({list})"), true),
            way::drop_index(&way::beside(table, &index)),
        )
        .stage(
            "Check that it is valid, then attach it.",
            format!("ALTER TABLE {sql} ADD CONSTRAINT {name} {kind} USING INDEX {index};"),
            way::drop_constraint(&sql, name),
        );
    match view.is_revision() {
        true => note.step("In Alembic: `with op.get_context().autocommit_block(): op.create_index(…, unique=True, postgresql_concurrently=True)`, then `op.execute` of the ALTER TABLE in a later revision."),
        false => note,
    }
}
