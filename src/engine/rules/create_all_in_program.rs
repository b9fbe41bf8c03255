//! The program creates tables from its models, past the chain.

use crate::engine::case::Case;
use crate::engine::facts::{Deed, Guard};
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::span::Span;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("create-all-in-program"),
    severity: Severity::Danger,
    summary: "`create_all` is in code that is no test, with nothing that keeps it from production.",
    why: "It creates what is missing from the models and never what changed: tables appear that no revision made, and the revision that would make them fails.",
    instead: "Leave creating to migrations; where tests need it, ask for a variable that is never set in production.",
    fires: "
=== app/database.py
from .models import Base

def init_db(engine):
    Base.metadata.create_all(bind=engine)
#   ^^^^^^^^^^^^^^^^^^^^^^^^ create-all-in-program
",
    silent: "
=== app/database.py
import os
from .models import Base

def init_db(engine):
    if os.getenv('TESTING', '').lower() != 'true':
        return
    Base.metadata.create_all(bind=engine)
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for seen in &case.facts.seen {
        let Deed::CreateAll(guard, starts) = &seen.what else { continue };
        match guard {
            Guard::None if *starts => notes.push(open(seen.span)),
            // Who calls it is not followed; it may be how a new database is made, and then stamped.
            Guard::None => notes.push(open(seen.span).severity(Severity::Warning)),
            Guard::Open { variable, default } => notes.push(
                Note::new(format!("`create_all` runs wherever `{variable}` is not set: it is taken for `{default}` then"))
                    .at(seen.span)
                    .cause("weak-guard")
                    .severity(Severity::Warning)
                    .step("Ask for a value that has to be set: closed unless somebody opens it."),
            ),
            Guard::Closed => {}
        }
    }
    for command in
        case.facts.deploys.iter().flat_map(|deploy| &deploy.units).flat_map(|unit| &unit.commands)
    {
        let own =
            command.words.iter().chain(&command.input).any(|text| text.contains("create_all"));
        if let Some(span) = command.at.filter(|_| own && command.program().starts_with("python")) {
            notes.push(
                open(span).because([Evidence::text("In the Python that this command is given")]),
            );
        }
    }
    notes
}

fn open(span: Span) -> Note {
    Note::new("`create_all` makes tables that no revision made")
        .at(span)
        .certainty(Certainty::Likely)
        .step("Take the call out, and run the migrations instead.")
        .step("Keep it in the fixtures of tests alone.")
}
