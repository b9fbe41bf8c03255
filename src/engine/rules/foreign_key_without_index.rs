//! A foreign key whose own columns have no index.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::ConstraintKind;
use crate::engine::schema::{Ident, Table, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, made, words};

pub static RULE: Rule = Rule {
    name: RuleName("foreign-key-without-index"),
    severity: Severity::Warning,
    summary: "Adds a foreign key whose columns lead no index.",
    why: "Each delete or change of a key in the other table reads this one from end to end, and holds its locks as long.",
    instead: "Add an index that begins with the columns of the key.",
    fires: "
=== plan.sql role:plan
CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ foreign-key-without-index
",
    silent: "
=== plan.sql role:plan
CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));
CREATE INDEX lines_order ON lines (order_id);
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    // MySQL makes one by itself.
    if view.dialect() == Dialect::MySql {
        return Vec::new();
    }
    let keys =
        made::constraints(&view.step.op).into_iter().filter_map(|(table, _, kind)| match kind {
            ConstraintKind::ForeignKey(key) => Some((table, key.columns.as_slice())),
            _ => None,
        });
    let bare = keys.filter(|(table, columns)| {
        // Of a table whose indexes are not all known, nobody can say.
        view.after
            .tables
            .get(*table)
            .is_some_and(|found| !found.open && !is_covered(found, columns))
    });
    bare.map(|(table, columns)| note(view, table, columns)).collect()
}

fn is_covered(table: &Table, columns: &[Ident]) -> bool {
    let leads = |own: &[Ident]| {
        own.get(..columns.len())
            .is_some_and(|first| columns.iter().all(|column| first.contains(column)))
    };
    table.constraints.iter().any(|known| match &known.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            leads(columns)
        }
        _ => false,
    }) || table.indexes.iter().any(|index| {
        let all = index
            .filter
            .as_ref()
            .is_none_or(|filter| filter.text.to_lowercase().contains("is not null"));
        let first: Vec<Ident> = index
            .parts
            .iter()
            .map_while(|part| match part {
                crate::engine::schema::IndexPart::Column(name) => Some(name.clone()),
                crate::engine::schema::IndexPart::Expression(_) => None,
            })
            .collect();
        all && !index.invalid && leads(&first)
    })
}

fn note(view: &StepView<'_>, table: &TableName, columns: &[Ident]) -> Note {
    let list = words::sql(columns);
    let is_made = matches!(&view.step.op, crate::engine::op::Op::CreateTable { .. });
    let concurrently = match view.dialect() {
        Dialect::PostgreSql if !view.fresh.has_table(table) && !is_made => "CONCURRENTLY ",
        _ => "",
    };
    Note::new(format!(
        "{} adds a foreign key from `{table}` ({list}), and no index begins with that",
        view.who()
    ))
    .certainty(Certainty::Certain)
    .table(table)
    .run(
        "Add an index.",
        Language::Sql,
        format!("CREATE INDEX {concurrently}ON {table} ({list});"),
    )
}
