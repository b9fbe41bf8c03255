//! Directives on indexes and constraints (alembic.md 4.3, 4.4).

use crate::engine::op::{ConstraintKind, Op};
use crate::engine::python::PyValue;
use crate::engine::schema::{Ident, IndexPart, TableName};
use crate::engine::sql;

use super::arguments::Arguments;
use super::columns;
use super::constraints;
use super::context::Context;
use super::sql_text;
use super::table_directives::named;

pub(super) fn create_index(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let name = given.name(context, "index_name")?;
    let columns: &PyValue = given.get("columns").ok_or("no columns")?;
    let items = context.scope.items(columns).ok_or("computed columns")?;
    let parts: Option<Vec<IndexPart>> =
        items.iter().map(|item| constraints::part(context, item)).collect();
    let parts = parts.ok_or("computed columns")?;
    let unique = given.flag(context, "unique")?;
    let concurrently = given.flag(context, "postgresql_concurrently")?;
    let if_not_exists = given.flag(context, "if_not_exists")?;
    let mut index = constraints::index(context, name, parts, given.call);
    index.unique = unique;
    if index.filter.is_none() && given.get("postgresql_where").is_some() {
        return Err("a computed condition".to_owned());
    }
    let index = named(&table, index);
    Ok(vec![Op::CreateIndex { table, index, if_not_exists, concurrently }])
}

pub(super) fn drop_index(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let name = Ident::exact(given.text(context, "index_name")?);
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

pub(super) fn create_foreign_key(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let ref_table =
        given.qualified(context, given.get("referent_table"), given.get("referent_schema"))?;
    let validated = !given.flag(context, "postgresql_not_valid")?;
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
    let kind = constraints::exclusion(context, &elements).ok_or("computed elements")?;
    constraint(context, given, kind, true)
}

fn constraint(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    kind: ConstraintKind,
    validated: bool,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    if given.open_args {
        return Err("`*` arguments".to_owned());
    }
    let name = given.name(context, "constraint_name")?;
    Ok(vec![Op::AddConstraint { table, name, kind, validated }])
}

pub(super) fn drop_constraint(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let name = Ident::exact(given.text(context, "constraint_name")?);
    let if_exists = given.flag(context, "if_exists")?;
    Ok(vec![Op::DropConstraint { table, name, if_exists, cascade: false }])
}
