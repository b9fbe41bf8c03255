//! Something in an input could not be read.

use crate::engine::case::Case;
use crate::engine::ledger::{RuleName, Undecided};
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("unparsed-input"),
    severity: Severity::Warning,
    summary: "Something in an input could not be read.",
    why: "What was not understood was not checked; it may be the statement that matters.",
    instead: "Read it yourself, or give it in another form; until then this is no pass.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders FROBNICATE;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^ unparsed-input
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN note text;
",
    check: Check::Doubt(check),
};

fn check(entry: &Undecided, case: &Case) -> Option<Note> {
    if entry.revision.is_some() {
        return None; // `alembic-unresolvable-call` speaks of those.
    }
    let name =
        case.documents.get(entry.span.document).map_or("input", |document| document.name.as_str());
    let whole = entry.span.end == 0;
    let title = if whole {
        format!("`{name}`: {}", entry.what)
    } else {
        format!("Not understood: {}", entry.what)
    };
    let is_settings = case.facts.surroundings.configured.document == Some(entry.span.document);
    if is_settings {
        let title = format!("`{name}`: {}", entry.what);
        let step = "Correct this line; docs/settings.md lists the settings.";
        return Some(Note::new(title).at(entry.span).cause("settings").step(step));
    }
    Some(Note::new(title).at(entry.span).certainty(Certainty::Unverified).step(if whole {
        "Say what it is (kind and role), give it in another form, or remove it."
    } else {
        "Read this part yourself, and run it on a copy before you approve it."
    }))
}
