//! A new enum value is used in the transaction that adds it.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Column, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, Within};

pub static RULE: Rule = Rule {
    name: RuleName("enum-value-used-before-commit"),
    severity: Severity::Blocker,
    summary: "Uses an enum value in the same transaction that adds it.",
    why: "PostgreSQL refuses it: a new value can be used once its transaction is committed.",
    instead: "Add the value in a revision of its own inside `autocommit_block()`, and use it in the next one.",
    fires: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\", sa.Column(\"state\", sa.Enum(\"new\", name=\"order_state\")))


def downgrade():
    pass
=== versions/b2_two.py
from alembic import op

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    op.execute(\"ALTER TYPE order_state ADD VALUE 'lost'\")
    op.execute(\"UPDATE orders SET state = 'lost' WHERE state = 'new'\")
    #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ enum-value-used-before-commit
",
    silent: "
=== versions/a1_one.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\", sa.Column(\"state\", sa.Enum(\"new\", name=\"order_state\")))


def downgrade():
    pass
=== versions/b2_two.py
from alembic import op

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute(\"ALTER TYPE order_state ADD VALUE 'lost'\")
    op.execute(\"UPDATE orders SET state = 'lost' WHERE state = 'new'\")
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if view.dialect() != Dialect::PostgreSql || view.within == Within::Nothing {
        return None;
    }
    let (table, columns, uses): (_, &[Column], Vec<&str>) = match &view.step.op {
        Op::Mutate { table, says, .. } => (table, &[], says.iter().map(String::as_str).collect()),
        Op::SetDefault { table, default, .. } => (table, &[], vec![default]),
        Op::AddColumn { table, column, .. } => {
            (table, std::slice::from_ref(column), column.default.as_deref().into_iter().collect())
        }
        Op::CreateTable { table, columns, .. } => (
            table,
            columns,
            columns.iter().filter_map(|column| column.default.as_deref()).collect(),
        ),
        Op::AddConstraint { table, kind: ConstraintKind::Check(check), .. } => {
            (table, &[], vec![check.text.as_str()])
        }
        _ => return None,
    };
    let known = view.before.columns_of(table).map_or(&[] as &[Column], |(known, _)| &known.columns);
    let (name, value) = columns.iter().chain(known).find_map(|column| {
        let data_type = column.data_type.as_deref()?.trim_end_matches("[]");
        let name = view.before.schema().enums.keys().find(|name| name.to_string() == data_type)?;
        let is_used = |value: &&str| {
            let quoted = format!("'{value}'");
            uses.iter().any(|text| text == value || text.contains(&quoted))
        };
        let value = view.fresh.added_values(name).find(is_used)?;
        Some((name, value.to_owned()))
    })?;
    Some(note(view, (table, name, &value)))
}

fn note(view: &StepView<'_>, (table, name, value): (&TableName, &TableName, &str)) -> Note {
    let note = Note::new(format!(
        "{} uses the value `{value}` of `{name}` in the transaction that adds it: PostgreSQL refuses that",
        view.who()
    ))
    .certainty(if view.within.is_certain() { Certainty::Certain } else { Certainty::Likely })
    .table(table)
    .named(ObjectKind::Type, name.to_string());
    match view.is_revision() {
        true => note
            .run(
                "Add the value in a revision of its own.",
                Language::Python,
                format!("with op.get_context().autocommit_block():\n    op.execute(\"ALTER TYPE {name} ADD VALUE IF NOT EXISTS '{value}'\")"),
            )
            .step("Use it in the revision after that one."),
        false => note
            .run("Add the value first, outside of any transaction.", Language::Sql, format!("ALTER TYPE {name} ADD VALUE IF NOT EXISTS '{value}';"))
            .step("Run what uses it after that is committed."),
    }
}
