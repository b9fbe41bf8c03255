//! A revision that databases have run is not what it was.

use crate::engine::case::{Case, Released};
use crate::engine::chain::order;
use crate::engine::history::{Change, What};
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-applied-revision-changed"),
    severity: Severity::Blocker,
    summary: "A revision that databases have run was edited, moved, deleted, or given another parent or id.",
    why: "Databases that are past it never get the change, new ones do: from then on they differ. Where the id is gone, Alembic can't find the revision at which they stand.",
    instead: "Put the revision back as it was, and write the change as a new revision at the head.",
    fires: "
=== old/versions/a1_one.py role:before
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"customers\", sa.Column(\"email\", sa.String(320)))
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
#^^^^^^^^^^^^^^^ alembic-applied-revision-changed
down_revision = None


def upgrade():
    op.create_table(\"customers\", sa.Column(\"email\", sa.String(100)))
",
    silent: "
=== old/versions/a1_one.py role:before
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"customers\", sa.Column(\"email\", sa.String(320)))
=== versions/a1_one.py
\"\"\"One table, described at last.\"\"\"
import sqlalchemy as sa
from alembic import op

revision: str = 'a1'
down_revision = None


def upgrade() -> None:
    # Addresses can be long.
    op.create_table(
        'customers',
        sa.Column('email', sa.String(320)),
    )
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let history = &case.history;
    let mut notes: Vec<Note> =
        history.changes.iter().filter_map(|change| note(case, change, false)).collect();
    // A lock file knows that something is another; both states together know what.
    let told = |change: &&Change| {
        case.before.is_some() && history.changes.iter().any(|one| one.id == change.id)
    };
    let locked = history.unlocked.iter().filter(|change| !told(change));
    notes.extend(locked.filter_map(|change| note(case, change, true)));
    notes
}

fn note(case: &Case, change: &Change, locked: bool) -> Option<Note> {
    let released = match (&change.what, locked) {
        (What::Added, _) => return None,
        (What::Inserted, _) => released_after(case, change)?,
        (_, true) => Released::Lock,
        (What::RenamedId { from }, _) => case.is_released(from),
        _ => case.is_released(&change.id),
    };
    let whose = match released {
        Released::No => return None,
        Released::Prod => "prod has run it",
        Released::Settings => "`retort.toml` says that it is released",
        Released::Lock => "the lock file has it as it was released",
        Released::Before => "it was there before the change",
    };
    let severity = match (&change.what, released) {
        (what, _) if !what.matters() => Severity::Notice,
        (What::Labels { .. }, _) => Severity::Warning,
        (_, Released::Before) => Severity::Danger,
        _ => Severity::Blocker,
    };
    let id = &change.id;
    let mut note = Note::new(change.text().trim_end_matches('.'))
        .cause(change.what.word())
        .severity(severity)
        .certainty(certainty(case, change))
        .named(ObjectKind::Revision, id.clone())
        .because(evidence(change, whose, case));
    let place = change.now.and_then(|(chain, ix)| case.chains.get(chain)?.revision(ix));
    note.span = place.map(|one| one.span).or(change.was);
    if place.is_some() {
        note = note.of_revision(id.clone());
    }
    Some(match severity {
        Severity::Notice => {
            note.step("Nothing has to be done: databases that have run it are the same.")
        }
        _ => remedy(note, change, case),
    })
}

/// How a revision that follows a new one is known to be released, the surest first.
fn released_after(case: &Case, change: &Change) -> Option<Released> {
    let (number, at) = change.now?;
    let chain = case.chains.get(number)?;
    let after = chain.in_order().filter(|(ix, one)| {
        *ix != at
            && case.is_released(&one.id) != Released::No
            && !case.history.changes.iter().any(|other| other.id == one.id && other.was.is_none())
            && order::ancestors(&chain.graph, &[*ix]).contains(at)
    });
    let first = after.map(|(_, one)| case.is_released(&one.id)).next()?;
    Some(first)
}

fn certainty(case: &Case, change: &Change) -> Certainty {
    let partial = |one: Option<crate::engine::span::Span>| {
        let document = one.and_then(|span| case.documents.get(span.document));
        document.is_some_and(|document| document.partial)
    };
    let now = change.now.and_then(|(chain, ix)| case.chains.get(chain)?.revision(ix));
    match change.what {
        What::Rewritten { whole: false } | What::Imported => Certainty::Likely,
        What::Upgrade { .. } if partial(change.was) || partial(now.map(|one| one.span)) => {
            Certainty::Likely
        }
        _ => Certainty::Certain,
    }
}

fn evidence(change: &Change, whose: &str, case: &Case) -> Vec<Evidence> {
    let about = match change.what {
        What::Inserted => ["Of a revision that follows it: ", whose].concat(),
        _ => ["Of the revision as it was: ", whose].concat(),
    };
    let mut found = vec![match change.was {
        Some(span) => Evidence::text(about).at(span),
        None => Evidence::text(about),
    }];
    if let What::Upgrade { gone, came } = &change.what {
        let now = change.now.and_then(|(chain, ix)| case.chains.get(chain)?.revision(ix));
        for (word, steps, span) in
            [("No longer: ", gone, change.was), ("New: ", came, now.map(|one| one.span))]
        {
            for step in steps {
                let mut one = Evidence::text([word, step].concat());
                one.span = span;
                found.push(one);
            }
        }
    }
    found
}

fn remedy(note: Note, change: &Change, case: &Case) -> Note {
    let span = change.now.and_then(|(chain, ix)| Some(case.chains.get(chain)?.revision(ix)?.span));
    let document = span.or(change.was).and_then(|span| case.documents.get(span.document));
    // Of one that is gone the folder is that of the state before, wherever that lies.
    let file = document.filter(|one| one.path.ends_with(".py")).map_or_else(String::new, |one| {
        if span.is_some() { one.path.clone() } else { ["*/", one.file_name()].concat() }
    });
    match &change.what {
        What::Inserted => note
            .step("Move it to the head: let it follow the newest revision, so that every database runs it.")
            .step("Write it so that it also runs where the later revisions have run."),
        What::Imported => note
            .step("Copy what it imports into the revision as it was, so that later changes do not reach it.")
            .step("Write what should change as a new revision at the head."),
        _ => {
            let quoted = ["'", &file.replace('\'', "'\\''"), "'"].concat();
            let command = ["git checkout BASE -- ", if file.is_empty() { "FILE" } else { &quoted }];
            note.run(
                "Put the file back as it was, from the commit that was released.",
                Language::Shell,
                command.concat(),
            )
            .step("Write what should change as a new revision at the head: `retort fix` and `retort diff --format alembic` draft one.")
        }
    }
}
