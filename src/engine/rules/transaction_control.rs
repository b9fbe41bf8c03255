//! BEGIN, COMMIT or ROLLBACK where it does not belong.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Op, Step, Transact};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, Within};

pub static RULE: Rule = Rule {
    name: RuleName("transaction-control"),
    severity: Severity::Danger,
    summary: "Begins or ends a transaction in the midst of what somebody else wraps, or begins one and never ends it.",
    why: "What follows a COMMIT is no longer taken back when a later step fails, and a transaction that nobody ends takes everything back.",
    instead: "Leave transactions to whoever runs the migration; in Alembic use `autocommit_block()` where a step needs none.",
    fires: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.execute(\"COMMIT\")
    #           ^^^^^^ transaction-control
    op.drop_index(\"ix_a\")
",
    silent: "
=== plan.sql role:plan
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Transaction(what) = view.step.op else { return None };
    let ends =
        |step: &Step| matches!(step.op, Op::Transaction(Transact::Commit | Transact::Rollback));
    let is_wrapped = view.is_revision() && view.dialect() == Dialect::PostgreSql;
    let (cause, says) = match what {
        Transact::Commit | Transact::Rollback | Transact::Chain if is_wrapped => (
            "commit-in-alembic",
            "ends the transaction that Alembic began: what follows is not taken back when it fails",
        ),
        Transact::Begin if is_wrapped => (
            "nested",
            "begins a transaction inside of Alembic's: PostgreSQL warns and goes on in the old one",
        ),
        Transact::Begin if view.within == Within::Begun => {
            ("nested", "begins a transaction inside of one that is open")
        }
        Transact::Begin if !view.is_revision() && !view.later.iter().any(ends) => {
            ("uncommitted", "begins a transaction and never commits it: nothing of it stays")
        }
        Transact::Commit | Transact::Rollback
            if !view.is_revision() && view.within == Within::Nothing =>
        {
            ("end-without-begin", "ends a transaction that it did not begin")
        }
        Transact::Commit | Transact::Rollback if view.within == Within::Perhaps => (
            "commit-inside",
            "ends a transaction that whoever runs it may have begun around all of it",
        ),
        _ => return None,
    };
    let note = Note::new(format!("{} {says}", view.who())).cause(cause);
    Some(match (cause, view.is_revision()) {
        (_, true) => note.run(
            "Where a step must run outside of a transaction, give it a block.",
            Language::Python,
            "with op.get_context().autocommit_block():\n    …",
        ),
        ("uncommitted", _) => note.run("End it.", Language::Sql, "COMMIT;"),
        _ => note.step(
            "Take the statement out, or begin and end each transaction in the script itself.",
        ),
    })
}
