//! A revision follows one that is not there.

use crate::ordered::Set;

use crate::engine::case::Case;
use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::lost::{self, Held};
use crate::engine::span::Span;
use crate::limits;
use crate::wire::{Language, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-missing-parent"),
    severity: Severity::Blocker,
    summary: "A revision follows one that is not there.",
    why: "Every Alembic command fails with a KeyError as long as the file is missing.",
    instead: "Restore the missing file from version control; if it is lost for good, put a no-op revision with that exact id in its place.",
    fires: "
=== versions/b1_two.py
revision = \"b1\"
down_revision = \"a1\"
",
    silent: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_two.py
revision = \"b1\"
down_revision = \"a1\"
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for chain in &case.chains {
        let mut drafted = Set::new();
        for problem in chain.problems.iter().filter(|one| one.rule == RULE.name.0) {
            let note = note(problem, chain);
            let missing = problem.revision.and_then(|ix| {
                let mut all = chain.graph.missing.iter();
                all.find(|one| one.revision == ix && problem.message.contains(&quoted(&one.id)))
            });
            // One draft, whoever follows it; of a diff the file may well be there.
            let is_open = problem.severity == Severity::Blocker;
            notes.push(match missing.filter(|one| is_open && drafted.insert(one.id.clone())) {
                Some(missing) => with_draft(note, case, chain, &missing.id),
                None => note,
            });
        }
    }
    let said = case.said_problems();
    let said = said.iter().filter(|one| one.rule == RULE.name.0);
    notes.extend(said.map(|problem| note(problem, &Chain::default())));
    notes
}

fn note(problem: &Problem, chain: &Chain) -> Note {
    Note::of_problem(problem, chain)
        .run(
            "Look for the file in version control.",
            Language::Shell,
            "git log --all --diff-filter=D --name-only -- '**/versions/*'",
        )
        .step("If only part of the folder was given here, add the rest.")
}

fn quoted(id: &str) -> String {
    ["`", id, "`"].concat()
}

/// What the lost revision must have been, and a file that says so.
fn with_draft(mut note: Note, case: &Case, chain: &Chain, id: &str) -> Note {
    let held = held(case);
    let Some(lost) = lost::find(chain, id, held.as_ref()) else { return note };
    if let Some(other) = lost.mislabelled.and_then(|ix| chain.revision(ix)) {
        let text = [
            "A file is mislabelled: by its name or docstring it is `",
            id,
            "`, and its `revision` says `",
            &other.id,
            "`",
        ];
        return note
            .because([Evidence::text(text.concat()).at(other.span).of_revision(other.id.clone())])
            .run(
                "If it is the file that is missed, give it its id back.",
                Language::Python,
                ["revision = \"", &id.replace(['"', '\\'], ""), "\""].concat(),
            );
    }
    let place = |span: Span| match case.documents.get(span.document) {
        Some(document) => {
            [&document.name, ":", &document.position(span.start).line.to_string()].concat()
        }
        None => String::new(),
    };
    let parent = match lost.parents.as_slice() {
        [] => "It was probably the first revision: nothing else could come before it".to_owned(),
        [one] => {
            let own = chain.revision(*one).map_or("", |one| one.id.as_str());
            ["It probably followed `", own, "`, which nothing follows"].concat()
        }
        several => {
            format!("It may have followed any of {} revisions that nothing follows", several.len())
        }
    };
    note = note.because([Evidence::text(parent)]);
    let tables = lost.evidence.iter().filter(|((_, part), _)| part.is_none());
    for ((table, _), why) in tables.take(limits::LOST_TABLES_SHOWN) {
        let mut one =
            Evidence::text(["It must have made `", &table.to_string(), "`: ", &why.text].concat());
        one.span = why.span;
        note = note.because([one]);
    }
    let draft = lost::draft(&lost, chain, &place);
    let text = match draft.is_whole {
        true => {
            "If it is lost for good: a draft of it is attached, each line with where it is known from. Compare it with a database that has run it."
        }
        false => {
            "If it is lost for good: a draft of it is attached, and names what has to be completed. A dump of a database that has run it (`--prod prod.sql`) tells more."
        }
    };
    note.step(text).patch(draft.file, draft.content)
}

/// A database that may still have what the lost revision made.
fn held(case: &Case) -> Option<Held<'_>> {
    [(Role::Prod, "prod"), (Role::Dev, "dev")].into_iter().find_map(|(role, name)| {
        let stated = case.stated(role).filter(|stated| stated.is_complete())?;
        let (_, at) = case.stands(role)?;
        Some(Held { schema: &stated.schema, at, name })
    })
}
