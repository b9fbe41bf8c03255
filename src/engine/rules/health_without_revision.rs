//! Nothing that answers for the program's health compares the database's revision with the folder's head.

use crate::engine::case::Case;
use crate::engine::facts::Deed;
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("health-without-revision"),
    severity: Severity::Notice,
    summary: "The program's health check does not compare the database's revision with the head.",
    why: "A deploy whose migrations did not run looks healthy until the first request that needs them.",
    instead: "Let the readiness check compare the revisions of the database with the heads of the folder.",
    fires: "
=== versions/a.py
revision = '9c10ab5512ef'
down_revision = None
def upgrade():
    pass
=== app/main.py
@app.get('/healthz')
#^^^^^^^^^^^^^^^^^^^ health-without-revision
def healthz():
    return {'ok': True}
",
    silent: "
=== versions/a.py
revision = '9c10ab5512ef'
down_revision = None
def upgrade():
    pass
=== app/main.py
@app.get('/healthz')
def healthz():
    return {'ok': revisions_agree()}
=== app/revisions.py
def revisions_agree():
    here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(config).get_heads())
",
    check: Check::Case(check),
};

/// What compares the two.
const COMPARES: &str = "here = set(MigrationContext.configure(connection).get_current_heads())
there = set(ScriptDirectory.from_config(config).get_heads())
ok = here == there";

fn check(case: &Case) -> Vec<Note> {
    let seen = &case.facts.seen;
    let asks = seen.iter().any(|one| one.what == Deed::AsksRevision);
    // Without a chain there is no head to compare with.
    if asks || case.chains.is_empty() {
        return Vec::new();
    }
    let health = seen.iter().filter_map(|one| match &one.what {
        Deed::Health(route) => Some((one, route)),
        _ => None,
    });
    let mut health = health.peekable();
    let program = seen.iter().find(|one| one.what == Deed::Program);
    let (found, title) = match (health.peek(), program) {
        (Some((at, route)), _) => {
            (*at, format!("`{route}` does not tell whether the database is at the head"))
        }
        // Of a program alone, what answers for its health may be elsewhere.
        (None, Some(at)) if !case.facts.deploys.is_empty() => {
            let title = "Nothing here answers whether the program and its database agree";
            (at, title.to_owned())
        }
        (None, _) => return Vec::new(),
    };
    let others = health
        .skip(1)
        .map(|(one, route)| Evidence::text(format!("`{route}` does not either")).at(one.span));
    let note = Note::new(title).at(found.span).certainty(Certainty::Likely).because(others);
    vec![note.run("Compare the revisions.", Language::Python, COMPARES)]
}
