//! Compiled Python in a folder of revisions.

use crate::engine::case::Case;
use crate::engine::ledger::RuleName;
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("compiled-revision"),
    severity: Severity::Warning,
    summary: "A folder of revisions holds compiled Python.",
    why: "With `sourceless = true` Alembic loads it, a revision whose file was deleted included; nobody can review it, and it was not read.",
    instead: "Delete it, keep it out of version control and images, and leave `sourceless` off.",
    fires: "
=== app/versions/a1.pyc
compiled
",
    silent: "
=== app/cache/a1.pyc
compiled
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let holds = |path: &String| {
        let own = folder(path);
        own.rsplit('/').next() == Some("versions")
            || case.chains.iter().flat_map(|chain| &chain.revisions).any(|revision| {
                let document = case.documents.get(revision.span.document);
                document.is_some_and(|document| folder(&document.path) == own)
            })
    };
    let found = case.facts.compiled.iter().filter(|path| holds(path));
    found
        .map(|path| {
            Note::new(format!("`{path}` is compiled Python in a folder of revisions, and was not read"))
                .named(ObjectKind::File, path.clone())
                .certainty(Certainty::Likely)
                .step("Delete it, and add `*.pyc` to the files that version control and images leave out.")
        })
        .collect()
}
