//! Indexes are built anew with the table locked.

use crate::engine::ledger::RuleName;
use crate::engine::op::{Op, Work};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence, words};

pub static RULE: Rule = Rule {
    name: RuleName("reindex-not-concurrent"),
    severity: Severity::Danger,
    summary: "Builds indexes anew without CONCURRENTLY.",
    why: "Writes wait (SHARE lock on the table), and so does planning of every query that could use the index (ACCESS EXCLUSIVE on it).",
    instead: "Use REINDEX … CONCURRENTLY outside a transaction (PostgreSQL 12 and later).",
    fires: "
=== plan.sql role:plan
REINDEX TABLE orders;
--^^^^^^^^^^^^^^^^^^^ reindex-not-concurrent
",
    silent: "
=== plan.sql role:plan
REINDEX (CONCURRENTLY) TABLE orders;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Upkeep { work, on, concurrently: false } = &view.step.op else {
        return None;
    };
    let word = match work {
        Work::ReindexIndex => "INDEX",
        Work::ReindexTable => "TABLE",
        Work::ReindexAll => "SCHEMA",
        _ => return None,
    };
    if view.major() < 12 {
        return None; // There is no concurrent form.
    }
    if on.iter().any(|table| *work == Work::ReindexTable && !view.is_old(table)) {
        return None;
    }
    let names = words::ticked(on);
    let note = Note::new(format!(
        "{} builds the indexes of {} anew with writes blocked",
        view.who(),
        names
    ))
    .certainty(Certainty::Likely);
    let note = on.iter().fold(note, |note, name| match work {
        Work::ReindexTable => note.table(name).because(evidence::of_table(view, name)),
        Work::ReindexIndex => note.named(ObjectKind::Index, name.to_string()),
        _ => note.named(ObjectKind::Schema, name.to_string()),
    });
    let target = on.first().map(|name| name.quoted()).unwrap_or_default();
    Some(note.stage(
        "Outside of a transaction (on PostgreSQL 11: build a twin of each index concurrently and swap).",
        format!("REINDEX {word} CONCURRENTLY {target};"),
        String::new(),
    ))
}
