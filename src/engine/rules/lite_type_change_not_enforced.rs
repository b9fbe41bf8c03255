//! A type that SQLite does not hold rows to.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("lite-type-change-not-enforced"),
    severity: Severity::Notice,
    summary: "Changes the length or precision of a SQLite column.",
    why: "SQLite looks at no length: values stay as they are, and may fail in another database.",
    instead: "Add a check where the length matters, or make the table STRICT.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    with op.batch_alter_table(\"orders\") as batch_op:
        batch_op.alter_column(\"note\", type_=sa.String(10))
        #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ lite-type-change-not-enforced
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    with op.batch_alter_table(\"orders\") as batch_op:
        batch_op.alter_column(\"note\", type_=sa.Text())
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AlterColumnType { table, column, to: Some(to), .. } = &view.step.op else {
        return None;
    };
    if view.dialect() != Dialect::Sqlite || !to.contains('(') || view.fresh.is_empty(table) {
        return None;
    }
    Some(
        Note::new(format!(
            "{} makes `{table}.{column}` a `{to}`, and SQLite looks at no length",
            view.who()
        ))
        .certainty(Certainty::Certain)
        .within(ObjectKind::Column, table, column)
        .run(
            "Look for values that are longer.",
            Language::Sql,
            format!("SELECT max(length({column})) FROM {table};"),
        ),
    )
}
