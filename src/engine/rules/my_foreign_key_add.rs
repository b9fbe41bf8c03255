//! A foreign key that MySQL adds by copying the table.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, words};

pub static RULE: Rule = Rule {
    name: RuleName("my-foreign-key-add"),
    severity: Severity::Danger,
    summary: "Adds a foreign key to an existing MySQL table.",
    why: "With checks on, the table is copied and writes wait; with checks off, orphans that are there stay.",
    instead: "Clean up orphans, add it in place with the checks of this session off, and look for orphans again.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-foreign-key-add
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, kind: ConstraintKind::ForeignKey(key), .. } = &view.step.op
    else {
        return None;
    };
    if view.dialect() != Dialect::MySql || view.fresh.is_empty(table) {
        return None;
    }
    let unchecked = view.earlier.iter().rev().find_map(|step| match &step.op {
        Op::Setting { name, value, .. } if name == "foreign_key_checks" => {
            Some(matches!(value.as_deref(), Some("0" | "off")))
        }
        _ => None,
    });
    let (cause, says) = match unchecked {
        Some(true) => ("unverified", "with checks off: orphans that are there stay"),
        _ => ("copy", "with checks on: MySQL copies the table, and writes wait"),
    };
    let (own, other) = (words::sql(&key.columns), words::sql(&key.ref_columns));
    let target = &key.ref_table;
    Some(
        Note::new(format!("{} adds a foreign key to `{table}` {says}", view.who()))
            .cause(cause)
            .certainty(Certainty::Likely)
            .table(table)
            .because(view.case.about(table))
            .run(
                "Look for orphans, and clean them up.",
                Language::Sql,
                format!("SELECT count(*) FROM {table} WHERE ({own}) IS NOT NULL AND ({own}) NOT IN (SELECT {other} FROM {target});"),
            )
            .run(
                "Add it in place.",
                Language::Sql,
                format!("SET SESSION foreign_key_checks = 0;\nALTER TABLE {table} ADD FOREIGN KEY ({own}) REFERENCES {target} ({other}), ALGORITHM=INPLACE, LOCK=NONE;\nSET SESSION foreign_key_checks = 1;"),
            )
            .step("Look for orphans once more."),
    )
}
