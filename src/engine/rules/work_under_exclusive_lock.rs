//! Other work runs while a table is locked against everything.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{LockMode, Mutation, Op, Step};
use crate::engine::schema::TableName;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("work-under-exclusive-lock"),
    severity: Severity::Warning,
    summary: "Goes on working in the transaction that has locked a table against reads and writes.",
    why: "An ACCESS EXCLUSIVE lock is held to the end of the transaction: what runs after it makes everybody wait longer.",
    instead: "One table in each transaction; quick changes last, index builds, scans and row changes outside.",
    fires: "
=== plan.sql role:plan
BEGIN;
ALTER TABLE orders ADD COLUMN channel text;
UPDATE orders SET channel = 'web' WHERE channel IS NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ work-under-exclusive-lock
COMMIT;
",
    silent: "
=== plan.sql role:plan
BEGIN;
ALTER TABLE orders ADD COLUMN channel text;
ALTER TABLE orders ADD COLUMN agent text;
COMMIT;
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    if !view.is_postgres() || view.within == super::Within::Nothing {
        return Vec::new();
    }
    let schema = view.before.schema();
    let own = view.held.iter().filter(|(_, span)| *span != view.step.span);
    let mut taken: Vec<&TableName> = own.map(|(table, _)| table).collect();
    let ended = |step: &Step| matches!(step.op, Op::Transaction(_));
    let by = view.shared.first().filter(|_| taken.is_empty() && !view.earlier.iter().any(ended));
    let locked = by.map(|(_, step)| locks::of(&step.op, view.after)).unwrap_or_default();
    taken.extend(locked.iter().map(|(table, ..)| *table));
    let Some(first) = taken.first() else { return Vec::new() };
    let now = locks::of(&view.step.op, schema);
    let slow =
        now.iter().find(|(table, _, cost)| *cost != locks::Cost::Brief && view.is_old(table));
    let moves_rows = match &view.step.op {
        Op::Mutate { table, verb: Mutation::Update | Mutation::Delete, .. } => {
            view.is_old(table).then_some(table)
        }
        _ => None,
    };
    let (cause, severity, title) = match (slow, moves_rows) {
        (Some((table, mode, locks::Cost::Build)), _)
            if taken.contains(table) && *mode == LockMode::Share =>
        {
            (
                "index-under-lock",
                Severity::Danger,
                format!("builds an index on `{table}` while it is locked against everything"),
            )
        }
        (Some((table, ..)), _) => (
            "more-statements",
            Severity::Danger,
            format!("works through `{table}` while `{first}` is locked against everything"),
        ),
        (None, Some(table)) => (
            "more-statements",
            Severity::Danger,
            format!("changes rows of `{table}` while `{first}` is locked against everything"),
        ),
        (None, None) if by.is_some() => return Vec::new(),
        (None, None) => {
            let new = now.iter().find(|(table, mode, _)| {
                *mode == LockMode::AccessExclusive && view.is_old(table) && !taken.contains(table)
            });
            let Some((table, ..)) = new else { return Vec::new() };
            (
                "many-tables",
                Severity::Warning,
                format!("locks `{table}` against everything while it holds `{first}`"),
            )
        }
    };
    let note = Note::new(format!("{} {title}", view.who()))
        .severity(severity)
        .certainty(Certainty::Likely)
        .cause(if by.is_some() { "mixed-revisions" } else { cause })
        .because(by.map(|(id, step)| {
            Evidence::text(format!("Revision `{id}` locks it, and one `alembic upgrade` runs both in one transaction: `transaction_per_migration` is off, as it is by default"))
                .at(step.span)
                .of_revision(*id)
        }))
        .table(first);
    vec![told(view, note)]
}

/// What may be wrong about it, and the way out.
fn told(view: &StepView<'_>, note: Note) -> Note {
    let assumed = Evidence::text("It is assumed that whoever runs it does so in one transaction");
    let note = match view.within.is_certain() {
        true => note,
        false => note.severity(Severity::Warning).because([assumed]),
    };
    note.step("Commit between tables, or put each into a revision of its own that runs in its own transaction.").step("Move index builds, validation and row changes out of it.")
}
