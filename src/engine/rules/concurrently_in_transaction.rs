//! Work that builds concurrently, inside of a transaction.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{self, Detail, Op, Work};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, Within, way};

pub static RULE: Rule = Rule {
    name: RuleName("concurrently-in-transaction"),
    severity: Severity::Blocker,
    summary: "Builds or drops something CONCURRENTLY inside a transaction.",
    why: "PostgreSQL refuses it there: it commits on its own between its steps.",
    instead: "Run it outside of any transaction: in Alembic inside `autocommit_block()`, in a revision of its own.",
    fires: "
=== plan.sql role:plan
BEGIN;
CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_on);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ concurrently-in-transaction
COMMIT;
",
    silent: "
=== plan.sql role:plan
CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_on);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if view.within == Within::Nothing || !is_concurrent(view) {
        return None;
    }
    let wraps = match view.within {
        Within::Begun => "",
        Within::Wrapped => ": Alembic runs it in its transaction",
        _ => ", where whoever runs it wraps it in one",
    };
    let certainty =
        if view.within == Within::Begun { Certainty::Certain } else { Certainty::Likely };
    let note = Note::new(format!(
        "{} {} concurrently, inside of a transaction{wraps}",
        view.who(),
        op::describe(&view.step.op)
    ))
    .certainty(certainty);
    let mut note = view.step.op.tables().into_iter().fold(note, |note, table| note.table(table));
    if let Some((sql, undo)) = alone(view) {
        note = note.stage("By itself, outside of a transaction.", sql, undo);
    }
    Some(match view.is_revision() {
        true => note
            .run(
                "Put it into a block of its own.",
                Language::Python,
                "with op.get_context().autocommit_block():\n    …",
            )
            .step("Leave nothing else in that revision: what stands before the block is committed when it begins."),
        false => note.step("Run it by itself, after COMMIT, with a client that opens no transaction."),
    })
}

/// The same once more, to be run by itself, and what takes it back.
fn alone(view: &StepView<'_>) -> Option<(String, String)> {
    match &view.step.op {
        Op::CreateIndex { table, index, .. } => {
            let name = index.name.as_ref()?.quoted();
            let build = way::build(table, &name, &way::index_parts(index), index.unique);
            Some((build, way::drop_index(&way::beside(table, &name))))
        }
        Op::DropIndex { name, .. } => way::drop_known(view, name),
        _ => None,
    }
}

/// Whether PostgreSQL commits in the midst of the step.
pub(super) fn is_concurrent(view: &StepView<'_>) -> bool {
    let is_it = matches!(
        view.step.op,
        Op::CreateIndex { concurrently: true, .. }
            | Op::DropIndex { concurrently: true, .. }
            | Op::Upkeep {
                work: Work::ReindexIndex | Work::ReindexTable | Work::Repack,
                concurrently: true,
                ..
            }
            | Op::Detail { detail: Detail::Detached { concurrently: true, .. }, .. }
    );
    is_it && view.dialect() == Dialect::PostgreSql
}
