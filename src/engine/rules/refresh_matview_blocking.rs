//! A materialized view is refreshed with its readers waiting.

use crate::engine::ledger::RuleName;
use crate::engine::op::{Op, Work};
use crate::engine::schema::{ObjectKind as Kind, TableName};
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("refresh-matview-blocking"),
    severity: Severity::Warning,
    summary: "Refreshes a materialized view without CONCURRENTLY.",
    why: "Readers wait until the query has run (ACCESS EXCLUSIVE lock).",
    instead: "Give it a plain unique index and refresh it CONCURRENTLY, which a transaction allows.",
    fires: "
=== plan.sql role:plan
REFRESH MATERIALIZED VIEW daily_sales;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ refresh-matview-blocking
",
    silent: "
=== plan.sql role:plan
REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Upkeep { work: Work::Refresh, on, concurrently } = &view.step.op else {
        return None;
    };
    let name = on.first()?;
    let is_it = |known: &TableName| known == name;
    let made = |op: &Op| matches!(op, Op::CreateObject { name, .. } if name.kind == Kind::MaterializedView && is_it(&name.name));
    let indexed = |op: &Op| matches!(op, Op::CreateIndex { table, index, .. } if is_it(table) && index.unique && index.filter.is_none());
    let fresh = view.earlier.iter().any(|step| made(&step.op));
    let note = |title: String| {
        Note::new(format!("{} {title}", view.who())).named(ObjectKind::View, name.to_string())
    };
    if *concurrently {
        // Only of one that was made here is it known which indexes it has.
        let has = view.earlier.iter().any(|step| indexed(&step.op));
        return (fresh && !has).then(|| {
            note(format!(
                "refreshes `{name}` concurrently, which has no unique index: that is an error"
            ))
            .severity(Severity::Blocker)
            .step("Make a plain unique index on it first.")
        });
    }
    (!fresh).then(|| {
        note(format!("refreshes `{name}` with its readers waiting")).run(
            "With a unique index over whole columns, and no WHERE:",
            Language::Sql,
            format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {};", name.quoted()),
        )
    })
}
