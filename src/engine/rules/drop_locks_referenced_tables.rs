//! A drop locks the tables that the dropped foreign keys point at.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op};
use crate::engine::schema::{ConstraintKind, TableName};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks, words};

pub static RULE: Rule = Rule {
    name: RuleName("drop-locks-referenced-tables"),
    severity: Severity::Warning,
    summary: "Drops foreign keys, and locks the other tables that they point at.",
    why: "Reads and writes of those tables wait, too (ACCESS EXCLUSIVE lock), which the statement does not show.",
    instead: "Drop the foreign keys one by one, each in a transaction with a lock timeout; then drop the table.",
    fires: "
=== base.sql role:baseline
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers (id));
=== versions/1_drop.py
from alembic import op
revision = \"1\"
down_revision = None
def upgrade():
    op.drop_table(\"orders\")
#   ^^^^^^^^^^^^^^^^^^^^^^^ drop-locks-referenced-tables
",
    silent: "
=== plan.sql role:plan
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (customer_id int REFERENCES customers (id));
DROP TABLE orders;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (Op::DropTable { table, .. }
    | Op::DropColumn { table, .. }
    | Op::DropConstraint { table, .. }) = &view.step.op
    else {
        return None;
    };
    if !view.is_old(table) {
        return None;
    }
    let taken = locks::of(&view.step.op, view.before.schema());
    let others: Vec<&TableName> = taken
        .iter()
        .map(|(other, _, _)| *other)
        .filter(|other| *other != table && view.is_old(other))
        .collect();
    let first = others.first()?;
    let severity = if others.len() > 1 { Severity::Danger } else { Severity::Warning };
    let names = words::ticked(&others);
    let title = format!("drops foreign keys of `{table}`, and locks {}", names);
    let lock = (*first, LockMode::AccessExclusive, locks::Cost::Brief);
    let note = locks::note(view, lock, severity, title).severity(severity).table(table);
    let note = others.iter().skip(1).fold(note, |note, other| note.table(other));
    let keys = view.table(table).map(|known| known.constraints.as_slice()).unwrap_or_default();
    let drops: Vec<String> = keys
        .iter()
        .filter(|one| matches!(&one.kind, ConstraintKind::ForeignKey(key) if others.contains(&&key.ref_table)))
        .filter_map(|one| Some(format!("ALTER TABLE {} DROP CONSTRAINT {};", table.quoted(), one.name.as_ref()?.quoted())))
        .collect();
    Some(
        note.run("Give up soon rather than queue.", Language::Sql, "SET lock_timeout = '2s';").run(
            "One foreign key in each transaction, then the drop.",
            Language::Sql,
            drops.join("\n"),
        ),
    )
}
