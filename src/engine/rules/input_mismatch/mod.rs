//! Inputs contradict each other, or do not say what they are.
//!
//! In: the whole case.
//! Out: one note for each contradiction.
//! Never: which of two is right.

mod printed;

use crate::engine::case::Case;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::span::Span;
use crate::wire::{Certainty, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("input-mismatch"),
    severity: Severity::Danger,
    summary: "Two inputs contradict each other, or one does not say which database it shows.",
    why: "A comparison with the wrong database is worse than none.",
    instead: "Say which input is dev and which is prod, and remove what is out of date.",
    fires: "
=== one.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

ALEMBIC VERSION:
version_num
a1
=== two.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

ALEMBIC VERSION:
version_num
b1
",
    silent: "
=== one.txt
Shop Database Audit - dev

DATABASE INFO:
current_database\tcurrent_user
shop_dev\towner

ALEMBIC VERSION:
version_num
a1
=== two.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

ALEMBIC VERSION:
version_num
a1
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for audit in case.idle_audits() {
        let Some(document) = case.documents.get(audit.document) else { continue };
        let place = Span::whole(audit.document);
        match audit.assigned.map(|assigned| assigned.role) {
            Some(role @ (Role::Dev | Role::Prod)) => {
                let first = case
                    .audit(role)
                    .and_then(|other| case.documents.get(other.document))
                    .map_or("another input", |other| other.name.as_str());
                notes.push(
                    Note::new(format!(
                        "`{}` and `{first}` both say that they are {}",
                        document.name,
                        role.word()
                    ))
                    .at(place)
                    .cause("two-sources-disagree")
                    .because([Evidence::text(format!(
                        "`{first}` was used, `{}` was not",
                        document.name
                    ))])
                    .step("Give one of them another role, or remove it."),
                );
            }
            _ => notes.push(
                Note::new(format!("`{}` does not say which database it shows", document.name))
                    .at(place)
                    .cause("no-role")
                    .severity(Severity::Warning)
                    .certainty(Certainty::Unverified)
                    .step("Say whether it is dev or prod."),
            ),
        }
    }
    notes.extend(printed::check(case));
    notes
}
