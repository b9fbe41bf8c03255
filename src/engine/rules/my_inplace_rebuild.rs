//! A change for which InnoDB builds the table anew.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Op, Work};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("my-inplace-rebuild"),
    severity: Severity::Warning,
    summary: "Changes an existing MySQL table in a way that builds it anew, with reads and writes going on.",
    why: "It costs the time and the room of a full copy, replicas fall behind, and a full log of changes aborts it at the end.",
    instead: "Do it when little is written, say ALGORITHM=INPLACE, LOCK=NONE, and watch the room and the replicas.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN total int NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-inplace-rebuild
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL);
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN total int NOT NULL DEFAULT 0;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if view.dialect() != Dialect::MySql {
        return None;
    }
    if let Op::Upkeep { work: Work::Rebuild, on, .. } = &view.step.op {
        let table = on.first().filter(|table| !view.fresh.is_empty(table))?;
        return Some(
            Note::new(format!("{} has InnoDB build `{table}` anew", view.who()))
                .certainty(Certainty::Certain)
                .table(table)
                .because(view.case.about(table))
                .step("Do it when little is written, with ALGORITHM=INPLACE, LOCK=NONE."),
        );
    }
    let (table, column, nullable) = match &view.step.op {
        Op::SetNotNull { table, column } => (table, column, false),
        Op::DropNotNull { table, column } => (table, column, true),
        _ => return None,
    };
    if view.fresh.is_empty(table) || view.column(table, column)?.nullable == nullable {
        return None;
    }
    let what = if nullable { "NULL" } else { "NOT NULL" };
    Some(
        Note::new(format!(
            "{} makes `{table}.{column}` {what}: InnoDB builds the table anew",
            view.who()
        ))
        .certainty(Certainty::Certain)
        .within(ObjectKind::Column, table, column)
        .because(view.case.about(table))
        .run(
            "Have the server refuse rather than block.",
            Language::Sql,
            format!("ALTER TABLE {table} MODIFY COLUMN {column} …, ALGORITHM=INPLACE, LOCK=NONE;"),
        ),
    )
}
