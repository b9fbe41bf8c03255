//! Directives on indexes and constraints (alembic.md 4.3, 4.4).

use crate::engine::dialects::Dialect;
use crate::engine::op::conventions::Given;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::schema::{
    Constraint, ConstraintTraits, Expression, ForeignKey, Ident, IndexPart, TableName,
};
use crate::engine::sql;

use super::arguments::Arguments;
use super::columns;
use super::constraints;
use super::context::Context;
use super::kept;
use super::naming::{self, Place, Unnamed};
use super::sql_text;
use super::table_directives::open_part;

pub(super) fn create_index(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let name = given.name(context, "index_name")?;
    let schema = given.schema(context);
    let columns: &PyValue = given.get("columns").ok_or("no columns")?;
    let items = context.scope.items(columns).ok_or("computed columns")?;
    let parts: Option<Vec<IndexPart>> =
        items.iter().map(|item| constraints::part(context, item)).collect();
    let parts = parts.ok_or("computed columns")?;
    let unique = given.flag(context, "unique")?;
    let concurrently = given.flag(context, "postgresql_concurrently")?;
    let if_not_exists = given.flag(context, "if_not_exists")?;
    let texts: Vec<Option<String>> =
        items.iter().map(|item| naming::text_of(context, item)).collect();
    let mut index = constraints::index(context, parts, given.call);
    index.unique = unique;
    let filter = format!("{}_where", context.dialect.word());
    if index.filter.is_none() && given.get(&filter).is_some_and(|v| v.kind != PyKind::None) {
        return Err("a computed condition".to_owned());
    }
    constraints::known_options(context, given.call)?;
    if let Some(twice) = constraints::repeated(&index.parts) {
        return Err(format!("the column `{twice}` twice, which Alembic refuses"));
    }
    let place = Place::alone(&table, schema.as_deref());
    let (made, open) = naming::of_index(context, place, &name, (&index.parts, &texts));
    index.name = made;
    let open = open.map(|what| open_part(&table, what));
    let tablespace = given.get("postgresql_tablespace");
    let tablespace = tablespace.filter(|_| context.dialect == Dialect::PostgreSql);
    let kept = match tablespace.map(|value| context.fold(value)) {
        None => None,
        Some(value) if value.kind == PyKind::None => None,
        Some(value) => index.name.clone().zip(value.as_str().map(Ident::exact)).map_or_else(
            || Some(open_part(&table, "the tablespace of an index".to_owned())),
            |(name, place)| {
                let own = TableName { schema: table.schema.clone(), name };
                Some(Op::place_of_index(own, &place))
            },
        ),
    };
    let op = Op::CreateIndex { table, index, if_not_exists, concurrently };
    Ok([op].into_iter().chain(kept).chain(open).collect())
}

pub(super) fn drop_index(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let name = dropped_index(context, given)?;
    let concurrently = given.flag(context, "postgresql_concurrently")?;
    let if_exists = given.flag(context, "if_exists")?;
    let schema = match &given.batch {
        Some(table) => table.as_ref().and_then(|table| table.schema.clone()),
        None => match given.get("schema") {
            Some(schema) => context.fold(schema).as_str().map(Ident::exact),
            None => None,
        },
    };
    let schema = schema.filter(|schema| schema.as_str() != "public");
    Ok(vec![Op::DropIndex { name: TableName { schema, name }, if_exists, concurrently }])
}

