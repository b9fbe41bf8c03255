//! An index is built with writes blocked.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op};
use crate::engine::schema::{Ident, IndexPart};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("index-not-concurrent"),
    severity: Severity::Danger,
    summary: "Builds an index on an existing table without CONCURRENTLY.",
    why: "Writes to the table wait for the whole build (SHARE lock).",
    instead: "Build it with CREATE INDEX CONCURRENTLY in a step of its own, outside a transaction, and check that it is valid.",
    fires: "
=== plan.sql role:plan
CREATE INDEX idx_orders_status ON orders (status);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ index-not-concurrent
",
    silent: "
=== plan.sql role:plan
CREATE INDEX CONCURRENTLY idx_orders_status ON orders (status);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::CreateIndex { table, index, concurrently, .. } = &view.step.op else {
        return None;
    };
    if !view.is_old(table) {
        return None;
    }
    let label =
        index.name.as_ref().map_or_else(|| "an index".to_owned(), |name| format!("index `{name}`"));
    let is_partitioned = view.table(table).is_some_and(|known| known.partition_by.is_some());
    let lock = (table, LockMode::Share, locks::Cost::Build);
    let sql = table.quoted();
    let name = way::named(
        index.name.as_ref(),
        table,
        index.parts.first().map(column).unwrap_or_default(),
        "idx",
    );
    let unique = if index.unique { "UNIQUE " } else { "" };
    let parts = way::index_parts(index);
    if is_partitioned && !index.invalid {
        let (name, sql) = (name.as_str(), sql.as_str());
        return Some(of_partitions(
            view,
            lock,
            (&label, *concurrently),
            (unique, name, sql, &parts),
        ));
    }
    // ON ONLY: the index is there at once, and serves when every partition has its own.
    if *concurrently || index.invalid {
        return None;
    }
    let title = format!("builds {label} on `{table}` with writes blocked");
    let mut note = locks::note(view, lock, Severity::Danger, title).stage(
        "Build it without blocking writes, outside a transaction.",
        way::build(table, &name, &parts, index.unique),
        way::drop_index(&way::beside(table, &name)),
    );
    if view.is_revision() {
        note = note.run(
            "In Alembic:",
            Language::Python,
            format!("with op.get_context().autocommit_block():\n    op.create_index(\"{}\", \"{}\", …, postgresql_concurrently=True, if_not_exists=True)", name.trim_matches('"'), table.name),
        );
    }
    Some(note.run(
        "Check that it is valid; drop it and build again if it is not.",
        Language::Sql,
        "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid;",
    ))
}

fn column(part: &IndexPart) -> &[Ident] {
    match part {
        IndexPart::Column(name) => std::slice::from_ref(name),
        IndexPart::Expression(expression) => &expression.columns,
    }
}

/// On a partitioned table there is no CONCURRENTLY, but a way around.
fn of_partitions(
    view: &StepView<'_>,
    lock: locks::Lock<'_>,
    (label, concurrently): (&str, bool),
    (unique, name, sql, parts): (&str, &str, &str, &str),
) -> Note {
    let table = lock.0;
    let note = match concurrently {
        true => {
            let title = format!(
                "builds {label} concurrently on the partitioned `{table}`: that is an error"
            );
            locks::note(view, lock, Severity::Blocker, title).cause("partitioned")
        }
        false => {
            let title =
                format!("builds {label} on `{table}` and all its partitions with writes blocked");
            locks::note(view, lock, Severity::Danger, title)
        }
    };
    note.run(
        "Make it on the parent alone.",
        Language::Sql,
        format!("CREATE {unique}INDEX {name} ON ONLY {sql} {parts};"),
    )
    .run(
        "Build it on each partition.",
        Language::Sql,
        format!("CREATE {unique}INDEX CONCURRENTLY … ON … {parts};"),
    )
    .run(
        "Attach each; with the last one the parent's is valid.",
        Language::Sql,
        format!("ALTER INDEX {name} ATTACH PARTITION …;"),
    )
}
