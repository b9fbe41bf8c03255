//! The revision that the database should be at is typed by hand.

use crate::engine::case::Case;
use crate::engine::facts::Deed;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::span::Span;
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("typed-head"),
    severity: Severity::Warning,
    summary: "Code or a deploy file holds a revision's id as the one that the database should be at.",
    why: "The next revision makes it wrong: a health check then fails on a good database, or passes on one that is behind.",
    instead: "Ask Alembic for the head of the folder that is deployed.",
    fires: "
=== versions/a.py
revision = '9c10ab5512ef'
down_revision = None
def upgrade():
    pass
=== app/health.py
EXPECTED_HEAD = '9c10ab5512ef'
#               ^^^^^^^^^^^^^^ typed-head
",
    silent: "
=== versions/a.py
revision = '9c10ab5512ef'
down_revision = None
def upgrade():
    pass
=== app/health.py
from alembic.script import ScriptDirectory

def expected_head(config):
    return ScriptDirectory.from_config(config).get_current_head()
",
    check: Check::Case(check),
};

/// Words of a name that say that the newest revision is meant.
const EXPECTED: [&str; 4] = ["head", "expected", "latest", "required"];

fn check(case: &Case) -> Vec<Note> {
    let mut found: Vec<(Span, &str, &str)> = Vec::new();
    for seen in &case.facts.seen {
        if let Deed::TypedRevision { id, name } = &seen.what {
            found.push((seen.span, id, name));
        }
    }
    for set in case.facts.deploys.iter().flat_map(|deploy| &deploy.sets) {
        found.push((set.span, &set.value, &set.name));
    }
    found.into_iter().filter_map(|(span, id, name)| note(case, span, id, name)).collect()
}

fn note(case: &Case, span: Span, id: &str, name: &str) -> Option<Note> {
    let chain = case.chains.get(case.chain_of(id)?)?;
    let ix = chain.find(id).filter(|ix| chain.revision(*ix).is_some_and(|one| one.id == id))?;
    let heads = &chain.graph.heads;
    let note = match heads.contains(&ix) {
        true => Note::new(format!("`{id}` is typed by hand: the next revision makes it wrong")),
        // An older revision may be meant: a program that asks whether it has run.
        false if !EXPECTED.iter().any(|word| name.to_lowercase().contains(word)) => return None,
        false => {
            let head = heads
                .first()
                .and_then(|head| chain.revision(*head))
                .map_or("", |head| head.id.as_str());
            Note::new(format!("`{id}` is typed by hand, and is not the head any more"))
                .cause("stale")
                .severity(Severity::Danger)
                .because([Evidence::text(format!("The folder's head is `{head}`"))])
        }
    };
    Some(note.at(span).named(ObjectKind::Revision, id).run(
        "Ask Alembic.",
        Language::Python,
        "ScriptDirectory.from_config(config).get_current_head()",
    ))
}
