//! Another primary key for a table of InnoDB.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, MYSQL_KEY, Op};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("my-primary-key-change"),
    severity: Severity::Danger,
    summary: "Adds, drops or changes the primary key of an existing MySQL table.",
    why: "InnoDB keeps rows in the order of the key: the table and all of its indexes are built anew, and without a key replicas search for each row.",
    instead: "Drop and add it in one ALTER, or use an online tool with another unique key.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
ALTER TABLE orders ADD PRIMARY KEY (id);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-primary-key-change
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
CREATE TABLE orders (id bigint NOT NULL);
ALTER TABLE orders ADD PRIMARY KEY (id);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, what) = match &view.step.op {
        Op::AddConstraint { table, kind: ConstraintKind::PrimaryKey { .. }, .. } => (table, "adds"),
        Op::DropConstraint { table, name, .. } if name.as_str() == MYSQL_KEY => (table, "drops"),
        Op::AlterColumnType { table, column, to, .. } => {
            let (known, _) = view.before.columns_of(table)?;
            let from = known.column(column)?.data_type.as_ref();
            if !known.key().contains(column) || from == to.as_ref() {
                return None;
            }
            (table, "changes a column of")
        }
        _ => return None,
    };
    if view.dialect() != Dialect::MySql || view.fresh.is_empty(table) {
        return None;
    }
    Some(
        Note::new(format!("{} {what} the primary key of `{table}`: all of the table is built anew", view.who()))
            .certainty(Certainty::Certain)
            .table(table)
            .because(view.case.about(table))
            .run("Do both in one statement.", Language::Sql, format!("ALTER TABLE {table} DROP PRIMARY KEY, ADD PRIMARY KEY (…), ALGORITHM=INPLACE, LOCK=NONE;"))
            .step("Where the table is large, use an online tool that has another unique key to go by."),
    )
}
