//! An enum type outlives what it was made for.

use crate::engine::case::Case;
use crate::engine::chain::DowngradeKind;
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Language, ObjectKind, Severity};

use super::alembic_downgrade_mismatch::{certainty, is_enum_left};
use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-enum-lifecycle"),
    severity: Severity::Warning,
    summary: "A downgrade drops a table or column and leaves its enum type behind.",
    why: "The type exists already when the revision runs again, and PostgreSQL refuses the upgrade.",
    instead: "Drop the type in `downgrade()`, after the last column that uses it.",
    fires: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\", sa.Column(\"state\", sa.Enum(\"new\", \"sent\", name=\"order_state\")))


def downgrade():
    op.drop_table(\"orders\")
",
    silent: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\", sa.Column(\"state\", sa.Enum(\"new\", \"sent\", name=\"order_state\")))


def downgrade():
    op.drop_table(\"orders\")
    op.execute(\"DROP TYPE order_state\")
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for (chain, ix, revision, pending) in case.revisions() {
        let Some(undo) = chain.undo(ix) else { continue };
        let left: Vec<&str> = undo
            .traces
            .iter()
            .filter(|trace| is_enum_left(trace))
            .filter_map(|trace| trace.name.as_deref())
            .collect();
        if left.is_empty() || revision.downgrade_kind != DowngradeKind::Present {
            continue;
        }
        let names = left.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let types = if left.len() == 1 { "type" } else { "types" };
        let drops: Vec<String> = left.iter().map(|name| format!("DROP TYPE {name};")).collect();
        let mut note = Note::new(format!(
            "The downgrade of `{}` leaves the enum {types} {names}",
            revision.id
        ))
        .cause("not-dropped")
        .certainty(certainty(undo, pending))
        .pending(pending == Some(true))
        .at(revision.span)
        .of_revision(revision.id.clone())
        .because(undo.doubts.iter().map(|doubt| Evidence::text(format!("Not certain: {doubt}"))))
        .run(
            "End the downgrade with the drop of the type.",
            Language::Sql,
            drops.join("\n"),
        );
        for name in left {
            note = note.named(ObjectKind::Type, name);
        }
        notes.push(note);
    }
    notes
}
