//! A suppression that does nothing, or does not count.

use crate::engine::ledger::RuleName;
use crate::wire::Severity;

use super::suppress::Lapse;
use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("suppression-hygiene"),
    severity: Severity::Notice,
    summary: "A suppression matches nothing, has no reason, is past its day, or names a rule that isn't there.",
    why: "Nobody notices a suppression that covers nothing, until it covers something that it was never meant \
          for. One without a reason can't be reviewed.",
    instead: "Give it the rule's name, a reason and a last day, or remove it.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN note text; -- retort: ignore drop-table — nothing is dropped here
--                                       ^^^^^^^^ suppression-hygiene
",
    silent: "
=== plan.sql role:plan
DROP TABLE orders; -- retort: ignore drop-table — it is empty and was replaced
",
    check: Check::Suppression(check),
};

fn check(lapse: &Lapse) -> Note {
    let note = Note::new(lapse.title.clone());
    // A severity that reaches nothing is not the one that somebody counts on.
    let note = if lapse.grave { note.severity(Severity::Warning) } else { note };
    note.cause(lapse.cause).at(lapse.span).step(lapse.step.clone())
}
