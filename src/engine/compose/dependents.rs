//! A table → what hangs on it: foreign keys, views, sequences, what else goes with it, and its enum types.

use crate::engine::case::Case;
use crate::engine::schema::{ConstraintKind, ObjectKind, Schema, TableName};

/// Returns how and what, for people. The schema is the one before a revision where one is named and has the
/// table; then the one the plan is for; then the chain's head.
pub fn dependents(case: &Case, revision: Option<&str>, table: &str) -> Vec<[String; 2]> {
    let before = revision.and_then(|id| {
        let (chain, ix) = case.chains.iter().find_map(|it| Some((it, it.find(id)?)))?;
        Some(chain.schema_at(&chain.graph.normal_parents(ix)).0)
    });
    let planned = case.before_plan().schema().clone();
    let head =
        case.main_chain().and_then(|main| Some(case.chains.get(main)?.replay.last().clone()));
    let mut schemas = before.into_iter().chain([planned]).chain(head);
    schemas.find_map(|schema| Some(of(&schema, named(&schema, table)?))).unwrap_or_default()
}

fn named<'a>(schema: &'a Schema, table: &str) -> Option<&'a TableName> {
    let plain = table.strip_prefix("public.").unwrap_or(table);
    schema.tables.keys().find(|name| name.to_string() == plain)
}

fn of(schema: &Schema, table: &TableName) -> Vec<[String; 2]> {
    let mut found = Vec::new();
    let mut add = |how: &str, what: String| found.push([how.to_owned(), what]);
    for (other, inside) in schema.tables.iter().filter(|(other, _)| *other != table) {
        for constraint in &inside.constraints {
            if let ConstraintKind::ForeignKey(key) = &constraint.kind
                && key.ref_table == *table
            {
                let columns: Vec<&str> = key.columns.iter().map(|name| name.as_str()).collect();
                add("foreign key", [&other.to_string(), ".", &columns.join(", ")].concat());
            }
        }
        if inside.partition_of.as_ref().is_some_and(|(parent, _)| parent == table) {
            add("partition", other.to_string());
        } else if inside.inherits.contains(table) {
            add("inherits", other.to_string());
        }
    }
    for (object, inside) in &schema.objects {
        let is_view = matches!(object.kind, ObjectKind::View | ObjectKind::MaterializedView);
        if object.table.as_ref() == Some(table) {
            add(object.kind.word(), object.name.to_string());
        } else if is_view && inside.mentions(&[table.name.as_str()]) {
            add("view reads it", object.name.to_string());
        }
    }
    let owned = schema
        .sequences
        .iter()
        .filter(|(_, owner)| owner.as_ref().is_some_and(|(owner, _)| owner == table));
    for (sequence, _) in owned {
        add("sequence", sequence.to_string());
    }
    let columns = schema.tables.get(table).into_iter().flat_map(|inside| &inside.columns);
    let types: Vec<&str> = columns.filter_map(|column| column.data_type.as_deref()).collect();
    for name in schema.enums.keys().filter(|name| types.contains(&name.to_string().as_str())) {
        add("uses type", name.to_string());
    }
    found
}
