//! A change of a MySQL column that does not say what the column is.

use crate::engine::ledger::RuleName;
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::my_modify_drops_attributes::lost;
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-missing-existing-info"),
    severity: Severity::Danger,
    summary: "Alters a MySQL column without what is to stay of it.",
    why: "Alembic renders MODIFY, which replaces the whole definition: what is not repeated is lost.",
    instead: "Give `existing_type`, `existing_nullable` and `existing_server_default`.",
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
    op.create_table(\"orders\", sa.Column(\"note\", sa.String(20), nullable=False))
=== versions/b2_two.py
from alembic import op
import sqlalchemy as sa

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    op.alter_column(\"orders\", \"note\", type_=sa.String(40))
    #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ alembic-missing-existing-info
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
    op.create_table(\"orders\", sa.Column(\"note\", sa.String(20), nullable=False))
=== versions/b2_two.py
from alembic import op
import sqlalchemy as sa

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    op.alter_column(\"orders\", \"note\", type_=sa.String(40), existing_nullable=False)
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, column, cause, what) = lost(view).filter(|_| view.is_revision())?;
    let argument = match cause {
        "not-null" => "existing_nullable=False",
        "default" => "existing_server_default=sa.text(…)",
        "auto-increment" => "existing_autoincrement=True",
        _ => "existing_comment=…",
    };
    Some(
        Note::new(format!(
            "{} alters `{table}.{column}` and does not say that it has {what}",
            view.who()
        ))
        .cause(cause)
        .certainty(Certainty::Certain)
        .within(ObjectKind::Column, table, column)
        .run(
            "Say what stays.",
            Language::Python,
            format!(
                "op.alter_column(\"{}\", \"{column}\", …, existing_type=…, {argument})",
                table.name
            ),
        ),
    )
}
