//! Rows are loaded without one transaction around them.

use crate::engine::case::Case;
use crate::engine::facts::Deed;
use crate::engine::ledger::RuleName;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("seed-without-transaction"),
    severity: Severity::Warning,
    summary: "A loader of seed rows commits piece by piece.",
    why: "A failure halfway leaves part of the rows, and the second run meets them.",
    instead: "Load everything in one transaction that is committed at its end, and make it fit to be run again.",
    fires: "
=== app/seed_plans.py
def load(session, rows):
    for row in rows:
        session.add(row)
        session.commit()
#       ^^^^^^^^^^^^^^^^ seed-without-transaction
",
    silent: "
=== app/seed_plans.py
def load(session, rows):
    for row in rows:
        session.add(row)
    session.commit()
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for seen in &case.facts.seen {
        let Deed::LooseSeed(why) = &seen.what else { continue };
        notes.push(
            Note::new(format!("Seed rows are loaded without one transaction: {why}"))
                .at(seen.span)
                .certainty(Certainty::Likely)
                .run(
                    "Put one transaction around all of it.",
                    Language::Python,
                    "with session.begin():\n    session.add_all(rows)",
                ),
        );
    }
    notes
}
