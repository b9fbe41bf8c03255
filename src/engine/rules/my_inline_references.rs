//! A foreign key that MySQL reads and does not make.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Op, Work};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, way};

pub static RULE: Rule = Rule {
    name: RuleName("my-inline-references"),
    severity: Severity::Danger,
    summary: "Writes a foreign key beside a column, where MySQL before 9.0 passes over it.",
    why: "The server takes the statement and makes no constraint, so nothing keeps rows from pointing nowhere.",
    instead: "Write the foreign key as a constraint of the table.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
CREATE TABLE notes (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-inline-references
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
CREATE TABLE notes (id bigint PRIMARY KEY, order_id bigint, FOREIGN KEY (order_id) REFERENCES orders (id));
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Upkeep { work: Work::InlineReferences(column), on, .. } = &view.step.op else {
        return None;
    };
    let table = on.first()?;
    let version = view.case.server_version();
    // MySQL makes it from 9.0 on, and so does MariaDB, whose versions are all above.
    if view.dialect() != Dialect::MySql || version.is_some_and(|(major, _)| major >= 9) {
        return None;
    }
    let (name, own) = (view.quoted(table), way::columns(std::slice::from_ref(column)));
    let key = key_of(view, table, column).unwrap_or_default();
    let note = Note::new(format!(
        "{} writes a foreign key beside `{table}.{column}`, and MySQL makes none",
        view.who()
    ))
    .certainty(if version.is_some() { Certainty::Certain } else { Certainty::Likely })
    .within(ObjectKind::Column, table, column)
    .because(version.is_none().then(|| {
        Evidence::text("Which server it is, no input says; MariaDB and MySQL from 9.0 on make it")
    }));
    let to = if key.is_empty() { "… (…)".to_owned() } else { key };
    Some(note.run(
        "Write it as a constraint of the table.",
        Language::Sql,
        format!("ALTER TABLE {name} ADD FOREIGN KEY ({own}) REFERENCES {to};"),
    ))
}

/// What the same statement points at.
fn key_of(view: &StepView<'_>, table: &TableName, column: &Ident) -> Option<String> {
    let known = view.before.schema().tables.get(table)?;
    known.constraints.iter().find_map(|one| match &one.kind {
        ConstraintKind::ForeignKey(key)
            if key.columns.as_slice() == std::slice::from_ref(column) =>
        {
            let to = view.quoted(&key.ref_table);
            Some(format!("{to} ({})", way::columns(&key.ref_columns)))
        }
        _ => None,
    })
}
