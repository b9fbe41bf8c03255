//! A table that is built anew with less than it had.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Mutation, Op};
use crate::engine::schema::{Constraint, Index, TableName};
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("lite-rebuild-lossy"),
    severity: Severity::Danger,
    summary: "Builds a SQLite table anew without all that the old one has.",
    why: "What the new table does not have, or the copy leaves out, is gone when the old one is dropped.",
    instead: "Compare the two definitions, copy with the columns written out, and make every index again.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== prod.sql role:prod
CREATE TABLE orders (id integer PRIMARY KEY, note text);
=== plan.sql role:plan
PRAGMA foreign_keys = OFF;
CREATE TABLE new_orders (id integer PRIMARY KEY);
INSERT INTO new_orders (id) SELECT id FROM orders;
DROP TABLE orders;
--^^^^^^^^^^^^^^^^ lite-rebuild-lossy
ALTER TABLE new_orders RENAME TO orders;
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = sqlite:///shop.db
=== prod.sql role:prod
CREATE TABLE orders (id integer PRIMARY KEY, note text);
=== plan.sql role:plan
PRAGMA foreign_keys = OFF;
CREATE TABLE new_orders (id integer PRIMARY KEY, note text);
INSERT INTO new_orders (id, note) SELECT id, note FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropTable { table, .. } = &view.step.op else { return None };
    if view.dialect() != Dialect::Sqlite || view.fresh.is_empty(table) {
        return None;
    }
    let new = view.later.iter().find_map(|step| match &step.op {
        Op::RenameTable { from, to } if to == table => Some(from),
        _ => None,
    })?;
    let losses = losses(view, table, new);
    let (cause, first) = losses.first()?;
    let more = match losses.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    Some(
        Note::new(format!("{} builds `{table}` anew without {first}{more}", view.who()))
            .cause(cause)
            .certainty(Certainty::Certain)
            .table(table)
            .because(losses.iter().map(|(_, what)| Evidence::text(format!("Lost: {what}"))))
            .step("Write every column of the old table into the new one, and into both lists of the copy.")
            .step("Make every index, trigger and view of the old table again after the rename."),
    )
}

fn losses(view: &StepView<'_>, table: &TableName, new: &TableName) -> Vec<(&'static str, String)> {
    let (Some((old, _)), Some((made, true))) =
        (view.before.columns_of(table), view.before.columns_of(new))
    else {
        return Vec::new();
    };
    let absent = old.columns.iter().filter(|column| made.column(&column.name).is_none());
    let mut lost: Vec<(&str, String)> =
        absent.map(|column| ("column", format!("column `{}`", column.name))).collect();
    let copies = view.earlier.iter().any(|step| match &step.op {
        Op::Mutate { table: own, verb: Mutation::Insert, .. } => own == new,
        Op::Unknown { .. } => true,
        _ => false,
    });
    if !copies {
        lost.push(("no-copy", "its rows: nothing copies them".to_owned()));
    }
    let again = |index: &Index| {
        made.indexes.iter().any(|other| other.parts == index.parts)
            || view.later.iter().any(|step| match &step.op {
                Op::CreateIndex { table: own, index: other, .. } => {
                    own == table && other.parts == index.parts
                }
                _ => false,
            })
    };
    let indexes = old.indexes.iter().filter(|index| !again(index));
    lost.extend(
        indexes.filter_map(|index| Some(("index", format!("index `{}`", index.name.as_ref()?)))),
    );
    let count = |all: &[Constraint]| {
        all.iter().filter(|one| matches!(one.kind, ConstraintKind::Check(_))).count()
    };
    if count(&made.constraints) < count(&old.constraints) {
        lost.push(("check", "a check".to_owned()));
    }
    lost
}
