//! A statement that no transaction may hold, in one.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{self, DropKind, Op, Step, Work};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, Within};

pub static RULE: Rule = Rule {
    name: RuleName("non-transactional-statement"),
    severity: Severity::Blocker,
    summary: "Runs a statement inside a transaction that PostgreSQL allows only outside of one.",
    why: "PostgreSQL refuses it, and the whole transaction with it.",
    instead: "Run it by itself: in Alembic inside `autocommit_block()`, or as a step of the operator.",
    fires: "
=== plan.sql role:plan
BEGIN;
ALTER SYSTEM SET max_connections = 200;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ non-transactional-statement
COMMIT;
",
    silent: "
=== plan.sql role:plan
ALTER SYSTEM SET max_connections = 200;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if view.within == Within::Nothing || !stands_alone(view) {
        return None;
    }
    let certainty =
        if view.within == Within::Perhaps { Certainty::Likely } else { Certainty::Certain };
    let what = op::describe(&view.step.op);
    let note =
        Note::new(format!("{} {what}, inside of a transaction", view.who())).certainty(certainty);
    Some(match view.is_revision() {
        true => note.run(
            "Put it into a block of its own, in a revision of its own.",
            Language::Python,
            "with op.get_context().autocommit_block():\n    op.execute(\"…\")",
        ),
        false => note.step("Take it out of the script, and run it by itself."),
    })
}

/// Whether PostgreSQL refuses the step inside of a transaction.
pub(super) fn stands_alone(view: &StepView<'_>) -> bool {
    let is_it = match &view.step.op {
        Op::Server(server) => server.alone,
        Op::DropOther { kind, .. } => *kind == DropKind::Database,
        // Of a type that the same transaction made it is taken.
        Op::AddEnumValue { name, .. } => {
            let makes =
                |step: &Step| matches!(&step.op, Op::CreateEnum { name: made, .. } if made == name);
            view.major() < 12 && !view.earlier.iter().any(makes)
        }
        Op::Upkeep { work, on, .. } => match work {
            Work::VacuumFull | Work::ReindexAll | Work::ReindexSystem => true,
            // Without a name it is every table, one after the other.
            Work::Cluster | Work::Repack => on.is_empty(),
            _ => false,
        },
        _ => false,
    };
    is_it && view.dialect() == Dialect::PostgreSql
}
