//! A column that SQLite does not add.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("lite-add-column-limits"),
    severity: Severity::Danger,
    summary: "Adds a column of a kind that SQLite refuses to add to a table.",
    why: "A key, a unique or a stored column is always refused; a NOT NULL column without a constant default is refused as soon as there are rows.",
    instead: "Add a plain column and fill it, or build the table anew.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN placed_on text DEFAULT CURRENT_TIMESTAMP;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ lite-add-column-limits
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddColumn { table, column, .. } = &view.step.op else { return None };
    if view.dialect() != Dialect::Sqlite || view.fresh.is_empty(table) {
        return None;
    }
    let key = view.to_do_with_it().iter().any(|step| {
        matches!(
            &step.op,
            Op::AddConstraint {
                kind: ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. },
                ..
            }
        )
    });
    let default = column.default.as_deref().map(str::trim);
    let computed = default.is_some_and(|text| {
        text.starts_with('(') || text.to_ascii_lowercase().starts_with("current_")
    });
    let is_null = default.is_none_or(|text| text.eq_ignore_ascii_case("null"));
    let (cause, says, certainty) = if key {
        ("key", "a key or unique", Certainty::Certain)
    } else if column.generated.is_some() && !column.computed_on_read {
        ("stored", "a stored generated column", Certainty::Certain)
    } else if !column.nullable && is_null && column.generated.is_none() {
        ("not-null", "NOT NULL without a default", Certainty::Likely)
    } else if computed {
        ("default", "a column whose default is computed", Certainty::Likely)
    } else {
        return None;
    };
    let when = if certainty == Certainty::Certain { "always" } else { "when there are rows" };
    Some(
        Note::new(format!(
            "{} adds `{table}.{}`, {says}: SQLite refuses that {when}",
            view.who(),
            column.name
        ))
        .cause(cause)
        .certainty(certainty)
        .within(ObjectKind::Column, table, &column.name)
        .step("Add the column nullable and without it, then fill it.")
        .step("Where it has to be so, build the table anew: in Alembic with `batch_alter_table`."),
    )
}
