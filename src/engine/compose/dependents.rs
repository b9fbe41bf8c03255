//! A table → what hangs on it: foreign keys, views, sequences, what else goes with it, and its enum types.

use crate::engine::case::Case;
use crate::engine::schema::{
    Dependent, How, Ident, ObjectKind, Schema, TableName, dependents as dependents_of,
};
use crate::wire::ObjectRef;

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
    let mut found: Vec<[String; 2]> = dependents_of(schema, table, None).iter().map(told).collect();
    let is_told = |kind| matches!(kind, ObjectKind::Trigger | ObjectKind::Policy);
    for object in schema.objects.keys().filter(|object| object.table.as_ref() == Some(table)) {
        if !is_told(object.kind) {
            found.push([object.kind.word().to_owned(), object.name.to_string()]);
        }
    }
    let columns = schema.tables.get(table).into_iter().flat_map(|inside| &inside.columns);
    let types: Vec<&str> = columns.filter_map(|column| column.data_type.as_deref()).collect();
    for name in schema.enums.keys().filter(|name| types.contains(&name.to_string().as_str())) {
        found.push(["uses type".to_owned(), name.to_string()]);
    }
    found
}

/// How, and what.
fn told(dependent: &Dependent) -> [String; 2] {
    let how = match dependent.how {
        How::ForeignKey => "foreign key",
        How::View => "view reads it",
        How::Sequence => "sequence",
        How::Partition => "partition",
        How::Child => "inherits",
        How::Trigger => "trigger",
        How::Policy => "policy",
        How::Index => "index",
        How::Constraint => "constraint",
        How::Computed => "computed column",
    };
    let object = &dependent.object;
    let what = match (dependent.how, &object.name) {
        (How::ForeignKey, _) => {
            let of = ObjectRef { name: None, ..object.clone() }.label();
            let columns: Vec<&str> = dependent.columns.iter().map(Ident::as_str).collect();
            [&of, ".", &columns.join(", ")].concat()
        }
        (How::Trigger | How::Policy, Some(name)) => name.clone(),
        _ => object.label(),
    };
    [how.to_owned(), what]
}
