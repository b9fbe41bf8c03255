//! A drop that empties other tables.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op, Transact};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("lite-rebuild-cascade-delete"),
    severity: Severity::Blocker,
    summary: "Drops a SQLite table whose rows others follow, with foreign keys on or not known to be off.",
    why: "SQLite deletes every row before it drops the table: rows that point at it go as well, or lose what they point at, without an error.",
    instead: "Switch foreign keys off before any transaction begins, and look that they are off; then build the table anew.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== prod.sql role:prod
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE lines (id integer PRIMARY KEY, order_id integer REFERENCES orders (id) ON DELETE CASCADE);
=== plan.sql role:plan
CREATE TABLE new_orders (id integer PRIMARY KEY);
INSERT INTO new_orders (id) SELECT id FROM orders;
DROP TABLE orders;
--^^^^^^^^^^^^^^^^ lite-rebuild-cascade-delete
ALTER TABLE new_orders RENAME TO orders;
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== prod.sql role:prod
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE lines (id integer PRIMARY KEY, order_id integer REFERENCES orders (id) ON DELETE CASCADE);
=== plan.sql role:plan
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE new_orders (id integer PRIMARY KEY);
INSERT INTO new_orders (id) SELECT id FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
COMMIT;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropTable { table, .. } = &view.step.op else { return None };
    if view.dialect() != Dialect::Sqlite || view.fresh.is_empty(table) || is_off(view) {
        return None;
    }
    let tables = view.before.schema().tables.iter();
    let followers = tables.filter(|(name, _)| *name != table).flat_map(|(name, found)| {
        found.constraints.iter().filter_map(move |one| match &one.kind {
            ConstraintKind::ForeignKey(key) if &key.ref_table == table => {
                let action = key.on_delete.as_deref()?.to_ascii_uppercase();
                matches!(action.as_str(), "CASCADE" | "SET NULL" | "SET DEFAULT")
                    .then_some((name, action))
            }
            _ => None,
        })
    });
    let followers: Vec<_> = followers.collect();
    let (first, action) = followers.first()?;
    let loses = if action == "CASCADE" { "loses its rows" } else { "loses what it points at" };
    Some(
        Note::new(format!("{} drops `{table}` with foreign keys on: `{first}` {loses}", view.who()))
            .certainty(Certainty::Likely)
            .table(table)
            .table(first)
            .because(followers.iter().map(|(name, action)| {
                Evidence::text(format!("`{name}` points at it with ON DELETE {action}"))
            }))
            .run("Before any transaction begins, and before any row is changed:", Language::Sql, "PRAGMA foreign_keys = OFF;\nPRAGMA foreign_keys; -- has to say 0")
            .step("Run the steps in a transaction, and `PRAGMA foreign_key_check` before its end.")
            .run("Afterwards:", Language::Sql, "PRAGMA foreign_keys = ON;")
            .step("Where whoever runs it wraps all of it in a transaction, copy the other tables aside first."),
    )
}

/// Whether foreign keys were switched off where that still has an effect: in no transaction.
fn is_off(view: &StepView<'_>) -> bool {
    let mut open = false;
    let mut off = false;
    for step in view.earlier {
        match &step.op {
            Op::Transaction(Transact::Begin) | Op::Mutate { .. } => open = true,
            Op::Transaction(Transact::Commit | Transact::Rollback) => open = false,
            Op::Setting { name, value: Some(value), .. } if name == "foreign_keys" && !open => {
                off = matches!(value.as_str(), "0" | "off" | "false" | "no");
            }
            _ => {}
        }
    }
    off
}
