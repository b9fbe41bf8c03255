//! A change of a partition locks the whole partitioned table.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Detail, LockMode, Op};
use crate::engine::schema::TableName;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("partition-ddl-locks-parent"),
    severity: Severity::Warning,
    summary: "Makes, drops or detaches a partition with the partitioned table locked.",
    why: "Reads and writes of every partition wait (ACCESS EXCLUSIVE lock on the parent).",
    instead: "Make the table alone and attach it; detach CONCURRENTLY, then drop.",
    fires: "
=== plan.sql role:plan
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM (200) TO (300);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ partition-ddl-locks-parent
",
    silent: "
=== plan.sql role:plan
ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let schema = view.before.schema();
    let parent_of = |table: &TableName| {
        schema.tables.get(table)?.partition_of.as_ref().map(|(parent, _)| parent)
    };
    let (table, parent, cause, title) = match &view.step.op {
        Op::Detail { table, detail: Detail::PartitionOf(parent, _) } => {
            let made = |op: &Op| matches!(op, Op::CreateTable { table: made, .. } if made == table);
            if !view.done_with_it().iter().any(|step| made(&step.op)) {
                return None;
            }
            (
                table,
                parent,
                "create-partition-of",
                format!("makes `{table}` as a partition of `{parent}`"),
            )
        }
        Op::DropTable { table, .. } => (
            table,
            parent_of(table)?,
            "drop-partition-table",
            format!("drops `{table}`, a partition of `{}`", parent_of(table)?),
        ),
        Op::Detail { table, detail: Detail::Detached { parent, concurrently } } => {
            if *concurrently {
                return impossible(view, table, parent);
            }
            (table, parent, "detach", format!("detaches `{table}` from `{parent}`"))
        }
        _ => return None,
    };
    if !view.is_old(parent) {
        return None;
    }
    let lock = (parent, LockMode::AccessExclusive, locks::Cost::Brief);
    let (sql, of) = (table.quoted(), parent.quoted());
    let note = locks::note(view, lock, Severity::Warning, title).cause(cause).table(table);
    let note = match cause == "create-partition-of" && has_default(view, parent) {
        true => note.because([Evidence::text(
            "There is a default partition: all of it is read under the same lock",
        )]),
        false => note,
    };
    Some(match cause {
        "create-partition-of" => note
            .run("Make it alone.", Language::Sql, format!("CREATE TABLE {sql} (LIKE {of} INCLUDING ALL);"))
            .run("Attach it: only other changes of the parent wait.", Language::Sql, format!("ALTER TABLE {of} ATTACH PARTITION {sql} FOR VALUES …;")),
        _ if has_default(view, parent) => note.step(
            "With a default partition there is no concurrent form: plan a window, with a lock timeout.",
        ),
        _ => note
            .run("Detach it first (PostgreSQL 14 and later, without a default partition, outside of a transaction).", Language::Sql, format!("ALTER TABLE {of} DETACH PARTITION {sql} CONCURRENTLY;"))
            .step("Then drop it, or keep it as a table of its own."),
    })
}

/// Where the server refuses DETACH … CONCURRENTLY.
fn impossible(view: &StepView<'_>, table: &TableName, parent: &TableName) -> Option<Note> {
    let why = match (view.within.is_certain(), has_default(view, parent)) {
        _ if view.major() < 14 => "before PostgreSQL 14",
        (true, _) => "inside a transaction",
        (_, true) => "while there is a default partition",
        _ => return None,
    };
    let title = format!("{} detaches `{table}` concurrently {why}: that is an error", view.who());
    let note = Note::new(title).severity(Severity::Blocker).cause("detach-concurrent-impossible");
    Some(note.table(parent).table(table).step("Run it outside of a transaction (in Alembic in an autocommit_block); with a default partition only plain DETACH works."))
}

pub(super) fn has_default(view: &StepView<'_>, parent: &TableName) -> bool {
    let is_default = |(of, values): &(TableName, String)| {
        of == parent && values.trim().eq_ignore_ascii_case("default")
    };
    let mut tables = view.before.schema().tables.values();
    tables.any(|known| known.partition_of.as_ref().is_some_and(is_default))
}
