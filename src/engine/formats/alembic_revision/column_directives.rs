//! Directives on columns (alembic.md 4.2).

use crate::engine::dialects::Dialect;
use crate::engine::op::conventions::Given;
use crate::engine::op::{self, ConstraintKind, Detail, Op};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::schema::{Constraint, Ident, TableName};

use super::arguments::Arguments;
use super::columns;
use super::context::Context;
use super::kept;
use super::mysql_columns;
use super::naming::{Place, Unnamed};
use super::sql_text::{self, ServerDefault};
use super::table_directives::{made_index, open_part};
use super::types;

/// The column, then its constraints save primary keys, then its index. Its type is not created.
pub(super) fn add_column(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let value = given.get("column").ok_or("no column")?;
    let if_not_exists = given.flag(context, "if_not_exists")?;
    let inline_key = given.flag(context, "inline_primary_key")?;
    let inline_references = given.flag(context, "inline_references")?;
    let mut read = columns::column(context, value).ok_or("a computed column")?;
    if read.in_key {
        read.make_serial(true, context.dialect);
    }
    if context.dialect == Dialect::Sqlite && given.batch.is_none() {
        // Alembic passes over the checks of types there, and stops at any other constraint.
        read.constraints.retain(|one| one.of_type.is_none());
        let inline = |one: &Unnamed| matches!(one.kind, ConstraintKind::Check(_));
        let beside = read.constraints.iter().any(|one| !inline(one));
        if (beside && !inline_references) || (read.unique && !read.index) {
            return Err("a constraint, which SQLite cannot add outside of a batch".to_owned());
        }
    }
    let name = read.column.name.clone();
    let column = read.column.clone();
    let mut ops = vec![Op::AddColumn { table: table.clone(), column, if_not_exists }];
    if read.in_key && inline_key {
        // Written inside the column, where no convention names it.
        let kind = ConstraintKind::PrimaryKey { columns: vec![name.clone()] };
        ops.push(Op::AddConstraint { table: table.clone(), name: None, kind, validated: true });
    }
    let schema = given.schema(context);
    let place = Place { table: &table, schema: schema.as_deref(), keys: &[], is_alone: false };
    let beside = read.take_beside(context, place);
    for mut made in beside.constraints {
        if inline_references && matches!(made.kind, ConstraintKind::ForeignKey(_)) {
            made.name = None;
        }
        ops.extend(kept::added(&table, made, true));
    }
    ops.extend(beside.sequence);
    ops.extend(beside.index.map(|index| made_index(&table, index)));
    ops.extend(beside.open.into_iter().map(|what| open_part(&table, what)));
    ops.extend(placed(context, given, (&table, &name)));
    Ok(ops)
}

/// Where a column stands that a batch adds: only in a table that is made anew, which is SQLite's.
fn placed(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    (table, column): (&TableName, &Ident),
) -> Option<Op> {
    if given.batch.is_none() || context.dialect != Dialect::Sqlite {
        return None;
    }
    if given.get("insert_before").is_some() {
        return Some(open_part(table, ["where `", column.as_str(), "` stands"].concat()));
    }
    let after = context.text(given.get("insert_after")?).map(Ident::exact);
    let detail = Detail::Place(column.clone(), Some(after?));
    Some(Op::Detail { table: table.clone(), detail })
}

pub(super) fn drop_column(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let column = Ident::exact(given.text(context, "column_name")?);
    let if_exists = given.flag(context, "if_exists")?;
    Ok(vec![Op::DropColumn { table, column, if_exists, cascade: false }])
}

/// In the order in which PostgreSQL gets the statements: type, nullability, default, comment, rename.
pub(super) fn alter_column(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let column = Ident::exact(given.text(context, "column_name")?);
    if given.open_kwargs {
        return Err("`**` arguments".to_owned());
    }
    match context.dialect {
        Dialect::PostgreSql => {}
        Dialect::MySql => return of_mysql(context, given, (&table, &column)),
        Dialect::Sqlite => only_renames(given)?,
    }
    let mut ops = Vec::new();
    let (t, c) = (|| table.clone(), || column.clone());
    if let Some(value) = given.get("type_").filter(|value| value.kind != PyKind::None) {
        let using = given.get("postgresql_using").and_then(|using| context.text(using));
        let to = types::read(context, value);
        if let Some(value) = given.get("existing_type") {
            let from = types::read(context, value);
            ops.extend(check_of_type(context, given, (&table, &column), from)?.map(|made| {
                let (made, if_exists, cascade) = (made.name.unwrap_or_default(), false, false);
                Op::DropConstraint { table: t(), name: made, if_exists, cascade }
            }));
        }
        let spelled = to.spelled.clone();
        ops.push(Op::AlterColumnType { table: t(), column: c(), to: spelled, using });
        let made = check_of_type(context, given, (&table, &column), to)?;
        ops.extend(made.map(|Constraint { name, kind, .. }| Op::AddConstraint {
            table: t(),
            name,
            kind,
            validated: true,
        }));
    }
    if let Some(value) = given.get("nullable") {
        match context.fold(value).kind {
            PyKind::Bool(true) => ops.push(Op::DropNotNull { table: t(), column: c() }),
            PyKind::Bool(false) => ops.push(Op::SetNotNull { table: t(), column: c() }),
            PyKind::None => {}
            _ => return Err("a computed `nullable`".to_owned()),
        }
    }
    default(context, given, (&table, &column), &mut ops);
    if let Some(value) = given.get("comment").map(|value| context.fold(value))
        && value.kind != PyKind::Bool(false)
    {
        let comment = value.as_str().map(str::to_owned).filter(|text| !text.is_empty());
        if value.as_str().is_none() && value.kind != PyKind::None {
            return Err("a computed comment".to_owned());
        }
        ops.push(Op::SetComment { table: t(), column: c(), comment });
    }
    if given.get("new_column_name").is_some_and(|value| value.kind != PyKind::None) {
        let to = Ident::exact(given.text(context, "new_column_name")?);
        ops.push(Op::RenameColumn { table: t(), from: c(), to });
    }
    if ops.is_empty() {
        let what = format!("changes nothing of column `{column}`");
        ops.push(Op::WithinTable { table, what, harmless: true });
    }
    Ok(ops)
}

