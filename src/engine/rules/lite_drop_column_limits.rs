//! A column that SQLite does not drop.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::alembic_batch_hazards::is_in_batch;
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("lite-drop-column-limits"),
    severity: Severity::Blocker,
    summary: "Drops a column that SQLite refuses to drop.",
    why: "A column that is a key or unique, or that an index, a generated column or another table uses, is not dropped.",
    instead: "Drop what uses it first, or build the table anew.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== prod.sql role:prod
CREATE TABLE orders (id integer PRIMARY KEY, code text);
CREATE INDEX orders_code ON orders (code);
=== plan.sql role:plan
ALTER TABLE orders DROP COLUMN code;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ lite-drop-column-limits
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== prod.sql role:prod
CREATE TABLE orders (id integer PRIMARY KEY, code text);
CREATE INDEX orders_code ON orders (code);
=== plan.sql role:plan
DROP INDEX orders_code;
ALTER TABLE orders DROP COLUMN code;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropColumn { table, column, .. } = &view.step.op else { return None };
    // A batch builds the table anew.
    if view.dialect() != Dialect::Sqlite || is_in_batch(view.earlier, table) {
        return None;
    }
    let (known, _) = view.before.columns_of(table)?;
    let index = known.indexes.iter().find(|index| index.mentions(column));
    let is_key = known.constraints.iter().any(|one| match &one.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            columns.contains(column)
        }
        _ => false,
    });
    let generated = known
        .columns
        .iter()
        .any(|other| other.generated.as_ref().is_some_and(|from| from.columns.contains(column)));
    let pointed_at = view.before.schema().tables.values().flat_map(|other| &other.constraints).any(|one| {
        matches!(&one.kind, ConstraintKind::ForeignKey(key) if &key.ref_table == table && key.ref_columns.contains(column))
    });
    let (cause, says) = if is_key {
        ("key", "which is a key or unique".to_owned())
    } else if let Some(index) = index {
        let name = index.name.as_ref().map(ToString::to_string).unwrap_or_default();
        ("index", format!("which index `{name}` uses"))
    } else if generated {
        ("generated", "which a generated column uses".to_owned())
    } else if pointed_at {
        ("foreign-key", "which another table points at".to_owned())
    } else if !known.open && known.columns.len() == 1 {
        ("only", "the only one".to_owned())
    } else {
        return None;
    };
    let note =
        Note::new(format!("{} drops `{table}.{column}`, {says}: SQLite refuses that", view.who()))
            .cause(cause)
            .certainty(Certainty::Certain)
            .within(ObjectKind::Column, table, column);
    Some(match index.and_then(|index| index.name.as_ref()) {
        Some(name) if !is_key => {
            note.run("Drop the index first.", Language::Sql, format!("DROP INDEX {name};"))
        }
        _ => note.step("Build the table anew without the column."),
    })
}
