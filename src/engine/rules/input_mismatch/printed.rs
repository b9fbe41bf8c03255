//! Alembic's output against audits, against the files, and against where a script is to be run.

use crate::engine::case::{Case, Contradiction, Position};
use crate::engine::facts::{Script, Way};
use crate::engine::ledger::Evidence;
use crate::wire::{Certainty, ObjectKind, Role, Severity};

use super::Note;

/// Ids named in one title.
const NAMED: usize = 3;

pub(super) fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for (role, name) in [(Role::Prod, "prod"), (Role::Dev, "dev")] {
        for printed in case.disagreeing_outputs(role) {
            let document =
                case.documents.get(printed.document).map_or("", |found| found.name.as_str());
            let place = printed.stands.as_ref().map(|stands| stands.span);
            let mut note = Note::new(format!(
                "`{document}` shows {name} at {}, and another input shows it elsewhere",
                rows(
                    &printed
                        .stands
                        .iter()
                        .flat_map(|s| &s.rows)
                        .map(|(id, _)| id.as_str())
                        .collect::<Vec<_>>()
                )
            ))
            .cause("two-sources-disagree")
            .step("Find out which of them is newer, and remove the other.");
            note.span = place;
            notes.push(note);
        }
    }
    notes.extend(case.contradictions().iter().map(|found| contradiction(case, found)));
    notes.extend(case.facts.scripts.iter().filter_map(|script| misplaced(case, script)));
    notes
}

fn contradiction(case: &Case, found: &Contradiction) -> Note {
    match found {
        Contradiction::NotInFiles { ids, span } => named(
            Note::new(format!(
                "Alembic's output names {}, which no file here has",
                rows(&refs(ids))
            ))
            .at(*span)
            .cause("two-sources-disagree")
            .step("Give the folder that Alembic ran in, all of it.")
            .step("If a file was deleted, restore it from version control."),
            ids,
        ),
        Contradiction::NotPrinted { chain, ids, span } => {
            let root = case.chains.get(*chain).map_or("", |chain| chain.root.as_str());
            let folder = if root.is_empty() { "The files".to_owned() } else { format!("`{root}`") };
            named(
                Note::new(format!(
                    "{folder} has {}, which the printed history lacks",
                    rows(&refs(ids))
                ))
                .at(*span)
                .cause("stale")
                .severity(Severity::Warning)
                .certainty(Certainty::Likely)
                .because([Evidence::text(
                    "The history is older than the files, or of another checkout, or shows a range",
                )])
                .step("Print `alembic history` again, in the folder given here."),
                ids,
            )
        }
        Contradiction::OtherParents { id, printed, files, span } => Note::new(format!(
            "`{id}` follows {} in Alembic's output, and {} in its file",
            rows(&refs(printed)),
            rows(&refs(files))
        ))
        .at(*span)
        .cause("two-sources-disagree")
        .named(ObjectKind::Revision, id.clone())
        .step("Somebody moved the revision: find out which databases ran it at its former place."),
    }
}

fn named(note: Note, ids: &[String]) -> Note {
    ids.iter().fold(note, |note, id| note.named(ObjectKind::Revision, id.clone()))
}

fn refs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

fn rows(ids: &[&str]) -> String {
    let list = |ids: &[&str]| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    match ids {
        [] => "base".to_owned(),
        _ if ids.len() <= NAMED => list(ids),
        _ => format!("{} and {} more", list(ids.get(..NAMED).unwrap_or(ids)), ids.len() - NAMED),
    }
}

/// A script that begins elsewhere than where prod stands: it would run again what ran, or skip what did not.
fn misplaced(case: &Case, script: &Script) -> Option<Note> {
    let Position::At { rows: at, .. } = case.position(Role::Prod) else { return None };
    let first = script.blocks.first()?;
    if first.moved.way == Way::Stamp {
        return None;
    }
    let needs: Vec<&str> = first.moved.from.iter().map(String::as_str).collect();
    let stands: Vec<&str> = at.iter().map(|(id, _)| id.as_str()).collect();
    let applied = needs.iter().all(|id| is_applied(case, id));
    let again = first.moved.revision().is_some_and(|id| is_applied(case, id));
    let fits = match first.moved.way {
        Way::Down => again,
        _ => applied && !again && (!needs.is_empty() || !is_single_base(case)),
    };
    if fits {
        return None;
    }
    let what = match (first.moved.way, again) {
        (Way::Up, true) => "it would run again what has run there",
        (Way::Up, false) => "what comes between would never run",
        _ => "what it takes back has not run there",
    };
    Some(
        Note::new(format!(
            "The script begins at {} and prod stands at {}: {what}",
            rows(&needs),
            rows(&stands)
        ))
        .at(first.moved.span)
        .cause("stale")
        .step("Write the script again, from the revision that prod shows: `alembic upgrade FROM:TO --sql`."),
    )
}

/// Whether prod has run a revision; by its rows alone where the chain is not known.
fn is_applied(case: &Case, id: &str) -> bool {
    let Position::At { rows, .. } = case.position(Role::Prod) else { return false };
    rows.iter().any(|(row, _)| row == id)
        || (case.chain_of(id).is_some() && case.pending().is_some() && !case.is_pending(id))
}

/// Prod stands at a revision already, so only a chain with several bases begins at base again.
fn is_single_base(case: &Case) -> bool {
    case.main_chain()
        .and_then(|ix| case.chains.get(ix))
        .is_none_or(|chain| chain.graph.bases.len() < 2)
}