/// The whole column, and the check that its new type asks for: Alembic leaves that of the old one there.
fn of_mysql(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    (table, column): (&TableName, &Ident),
) -> Result<Vec<Op>, String> {
    let mut ops = mysql_columns::alter(context, given, (table, column))?;
    if let Some(value) = given.get("type_").filter(|value| value.kind != PyKind::None) {
        let to = types::read(context, value);
        let made = check_of_type(context, given, (table, column), to)?;
        ops.extend(made.map(|Constraint { name, kind, .. }| {
            let table = table.clone();
            Op::AddConstraint { table, name, kind, validated: true }
        }));
    }
    Ok(ops)
}

/// SQLite's ALTER TABLE knows nothing else; what Alembic sends outside of a batch is a syntax error there.
fn only_renames(given: &Arguments<'_>) -> Result<(), String> {
    let changes = ["type_", "nullable", "server_default", "comment"];
    let is_given = |name: &&str| {
        let absent = |value: &PyValue| match *name {
            "type_" | "nullable" => value.kind == PyKind::None,
            _ => value.kind == PyKind::Bool(false),
        };
        given.get(name).is_some_and(|value| !absent(value))
    };
    match changes.iter().find(|name| given.batch.is_none() && is_given(name)) {
        Some(name) => Err(format!("`{name}`, which SQLite refuses outside of a batch")),
        None => Ok(()),
    }
}

/// The check that a type asks for: it goes with the old type and comes with the new one. Alembic passes over
/// one without a name.
fn check_of_type(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    (table, column): (&TableName, &Ident),
    read: types::ReadType,
) -> Result<Option<Constraint>, String> {
    let Some((name, values)) = read.check.filter(|(name, _)| *name != Given::Absent) else {
        return Ok(None);
    };
    let values = values.ok_or("a check of computed values")?;
    let schema = given.schema(context);
    let check = columns::values_check(column, name, &values);
    match check.on(context, Place::alone(table, schema.as_deref())) {
        (made, None) => Ok(Some(made)),
        (_, Some(why)) => Err(why),
    }
}

/// `server_default`: `False` is how the directive spells "not given".
fn default(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    (table, column): (&TableName, &Ident),
    ops: &mut Vec<Op>,
) {
    let Some(value) = given.get("server_default").map(|value| context.object_of(value)) else {
        return;
    };
    let (t, c) = (|| table.clone(), || column.clone());
    if value.kind == PyKind::Bool(false) {
        return;
    }
    if let Some(call) = value.as_call()
        && call.function.last_name() == Some("Identity")
    {
        let identity = columns::identity_kind(context, call);
        if identity.is_none() {
            ops.push(open_part(table, format!("the identity of `{column}`")));
        }
        ops.push(Op::SetIdentity { table: t(), column: c(), identity, sequence: None });
        return;
    }
    let had_identity = given
        .call
        .keyword("existing_server_default")
        .map(|value| context.object_of(value))
        .is_some_and(|value| {
            value.as_call().is_some_and(|call| call.function.last_name() == Some("Identity"))
        });
    match sql_text::server_default(context, &value) {
        ServerDefault::Absent if had_identity => {
            ops.push(Op::SetIdentity { table: t(), column: c(), identity: None, sequence: None });
        }
        ServerDefault::Absent => ops.push(Op::DropDefault { table: t(), column: c() }),
        ServerDefault::Sql(default) => {
            ops.push(Op::SetDefault { table: t(), column: c(), default });
        }
        ServerDefault::Unknown(default) => {
            ops.push(Op::SetDefault { table: t(), column: c(), default });
            ops.push(open_part(table, op::default_of(column)));
        }
    }
}
