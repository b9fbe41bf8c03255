//! A name that means whatever the search path says.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("unqualified-name"),
    severity: Severity::Notice,
    summary: "Names a table without its schema after the search path was changed.",
    why: "What it means depends on a setting: in another session it is another table.",
    instead: "Write the schema in front of the name.",
    fires: "
=== plan.sql role:plan
SET search_path TO archive;
ALTER TABLE orders ADD COLUMN note text;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unqualified-name
",
    silent: "
=== plan.sql role:plan
SET search_path TO archive;
ALTER TABLE archive.orders ADD COLUMN note text;
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    if view.dialect() != Dialect::PostgreSql || !view.moved {
        return Vec::new();
    }
    let tables = view.step.op.tables().into_iter().filter(|table| table.schema.is_none());
    let note = |table| {
        Note::new(format!(
            "{} names `{table}` without a schema, after it changed the search path",
            view.who()
        ))
        .certainty(Certainty::Likely)
        .table(table)
        .step("Write the schema in front of the name, and leave the search path as it is.")
    };
    tables.map(note).collect()
}
