//! An index is built with writes blocked.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("index-not-concurrent"),
    severity: Severity::Danger,
    summary: "Builds an index on an existing table without CONCURRENTLY.",
    why: "Writes to the table wait for the whole build (SHARE lock).",
    instead: "Build it with CREATE INDEX CONCURRENTLY in a step of its own, outside a transaction, and check that it is valid.",
    fires: "
=== plan.sql role:plan
CREATE INDEX idx_orders_status ON orders (status);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ index-not-concurrent
",
    silent: "
=== plan.sql role:plan
CREATE INDEX CONCURRENTLY idx_orders_status ON orders (status);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::CreateIndex { table, index, concurrently: false, .. } = &view.step.op else {
        return None;
    };
    let name = &index.name;
    if view.fresh.has_table(table) {
        return None;
    }
    let label =
        name.as_ref().map_or_else(|| "an index".to_owned(), |name| format!("index `{name}`"));
    Some(
        Note::new(format!("{} builds {label} on `{table}` with writes blocked", view.who()))
            .certainty(Certainty::Likely)
            .table(table)
            .because([Evidence::text("How large the table is, is in no input: on a small one the build is over at once")])
            .because(view.case.about(table))
            .run("Build it without blocking writes, outside a transaction.", Language::Sql, "CREATE INDEX CONCURRENTLY …;")
            .run(
                "In Alembic:",
                Language::Python,
                "with op.get_context().autocommit_block():\n    op.create_index(…, postgresql_concurrently=True, if_not_exists=True)",
            )
            .run("Check that it is valid.", Language::Sql, "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid;"),
    )
}
