//! Documents → rows of the input tray.

use crate::engine::case::Case;
use crate::engine::facts::Assigned;
use crate::engine::ledger::Ledger;
use crate::engine::span::DocumentId;
use crate::wire::{InputRow, Kind, RoleSource, Sureness, Understood};

pub(super) fn rows(case: &Case, ledger: &Ledger) -> Vec<InputRow> {
    let kinds = case.kinds();
    case.documents
        .iter()
        .map(|(id, document)| {
            let recognised = kinds.get(&id);
            let assigned = assigned(case, id).or_else(|| {
                document.role.map(|role| Assigned { role, source: RoleSource::Person })
            });
            let tally = ledger.tally(id);
            let mut notes = document.notes.clone();
            notes.extend(
                recognised.iter().flat_map(|recognised| recognised.cleaning.iter().cloned()),
            );
            let printed = case.facts.printed.iter().filter(|printed| printed.document == id);
            notes.extend(printed.flat_map(|printed| printed.says.iter().map(|says| said(says))));
            InputRow {
                name: document.name.clone(),
                path: document.path.clone(),
                kind: recognised.map_or(Kind::Unknown, |recognised| recognised.kind),
                certainty: recognised.map_or(Sureness::Guess, |recognised| recognised.sureness),
                why: recognised.map_or_else(String::new, |recognised| recognised.why.clone()),
                role: assigned.map(|assigned| assigned.role),
                role_source: assigned.map(|assigned| assigned.source),
                bytes: document.bytes,
                understood: Understood { statements: tally.understood, of: tally.seen },
                notes,
                unreadable: document.unreadable,
            }
        })
        .collect()
}

/// A fact that was read, as a sentence.
fn said(fact: &str) -> String {
    format!("Alembic's output: {fact}.")
}

fn assigned(case: &Case, id: DocumentId) -> Option<Assigned> {
    let audit = case
        .facts
        .audits
        .iter()
        .find(|audit| audit.document == id)
        .and_then(|audit| audit.assigned);
    let printed = case.facts.printed.iter().find(|printed| printed.document == id);
    audit.or_else(|| printed?.assigned).or_else(|| {
        case.facts.plans.iter().find(|plan| plan.document == id).map(|plan| plan.assigned)
    })
}
