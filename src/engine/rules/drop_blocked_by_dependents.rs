//! A drop that the database refuses, since something else needs what goes.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, DropKind, Op};
use crate::engine::schema::{ForeignKey, Ident, ObjectKind as Kind, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-blocked-by-dependents"),
    severity: Severity::Blocker,
    summary: "Drops or empties something that a foreign key, a view or a column still needs.",
    why: "Without CASCADE the database refuses it, and with CASCADE it would take the others along.",
    instead: "Drop what depends on it first, each by its own name, in the right order.",
    fires: "
=== prod.sql role:prod
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
=== plan.sql role:plan
DROP TABLE customers;
--^^^^^^^^^^^^^^^^^^^ drop-blocked-by-dependents
",
    silent: "
=== prod.sql role:prod
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
=== plan.sql role:plan
DROP TABLE orders;
DROP TABLE customers;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (what, needs) = blocked(view)?;
    let (first, certainty) = match needs.as_slice() {
        [] => return None,
        [Need { sure: false, .. }, ..] => (needs.first()?, Certainty::Likely),
        _ => (needs.first()?, Certainty::Certain),
    };
    let more = match needs.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let mut note = Note::new(format!(
        "{} drops or empties {what}, which {}{more} needs: it fails",
        view.who(),
        first.what
    ))
    .certainty(certainty)
    .because(needs.iter().map(|need| Evidence::text(format!("Needs it: {}", need.what))));
    for table in view.step.op.tables() {
        note = note.table(table);
    }
    for need in &needs {
        note = match &need.drop {
            Some(sql) => {
                note.run(format!("Take {} out first.", need.what), Language::Sql, sql.clone())
            }
            None => note.step(format!(
                "Drop {} first, and make it again afterwards where it is still wanted.",
                need.what
            )),
        };
    }
    Some(note.step("Then run this step."))
}

/// What needs the thing, and how to take that out.
struct Need {
    what: String,
    drop: Option<String>,
    sure: bool,
}

/// What goes, and what needs it.
fn blocked(view: &StepView<'_>) -> Option<(String, Vec<Need>)> {
    // SQLite drops what others point at, and empties it before.
    let has_keys = view.dialect() != Dialect::Sqlite;
    Some(match &view.step.op {
        Op::DropTable { table, cascade: false, .. } => {
            let mut needs = if has_keys { keys(view, table, &|_| true) } else { Vec::new() };
            needs.extend(views(view, &[table.name.as_str()]));
            (format!("`{table}`"), needs)
        }
        Op::Truncate { tables, cascade: false, .. } if has_keys => {
            let needs = tables.iter().flat_map(|table| keys(view, table, &|_| true));
            let needs: Vec<Need> = needs.collect();
            (format!("`{}`", tables.first()?), needs)
        }
        Op::DropColumn { table, column, cascade: false, .. } => {
            let own = |key: &ForeignKey| key.ref_columns.contains(column);
            let mut needs = if has_keys { keys(view, table, &own) } else { Vec::new() };
            needs.extend(views(view, &[table.name.as_str(), column.as_str()]));
            (format!("`{table}.{column}`"), needs)
        }
        Op::DropConstraint { table, name, cascade: false, .. } if has_keys => {
            let found = view.before.columns_of(table)?.0;
            let known = found.constraints.iter().find(|known| known.name.as_ref() == Some(name))?;
            let (ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns }) =
                &known.kind
            else {
                return None;
            };
            let same = |key: &ForeignKey| {
                key.ref_columns.len() == columns.len()
                    && key.ref_columns.iter().all(|column| columns.contains(column))
            };
            (format!("`{name}`"), keys(view, table, &same))
        }
        Op::DropOther { kind: DropKind::Type, name, cascade: false } => {
            (format!("type `{name}`"), columns_of(view, name))
        }
        _ => return None,
    })
}

/// Foreign keys of other tables that point at this one. Tables that the same statement names go with it.
fn keys(
    view: &StepView<'_>,
    table: &TableName,
    is_meant: &dyn Fn(&ForeignKey) -> bool,
) -> Vec<Need> {
    let mut together: Vec<&TableName> =
        view.beside_it().flat_map(|step| step.op.tables()).collect();
    together.extend(view.step.op.tables());
    let mut needs = Vec::new();
    for (other, found) in &view.before.schema().tables {
        if together.contains(&other) || view.before.has_table(other) != Some(true) {
            continue;
        }
        for constraint in &found.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            if &key.ref_table != table || !is_meant(key) {
                continue;
            }
            let name = constraint.name.as_ref().map(Ident::as_str).unwrap_or("…");
            needs.push(Need {
                what: format!("foreign key `{name}` of `{other}`"),
                drop: Some(format!("ALTER TABLE {other} DROP CONSTRAINT {name};")),
                sure: true,
            });
        }
    }
    needs
}

/// Views whose definitions name all of these words.
fn views(view: &StepView<'_>, words: &[&str]) -> Vec<Need> {
    if view.dialect() != Dialect::PostgreSql {
        return Vec::new();
    }
    let is_view = |kind: Kind| matches!(kind, Kind::View | Kind::MaterializedView);
    let objects = view.before.schema().objects.iter();
    let found = objects.filter(|(name, object)| is_view(name.kind) && object.mentions(words));
    found
        .map(|(name, _)| Need {
            what: format!("{} `{}`", name.kind.word(), name.name),
            drop: None,
            sure: false,
        })
        .collect()
}

fn columns_of(view: &StepView<'_>, name: &str) -> Vec<Need> {
    let tables = view.before.schema().tables.iter();
    let known = tables.filter(|(table, _)| view.before.has_table(table) == Some(true));
    let columns = known.flat_map(|(table, found)| {
        let typed = found.columns.iter().filter(|column| {
            column.data_type.as_deref().is_some_and(|own| own.trim_end_matches("[]") == name)
        });
        typed.map(move |column| format!("column `{table}.{}`", column.name))
    });
    columns.map(|what| Need { what, drop: None, sure: true }).collect()
}