/// Alembic makes an index object to drop it, so a convention can be put around its name.
fn dropped_index(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Ident, String> {
    let name = given.name(context, "index_name")?;
    if name == Given::Absent {
        return Err("no index name".to_owned());
    }
    let table = given.table(context).unwrap_or_else(|_| TableName::plain(Ident::exact("no_table")));
    let place = Place::alone(&table, None);
    match naming::of_index(context, place, &name, (&[], &[])) {
        (Some(name), None) => Ok(name),
        (_, why) => Err(why.unwrap_or_else(|| "no index name".to_owned())),
    }
}

pub(super) fn create_foreign_key(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let ref_table =
        given.qualified(context, given.get("referent_table"), given.get("referent_schema"))?;
    let validated = !given.flag(context, "postgresql_not_valid")?;
    if context.dialect == Dialect::MySql && given.get("match").is_some() {
        return Err("`match`, which Alembic refuses on MySQL".to_owned());
    }
    let own = given.columns(context, "local_cols")?;
    let theirs = given.columns(context, "remote_cols")?;
    let key = columns::foreign_key(context, given.call, own, ref_table, theirs);
    constraint(context, given, ConstraintKind::ForeignKey(key), validated)
}

pub(super) fn create_primary_key(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let columns = given.columns(context, "columns")?;
    constraint(context, given, ConstraintKind::PrimaryKey { columns }, true)
}

pub(super) fn create_unique(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let columns = given.columns(context, "columns")?;
    constraint(context, given, ConstraintKind::Unique { columns }, true)
}

pub(super) fn create_check(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let validated = !given.flag(context, "postgresql_not_valid")?;
    let condition = given.get("condition").ok_or("no condition")?;
    let text = sql_text::condition(context, condition).ok_or("a computed condition")?;
    constraint(context, given, ConstraintKind::Check(sql::expression(&text)), validated)
}

pub(super) fn create_exclude(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let elements: Vec<PyValue> = given.rest.iter().map(|value| (*value).clone()).collect();
    let kind = constraints::exclusion(context, &elements, given.call).ok_or("computed elements")?;
    constraint(context, given, kind, true)
}

fn constraint(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    kind: ConstraintKind,
    validated: bool,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    needs_batch(context, given)?;
    if given.open_args {
        return Err("`*` arguments".to_owned());
    }
    let name = given.name(context, "constraint_name")?;
    let schema = given.schema(context);
    let place = Place::alone(&table, schema.as_deref());
    let traits = kept::traits(context, given.call).ok_or("computed arguments")?;
    let (mut made, open) = Unnamed { given: name, kind, traits, of_type: None }.on(context, place);
    let open = open.map(|what| open_part(&table, what));
    let is_usual = made.traits == ConstraintTraits::default();
    made.traits.not_valid = !validated && !is_usual;
    Ok(kept::added(&table, made, validated).into_iter().chain(open).collect())
}

/// SQLite's ALTER TABLE has no constraints; Alembic refuses.
fn needs_batch(context: &Context<'_>, given: &Arguments<'_>) -> Result<(), String> {
    match context.dialect == Dialect::Sqlite && given.batch.is_none() {
        true => Err("a constraint, which SQLite cannot change outside of a batch".to_owned()),
        false => Ok(()),
    }
}

pub(super) fn drop_constraint(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    needs_batch(context, given)?;
    let is_named = given.get("type_").is_some_and(|value| value.kind != PyKind::None);
    if context.dialect == Dialect::MySql && !is_named {
        return Err("no type of constraint, which Alembic requires on MySQL".to_owned());
    }
    let name = dropped_constraint(context, given, &table)?;
    let if_exists = given.flag(context, "if_exists")?;
    Ok(vec![Op::DropConstraint { table, name, if_exists, cascade: false }])
}

/// The name that is dropped. `type_` says which constraint Alembic makes of it, and so whether the
/// convention is put around its name; it has no columns.
fn dropped_constraint(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    table: &TableName,
) -> Result<Ident, String> {
    let name = given.name(context, "constraint_name")?;
    let none = TableName::plain(Ident::default());
    let kind = match given.get("type_").map(|word| context.fold(word)) {
        None => None,
        Some(word) => match word.as_str() {
            Some("check") => Some(ConstraintKind::Check(Expression::default())),
            Some("unique") => Some(ConstraintKind::Unique { columns: Vec::new() }),
            Some("primary") => Some(ConstraintKind::PrimaryKey { columns: Vec::new() }),
            Some("foreignkey") => Some(ConstraintKind::ForeignKey(ForeignKey {
                columns: Vec::new(),
                ref_table: none,
                ref_columns: Vec::new(),
                on_delete: None,
                on_update: None,
            })),
            Some(_) => return Err("a type of constraint that Alembic does not know".to_owned()),
            None if word.kind == PyKind::None => None,
            None => return Err("a computed type".to_owned()),
        },
    };
    let Some(kind) = kind else {
        return match name {
            Given::Plain(name) | Given::Final(name) => Ok(Ident::exact(name)),
            Given::Absent | Given::Unknown => Err("no constraint name".to_owned()),
        };
    };
    if name == Given::Absent && matches!(kind, ConstraintKind::ForeignKey(_)) {
        return Err("no constraint name".to_owned());
    }
    let schema = given.schema(context);
    let unnamed = Unnamed { given: name, kind, traits: Default::default(), of_type: None };
    match unnamed.on(context, Place::alone(table, schema.as_deref())) {
        (Constraint { name: Some(name), .. }, None) => Ok(name),
        (_, why) => Err(why.unwrap_or_else(|| "no constraint name".to_owned())),
    }
}
