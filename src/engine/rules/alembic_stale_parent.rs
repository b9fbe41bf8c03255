//! A revision that hangs on one from before where prod stands.

use crate::engine::case::{Case, Position};
use crate::engine::chain::order;
use crate::engine::history::What;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::wire::{Certainty, Language, ObjectKind, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-stale-parent"),
    severity: Severity::Danger,
    summary: "A revision that is still to run follows one that prod has left behind.",
    why: "The chain forks there: prod ran other revisions since, and nobody tried this one after them.",
    instead: "Point its `down_revision` at the revision where prod stands, as long as it ran nowhere.",
    fires: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b2_two.py
revision = \"b2\"
down_revision = \"a1\"
=== versions/c3_three.py
revision = \"c3\"
down_revision = \"a1\"
=== prod.txt role:prod
DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
orders

ALEMBIC VERSION:
version_num
b2
",
    silent: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b2_two.py
revision = \"b2\"
down_revision = \"a1\"
=== versions/c3_three.py
revision = \"c3\"
down_revision = \"b2\"
=== prod.txt role:prod
DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
orders

ALEMBIC VERSION:
version_num
b2
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let Position::At { rows, .. } = case.position(Role::Prod) else { return forked(case) };
    let stands = |id: &str| rows.iter().any(|(row, _)| row == id);
    let Some((at, span)) = rows.first() else { return Vec::new() };
    let stale = case.revisions().filter(|(chain, ix, revision, pending)| {
        let parents = chain.graph.normal_parents(*ix);
        let applied = |id: &str| !case.is_pending(id);
        // One parent from before, and none that is still to run.
        *pending == Some(true)
            && revision.down.len() == 1
            && parents
                .iter()
                .filter_map(|parent| chain.revision(*parent))
                .any(|parent| applied(&parent.id) && !stands(&parent.id))
    });
    stale
        .map(|(_, _, revision, _)| {
            let parent = revision.down.first().cloned().unwrap_or_default();
            Note::new(format!(
                "Revision `{}` follows `{parent}`, and prod is past that at `{at}`",
                revision.id
            ))
            .at(revision.span)
            .of_revision(revision.id.clone())
            .certainty(Certainty::Certain)
            .named(ObjectKind::Revision, revision.id.clone())
            .because([Evidence::text(format!("Prod stands at `{at}`")).at(*span)])
            .run(
                "Where it ran nowhere yet, move it.",
                Language::Python,
                format!("down_revision = \"{at}\""),
            )
            .run(
                "Where it ran somewhere, join the two.",
                Language::Shell,
                format!("alembic merge -m \"join\" {at} {}", revision.id),
            )
        })
        .collect()
}

/// A new revision beside the head that the chain had before the change.
fn forked(case: &Case) -> Vec<Note> {
    let before = || case.before.iter().flatten();
    let new = case.history.changes.iter().filter(|change| change.what == What::Added);
    let revisions = new.filter_map(|change| {
        let (chain, ix) = change.now?;
        case.chains.get(chain)?.revision(ix)
    });
    let stale = revisions.filter_map(|revision| {
        let [parent] = revision.down.as_slice() else { return None };
        let (chain, at) = before().find_map(|chain| Some((chain, chain.find(parent)?)))?;
        let head = chain.graph.heads.iter().find_map(|head| {
            let above = order::ancestors(&chain.graph, &[*head]);
            above.contains(at).then(|| chain.revision(*head))?
        })?;
        (head.id != *parent).then_some((revision, parent, head))
    });
    stale
        .map(|(revision, parent, head)| {
            let (id, at) = (&revision.id, &head.id);
            let title =
                ["New revision `", id, "` follows `", parent, "`, and the chain was at `", at, "`"];
            Note::new(title.concat())
                .at(revision.span)
                .of_revision(id.clone())
                .named(ObjectKind::Revision, id.clone())
                .because([Evidence::text("The newest revision before the change").at(head.span)])
                .run(
                    "Move it behind the newest one.",
                    Language::Python,
                    ["down_revision = \"", at, "\""].concat(),
                )
        })
        .collect()
}
