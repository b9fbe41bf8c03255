//! Directives on columns (alembic.md 4.2).

use crate::engine::op::{ConstraintKind, Op};
use crate::engine::python::PyKind;
use crate::engine::schema::Ident;

use super::arguments::Arguments;
use super::columns::{self, keyword, last_name};
use super::context::Context;
use super::sql_text::{self, ServerDefault};
use super::table_directives::open_part;
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
    let mut read = columns::column(context, value).ok_or("a computed column")?;
    if read.in_key {
        read.make_serial(true);
    }
    let name = read.column.name.clone();
    let column = read.column.clone();
    let mut ops = vec![Op::AddColumn { table: table.clone(), column, if_not_exists }];
    if read.in_key && inline_key {
        let kind = ConstraintKind::PrimaryKey { columns: vec![name] };
        ops.push(Op::AddConstraint { table: table.clone(), name: None, kind, validated: true });
    }
    for made in &read.constraints {
        let (name, kind) = (made.name.clone(), made.kind.clone());
        ops.push(Op::AddConstraint { table: table.clone(), name, kind, validated: true });
    }
    ops.extend(read.beside(&table));
    ops.extend(read.open.into_iter().map(|what| open_part(&table, what)));
    Ok(ops)
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
    let mut ops = Vec::new();
    let (t, c) = (|| table.clone(), || column.clone());
    if let Some(value) = given.get("type_").filter(|value| value.kind != PyKind::None) {
        let using = given.get("postgresql_using").and_then(|using| context.text(using));
        let to = types::read(context, value).spelled;
        ops.push(Op::AlterColumnType { table: t(), column: c(), to, using });
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
    if given.open_kwargs {
        return Err("`**` arguments".to_owned());
    }
    if ops.is_empty() {
        let what = format!("changes nothing of column `{column}`");
        ops.push(Op::WithinTable { table, what, harmless: true });
    }
    Ok(ops)
}

/// `server_default`: `False` is how the directive spells "not given".
fn default(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    (table, column): (&crate::engine::schema::TableName, &Ident),
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
        && last_name(&call.function) == Some("Identity")
    {
        let identity = columns::identity_kind(context, call);
        if identity.is_none() {
            ops.push(open_part(table, format!("the identity of `{column}`")));
        }
        ops.push(Op::SetIdentity { table: t(), column: c(), identity, sequence: None });
        return;
    }
    let had_identity = keyword(given.call, "existing_server_default")
        .map(|value| context.object_of(value))
        .is_some_and(|value| {
            value.as_call().is_some_and(|call| last_name(&call.function) == Some("Identity"))
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
            ops.push(open_part(table, format!("the default of `{column}`")));
        }
    }
}
