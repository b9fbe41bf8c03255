//! Upgrade and then downgrade do not lead back to where they began.

use crate::engine::case::Case;
use crate::engine::chain::undo::{Fate, Trace};
use crate::engine::chain::{DowngradeKind, Undo};
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-downgrade-mismatch"),
    severity: Severity::Warning,
    summary: "A revision's downgrade does not lead back to the schema before its upgrade.",
    why: "A database that went up and down is another one than a database that never did: the next upgrade may fail on it, and what guarded the data is gone.",
    instead: "Write the inverse of every step, in reverse order, with the same names.",
    fires: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer))
    op.create_table(\"notes\", sa.Column(\"id\", sa.Integer))


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
    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer))
    op.create_index(\"ix_orders_id\", \"orders\", [\"id\"])


def downgrade():
    op.drop_index(\"ix_orders_id\", table_name=\"orders\")
    op.drop_table(\"orders\")
",
    check: Check::Case(check),
};

/// Differences shown one by one.
const SHOWN: usize = 20;

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for (chain, ix, revision, pending) in case.revisions() {
        let Some(undo) = chain.undo(ix) else { continue };
        // What an empty downgrade leaves, `alembic-missing-downgrade` says.
        if revision.downgrade_kind != DowngradeKind::Present {
            continue;
        }
        let traces: Vec<&Trace> = undo.traces.iter().filter(|trace| !is_enum_left(trace)).collect();
        if traces.is_empty() && undo.fails.is_none() {
            continue;
        }
        let id = &revision.id;
        let mut note = Note::new(title(id, undo, &traces))
            .cause(cause(undo, &traces))
            .certainty(certainty(undo, pending))
            .pending(pending == Some(true))
            .at(undo.fails.as_ref().map_or(revision.span, |(span, _)| *span))
            .of_revision(id.clone())
            .because(traces.iter().take(SHOWN).map(|trace| Evidence::text(words(trace))))
            .because(undo.doubts.iter().map(|doubt| Evidence::text(format!("Not certain: {doubt}"))))
            .step("Write what is missing into `downgrade()`; of a revision that ran already, only what runs on the way down may change.");
        if traces.len() > SHOWN {
            note = note.because([Evidence::text(format!("And {} more", traces.len() - SHOWN))]);
        }
        for trace in traces.iter().take(SHOWN) {
            note = about(note, trace);
        }
        notes.push(note);
    }
    notes
}

/// Said by `alembic-enum-lifecycle`.
pub(super) fn is_enum_left(trace: &Trace) -> bool {
    trace.kind == ObjectKind::Type && trace.fate == Fate::LeftBehind
}

pub(super) fn certainty(undo: &Undo, pending: Option<bool>) -> Certainty {
    match (undo.doubts.is_empty(), pending) {
        (false, _) => Certainty::Unverified,
        (true, None) => Certainty::Likely,
        (true, Some(_)) => Certainty::Certain,
    }
}

fn title(id: &str, undo: &Undo, traces: &[&Trace]) -> String {
    if let Some((_, clash)) = &undo.fails {
        return format!("The downgrade of `{id}` can't run: {}", clash.text());
    }
    let more = match traces.len() {
        0 | 1 => String::new(),
        count => format!(", and {} more differences", count - 1),
    };
    let first = traces.first().map(|trace| words(trace)).unwrap_or_default();
    format!("Up and down through `{id}` does not lead back: {first}{more}")
}

fn cause(undo: &Undo, traces: &[&Trace]) -> &'static str {
    match traces.first().map(|trace| trace.fate) {
        _ if undo.fails.is_some() => "fails",
        Some(Fate::LeftBehind) => "left-behind",
        Some(Fate::Gone) => "not-restored",
        _ => "differs",
    }
}

fn words(trace: &Trace) -> String {
    let what = match trace.fate {
        Fate::LeftBehind => "stays behind",
        Fate::Gone => "is not made again",
        Fate::Changed => "is other than before",
    };
    format!("{} {what}", trace.text())
}

fn about(note: Note, trace: &Trace) -> Note {
    match (&trace.table, &trace.name) {
        (Some(table), Some(name)) => {
            note.within(trace.kind, table, &crate::engine::schema::Ident::exact(name.as_str()))
        }
        (Some(table), None) => note.table(table),
        (None, name) => note.named(trace.kind, name.clone().unwrap_or_default()),
    }
}
