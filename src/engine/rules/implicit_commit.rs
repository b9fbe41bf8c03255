//! Changes that a database commits one by one.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("implicit-commit"),
    severity: Severity::Warning,
    summary: "Makes several changes in one revision or plan on a database that commits each of them by itself.",
    why: "When a later one fails, the earlier ones stay, and the version row still says the old revision.",
    instead: "Make one change of the schema for each revision, and guard those that may have run already.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.add_column(\"orders\", sa.Column(\"note\", sa.Text()))
    op.add_column(\"orders\", sa.Column(\"seen\", sa.Text()))
    #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ implicit-commit
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.add_column(\"orders\", sa.Column(\"note\", sa.Text()))
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    if view.dialect() != Dialect::MySql || !changes(&view.step.op) {
        return Vec::new();
    }
    let spans = view.earlier.iter().filter(|step| changes(&step.op)).map(|step| step.span);
    let mut other = spans.filter(|span| *span != view.step.span);
    let Some(first) = other.next() else { return Vec::new() };
    // Told once, where the second one stands.
    if other.any(|span| span != first) {
        return Vec::new();
    }
    vec![
        Note::new(format!("{} makes several changes, and MySQL commits each of them by itself", view.who()))
            .certainty(Certainty::Certain)
            .step("Give each change of the schema a revision of its own, and data changes another one.")
            .step("Where that is not to be, look before each step whether it is done already, so that the rest can be run again."),
    ]
}

/// Whether MySQL commits before and after it, or it changes rows.
fn changes(op: &Op) -> bool {
    !matches!(
        op,
        Op::Setting { .. }
            | Op::Transaction(_)
            | Op::Neutral { .. }
            | Op::Unknown { .. }
            | Op::UnknownWithin { .. }
    )
}
