//! Documents → rows of the input tray.

use crate::engine::case::Case;
use crate::engine::chain::Revision;
use crate::engine::facts::Assigned;
use crate::engine::ledger::Ledger;
use crate::engine::span::DocumentId;
use crate::wire::{InputRow, Kind, RoleSource, Sureness, Understood};

pub(super) fn rows(case: &Case, ledger: &Ledger) -> Vec<InputRow> {
    let kinds = case.kinds();
    let twice = twice(case);
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
            let of_it = twice.iter().filter(|(document, _)| *document == id);
            notes.splice(0..0, of_it.map(|(_, note)| note.clone()));
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

/// Documents whose revision id another one has, too, and what to say of it.
fn twice(case: &Case) -> Vec<(DocumentId, String)> {
    let mut twice = Vec::new();
    for chain in &case.chains {
        for copies in &chain.graph.duplicates {
            let copies: Vec<&Revision> =
                copies.iter().filter_map(|ix| chain.revision(*ix)).collect();
            for (at, copy) in copies.iter().enumerate() {
                let other = copies.iter().enumerate().find(|(ix, _)| *ix != at);
                let other = other.and_then(|(_, it)| case.documents.get(it.span.document));
                let name = other.map_or("", |document| document.name.as_str());
                let note = ["Another file has its revision id, `", &copy.id, "`: `", name, "`."];
                twice.push((copy.span.document, note.concat()));
            }
        }
    }
    twice
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
