//! A unique constraint is added with the table locked.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("add-unique-blocking"),
    severity: Severity::Danger,
    summary: "Adds a unique constraint or primary key whose index is built with the table locked.",
    why: "Reads and writes wait for the build (ACCESS EXCLUSIVE lock), and one duplicate makes it fail.",
    instead: "Build the unique index concurrently, then attach it with ADD CONSTRAINT … USING INDEX.",
    fires: "
=== plan.sql role:plan
ALTER TABLE customers ADD CONSTRAINT customers_phone_unique UNIQUE (phone);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-unique-blocking
",
    silent: "
=== plan.sql role:plan
ALTER TABLE customers ADD CONSTRAINT customers_phone_unique UNIQUE USING INDEX customers_phone_idx;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, name, kind, .. } = &view.step.op else {
        return None;
    };
    let what = match kind {
        ConstraintKind::Unique { columns } if !columns.is_empty() => "unique constraint",
        ConstraintKind::PrimaryKey { .. } => "primary key",
        _ => return None,
    };
    if view.fresh.has_table(table) {
        return None;
    }
    let label =
        name.as_ref().map_or_else(|| format!("a {what}"), |name| format!("{what} `{name}`"));
    Some(
        Note::new(format!("{} adds {label} to `{table}` with the table locked", view.who()))
            .certainty(Certainty::Likely)
            .table(table)
            .step("Look for duplicates first: one is enough to make it fail.")
            .run(
                "Build the index without blocking.",
                Language::Sql,
                format!("CREATE UNIQUE INDEX CONCURRENTLY … ON {table} (…);"),
            )
            .run(
                "Attach it.",
                Language::Sql,
                format!("ALTER TABLE {table} ADD CONSTRAINT … UNIQUE USING INDEX …;"),
            ),
    )
}
