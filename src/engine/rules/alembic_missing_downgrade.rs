//! A revision that changes something has no downgrade that could take it back.

use crate::engine::case::Case;
use crate::engine::chain::DowngradeKind;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Detail, Op, Step};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-missing-downgrade"),
    severity: Severity::Warning,
    summary: "A revision changes the schema and has no downgrade that takes the change back.",
    why: "`alembic downgrade` then fails, or moves the version row and leaves the schema as it is: the next upgrade meets what is there already.",
    instead: "Write the inverse; or, where there is none, raise in `downgrade()` and say so, with the way forward.",
    fires: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\")


def downgrade():
    pass
",
    silent: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\")


def downgrade():
    op.drop_table(\"orders\")
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for (chain, ix, revision, pending) in case.revisions() {
        let Some(undo) = chain.undo(ix).filter(|undo| undo.has_upgrade) else { continue };
        let id = &revision.id;
        let (cause, severity, title) = match revision.downgrade_kind {
            DowngradeKind::Present => continue,
            DowngradeKind::Absent => (
                "absent",
                Severity::Warning,
                format!("`{id}` has no `downgrade()`: going back stops there"),
            ),
            DowngradeKind::Empty if undo.is_whole() == Some(true) => continue,
            // What was looked at stays as it was.
            DowngradeKind::Empty if only_validates(&revision.upgrade) => continue,
            DowngradeKind::Empty => (
                "empty",
                Severity::Warning,
                format!("`{id}` changes the schema, and its `downgrade()` does nothing"),
            ),
            DowngradeKind::Raises => (
                "raises",
                Severity::Notice,
                format!("`{id}` refuses to be taken back: its `downgrade()` raises"),
            ),
        };
        notes.push(
            Note::new(title)
                .cause(cause)
                .severity(severity)
                .certainty(if pending.is_some() { Certainty::Certain } else { Certainty::Likely })
                .pending(pending == Some(true))
                .at(revision.span)
                .of_revision(id.clone())
                .named(ObjectKind::Revision, id.clone())
                .step("Before it runs where it matters, decide how to get back: an inverse, a backup, or a forward fix."),
        );
    }
    notes
}

fn only_validates(steps: &[Step]) -> bool {
    steps.iter().all(|step| {
        matches!(
            step.op,
            Op::Detail { detail: Detail::Validated(_), .. }
                | Op::Setting { .. }
                | Op::Transaction(_)
                | Op::Neutral { .. }
        )
    })
}
