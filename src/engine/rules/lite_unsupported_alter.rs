//! An ALTER that SQLite does not know.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{self, Op, Step};
use crate::engine::schema::TableName;
use crate::wire::{Language, Severity};

use super::alembic_batch_hazards::is_in_batch;
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("lite-unsupported-alter"),
    severity: Severity::Blocker,
    summary: "Alters a table in a way for which SQLite has no statement.",
    why: "SQLite refuses it as a syntax error.",
    instead: "Build the table anew: make the new one, copy, drop the old one, rename; in Alembic use `batch_alter_table`.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== plan.sql role:plan
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ lite-unsupported-alter
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== plan.sql role:plan
ALTER TABLE orders RENAME COLUMN total TO amount;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if view.dialect() != Dialect::Sqlite {
        return None;
    }
    let is_inline = |table: &TableName| {
        let adds =
            |step: &Step| matches!(&step.op, Op::AddColumn { table: own, .. } if own == table);
        view.done_with_it().iter().any(adds)
    };
    let table = match &view.step.op {
        Op::AlterColumnType { table, .. }
        | Op::SetNotNull { table, .. }
        | Op::DropNotNull { table, .. }
        | Op::SetDefault { table, .. }
        | Op::DropDefault { table, .. }
        | Op::DropConstraint { table, .. } => table,
        Op::AddConstraint { table, .. } if !is_inline(table) => table,
        Op::AddColumn { table, if_not_exists: true, .. } => table,
        Op::DropColumn { table, if_exists: true, .. } => table,
        Op::Truncate { tables, .. } => tables.first()?,
        _ => return None,
    };
    // A batch builds the table anew. Directives outside of one Alembic refuses, so that this is SQL.
    if is_in_batch(view.earlier, table) {
        return None;
    }
    Some(
        Note::new(format!("{} {}, for which SQLite has no statement", view.who(), op::describe(&view.step.op)))
            .table(table)
            .run(
                "Build the table anew, with foreign keys off before the transaction begins.",
                Language::Sql,
                format!("PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE new_{0} (…);\nINSERT INTO new_{0} (…) SELECT … FROM {0};\nDROP TABLE {0};\nALTER TABLE new_{0} RENAME TO {0};\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;", table.name),
            ),
    )
}
