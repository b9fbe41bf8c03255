//! Directives of other packages on types and views (alembic.md 4.7).

use crate::engine::op::{DropKind, EnumPlace, Op};
use crate::engine::python::PyKind;
use crate::engine::schema::{Ident, TableName};

use super::arguments::Arguments;
use super::context::Context;

/// alembic-postgresql-enum names the schema first.
fn enum_name(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<TableName, String> {
    let schema = given.text(context, "enum_schema").unwrap_or_else(|_| "public".to_owned());
    let name = Ident::exact(given.text(context, "enum_name")?);
    Ok(TableName::qualified(Ident::exact(schema), name, "public"))
}

pub(super) fn add_enum_value(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let name = enum_name(context, given)?;
    let value = given.text(context, "new_value")?;
    let before = given.get("before_value").filter(|value| value.kind != PyKind::None);
    let place = match before {
        None => EnumPlace::Last,
        Some(_) => EnumPlace::Before(given.text(context, "before_value")?),
    };
    Ok(vec![Op::AddEnumValue { name, value, place, if_not_exists: false }])
}

pub(super) fn sync_enum_values(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let name = enum_name(context, given)?;
    let values = given.columns(context, "new_values").map_err(|_| "computed values".to_owned())?;
    let values = values.into_iter().map(|value| value.0).collect();
    Ok(vec![Op::SetEnumValues { name, values }])
}

/// The view that an entity of alembic-utils is; other entities have no room in a schema.
fn view(context: &mut Context<'_>, given: &Arguments<'_>) -> Option<(DropKind, TableName)> {
    let value = context.object_of(given.get("entity")?);
    let call = value.as_call()?;
    let kind = match call.function.last_name()? {
        "PGView" => DropKind::View,
        "PGMaterializedView" => DropKind::MaterializedView,
        _ => return None,
    };
    let name = call.keyword("signature").and_then(|given| context.text(given))?;
    let schema = call.keyword("schema").and_then(|given| context.text(given));
    let schema = Ident::exact(schema.unwrap_or_else(|| "public".to_owned()));
    Some((kind, TableName::qualified(schema, Ident::exact(name), "public")))
}

pub(super) fn create_entity(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    Ok(vec![match view(context, given) {
        Some((kind, name)) => Op::CreateOther { kind, name },
        None => Op::Neutral { what: "creates a function, trigger or policy" },
    }])
}

pub(super) fn drop_entity(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    Ok(vec![match view(context, given) {
        Some((kind, name)) => Op::DropOther { kind, name: name.to_string(), cascade: false },
        None => Op::Neutral { what: "drops a function, trigger or policy" },
    }])
}
