//! A merge revision that also changes the schema.

use crate::engine::case::Case;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Op, describe};
use crate::wire::Severity;

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-merge-does-more"),
    severity: Severity::Warning,
    summary: "A revision that merges two heads also changes the schema.",
    why: "Whoever reads the history takes a merge for a joint and looks for changes elsewhere; undoing the change means taking the branches apart again.",
    instead: "Leave the merge empty, and write the change as a revision that follows it.",
    fires: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_left.py
revision = \"b1\"
down_revision = \"a1\"
=== versions/b2_right.py
revision = \"b2\"
down_revision = \"a1\"
=== versions/c1_merge.py
from alembic import op

revision = \"c1\"
#^^^^^^^^^^^^^^^ alembic-merge-does-more
down_revision = (\"b1\", \"b2\")


def upgrade():
    op.create_table(\"orders\")
",
    silent: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_left.py
revision = \"b1\"
down_revision = \"a1\"
=== versions/b2_right.py
revision = \"b2\"
down_revision = \"a1\"
=== versions/c1_merge.py
revision = \"c1\"
down_revision = (\"b1\", \"b2\")


def upgrade():
    pass
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let merges = case.revisions().filter(|(chain, ix, _, _)| {
        chain.graph.node(*ix).is_some_and(|node| node.is_merge_point && node.parents.len() > 1)
    });
    merges
        .filter_map(|(chain, ix, revision, pending)| {
            let changes = |op: &&Op| {
                !matches!(op, Op::Neutral { .. } | Op::Transaction(_) | Op::Setting { .. })
            };
            let ops = revision.upgrade.iter().map(|step| &step.op).filter(changes);
            let done: Vec<&Op> = ops.collect();
            let first = done.first()?;
            let title = ["Merge revision `", &revision.id, "` also ", &describe(first)].concat();
            let more = done.iter().skip(1).take(5);
            Some(
                Note::new(title)
                    .at(revision.span)
                    .of_revision(revision.id.clone())
                    .pending(pending.unwrap_or(chain.graph.heads.contains(&ix)))
                    .because(more.map(|op| Evidence::text(["It also ", &describe(op)].concat())))
                    .step("As long as it ran nowhere: leave its `upgrade()` empty and move the change into a revision that follows it."),
            )
        })
        .collect()
}
