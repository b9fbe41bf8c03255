//! Alembic commits what stands before an autocommit block.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{self, Op, Step, Transact};
use crate::wire::{Certainty, Language, Severity};

use super::concurrently_in_transaction::is_concurrent;
use super::non_transactional_statement::stands_alone;
use super::{Check, Note, Rule, StepView, Within};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-autocommit"),
    severity: Severity::Danger,
    summary: "Mixes an autocommit block with other work in one revision, or lacks one.",
    why: "Alembic commits what was done so far when the block begins: if the block fails, that stays, and the version row still says the old revision.",
    instead: "Put the block first and alone into a revision of its own.",
    fires: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.add_column(\"orders\", sa.Column(\"note\", sa.Text()))
    with op.get_context().autocommit_block():
        #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ alembic-autocommit
        op.create_index(\"ix_note\", \"orders\", [\"note\"], postgresql_concurrently=True)
",
    silent: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index(\"ix_note\", \"orders\", [\"note\"], postgresql_concurrently=True)
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if !view.is_revision() || view.dialect() != Dialect::PostgreSql {
        return None;
    }
    if let Op::Transaction(what) = view.step.op {
        return of_block(view, what);
    }
    if view.within == Within::Nothing || !(is_concurrent(view) || stands_alone(view)) {
        return None;
    }
    Some(
        Note::new(format!(
            "{} {} outside of an autocommit block",
            view.who(),
            op::describe(&view.step.op)
        ))
        .cause("missing")
        .severity(Severity::Blocker)
        .certainty(Certainty::Likely)
        .run(
            "Give it a block.",
            Language::Python,
            "with op.get_context().autocommit_block():\n    …",
        ),
    )
}

fn of_block(view: &StepView<'_>, what: Transact) -> Option<Note> {
    let works = |steps: &[Step]| {
        let idle = |op: &Op| {
            matches!(
                op,
                Op::Transaction(_) | Op::Setting { .. } | Op::Neutral { .. } | Op::Unknown { .. }
            )
        };
        // What another block did is committed already.
        let mut inside = false;
        steps.iter().any(|step| {
            match step.op {
                Op::Transaction(Transact::Autocommit) => inside = true,
                Op::Transaction(Transact::AutocommitEnd) => inside = false,
                _ => {}
            }
            !inside && !idle(&step.op)
        })
    };
    let (cause, severity, says) = match what {
        Transact::Autocommit if works(view.earlier) => {
            ("not-first", Severity::Danger, "works before its autocommit block, which commits that")
        }
        Transact::AutocommitEnd if works(view.later) => (
            "not-alone",
            Severity::Warning,
            "works after its autocommit block, which is committed by then",
        ),
        _ => return None,
    };
    Some(
        Note::new(format!(
            "{} {says}: where a later step fails, that stays without its version row",
            view.who()
        ))
        .cause(cause)
        .severity(severity)
        .step("Move the block into a revision of its own, before or after this one.")
        .step(
            "Guard what stands in it with IF NOT EXISTS or IF EXISTS, so that it can be run again.",
        ),
    )
}
