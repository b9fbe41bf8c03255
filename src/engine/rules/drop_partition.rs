//! A partition is dropped with its rows.

use crate::engine::ledger::RuleName;
use crate::engine::op::{Detail, Op, Work};
use crate::engine::schema::TableName;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, evidence, partition_ddl_locks_parent};

pub static RULE: Rule = Rule {
    name: RuleName("drop-partition"),
    severity: Severity::Blocker,
    summary: "Drops or empties a partition of a table, and every row in it.",
    why: "The rows are gone at once; only a restore brings them back.",
    instead: "Detach the partition, archive it, and drop the table that is left in a later release.",
    fires: "
=== base.sql role:baseline
CREATE TABLE events (k int) PARTITION BY RANGE (k);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM (0) TO (100);
=== versions/1_drop.py
from alembic import op
revision = \"1\"
down_revision = None
def upgrade():
    op.drop_table(\"events_2023\")
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-partition
",
    silent: "
=== plan.sql role:plan
CREATE TABLE events (k int) PARTITION BY RANGE (k);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1);
DROP TABLE events_1;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if let Op::Upkeep { work, on, .. } = &view.step.op {
        let (does, severity) = match work {
            Work::DropPartition => ("drops partitions of", Severity::Blocker),
            Work::TruncatePartition => ("empties partitions of", Severity::Blocker),
            Work::ExchangePartition => ("swaps a partition of", Severity::Blocker),
            Work::RemovePartitioning => ("removes the partitioning of", Severity::Warning),
            Work::CoalescePartition => ("joins partitions of", Severity::Warning),
            _ => return None,
        };
        let table = on.first().filter(|table| !view.fresh.has_table(table))?;
        let note =
            Note::new(format!("{} {does} `{table}`", view.who())).severity(severity).table(table);
        return Some(
            note.because(evidence::of_table(view, table))
                .step("Archive the rows first, and check what still reads them."),
        );
    }
    let Op::DropTable { table, .. } = &view.step.op else {
        return None;
    };
    if view.fresh.has_table(table) {
        return None;
    }
    let parent = parent_of(view, table)?;
    let (sql, of) = (table.quoted(), parent.quoted());
    let beside = match partition_ddl_locks_parent::has_default(view, parent) {
        true => "",
        false => " CONCURRENTLY",
    };
    Some(
        Note::new(format!(
            "{} drops `{table}`, a partition of `{parent}`, and its rows",
            view.who()
        ))
        .table(table)
        .table(parent)
        .because(evidence::of_table(view, table))
        .run(
            "Take it out (with CONCURRENTLY outside of a transaction: PostgreSQL 14 and later, without a default partition).",
            Language::Sql,
            format!("ALTER TABLE {of} DETACH PARTITION {sql}{beside};"),
        )
        .step("Archive it, and drop the table that is left in a later release."),
    )
}

/// The table whose partition it is, or was until an earlier step.
pub(super) fn parent_of<'a>(view: &'a StepView<'_>, table: &TableName) -> Option<&'a TableName> {
    let detached = view.earlier.iter().find_map(|step| match &step.op {
        Op::Detail { table: child, detail: Detail::Detached { parent, .. } } if child == table => {
            Some(parent)
        }
        _ => None,
    });
    detached.or_else(|| view.table(table)?.partition_of.as_ref().map(|(parent, _)| parent))
}
