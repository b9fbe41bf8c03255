//! `alter_column` on MySQL, where a change repeats the whole column (alembic.md 4.2).

use crate::engine::op::{self, Op};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::schema::{Column, Ident, Identity, TableName};

use super::arguments::Arguments;
use super::context::Context;
use super::sql_text::{self, ServerDefault};
use super::table_directives::open_part;
use super::types;

/// Returns one MODIFY, CHANGE or ALTER as Alembic sends it; what is not repeated is lost.
pub(super) fn alter(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    (table, column): (&TableName, &Ident),
) -> Result<Vec<Op>, String> {
    let data_type = present(given, "type_").or_else(|| present(given, "existing_type"));
    let default = set(context, given, "server_default");
    let (renames, retypes) = (present(given, "new_column_name"), present(given, "type_"));
    let others = [present(given, "nullable"), retypes, present(given, "autoincrement")];
    let comments = set(context, given, "comment").is_some();
    let read = data_type.map(|value| types::read(context, value));
    let spelled = read.as_ref().and_then(|read| read.spelled.clone());
    // A default that is a function needs the whole column when it is one of dates.
    let dated = spelled.as_deref().is_some_and(|spelled| spelled.starts_with("datetime"));
    let functional = dated && default.as_ref().is_none_or(|value| value.kind != PyKind::None);
    if renames.is_none() && !comments && others.iter().all(Option::is_none) && !functional {
        return alone(context, table, column, default);
    }
    let Some(read) = read else {
        return Err("no existing type, which Alembic requires for a CHANGE on MySQL".to_owned());
    };
    let mut open: Vec<String> =
        read.refused.iter().map(|why| format!("`{column}` {why}")).collect();
    let nullable = present(given, "nullable").or_else(|| present(given, "existing_nullable"));
    let nullable = match nullable.map(|value| context.fold(value).kind) {
        None => true,
        Some(PyKind::Bool(truth)) => truth,
        Some(_) => return Err("a computed `nullable`".to_owned()),
    };
    let counts =
        present(given, "autoincrement").or_else(|| present(given, "existing_autoincrement"));
    let counts = counts.is_some_and(|value| context.fold(value).kind == PyKind::Bool(true));
    let default = default.or_else(|| set(context, given, "existing_server_default"));
    let default = match default.map(|value| sql_text::server_default(context, &value)) {
        None | Some(ServerDefault::Absent) => None,
        Some(ServerDefault::Sql(sql)) => Some(sql),
        Some(ServerDefault::Unknown(source)) => {
            open.push(op::default_of(column));
            Some(source)
        }
    };
    let comment =
        set(context, given, "comment").or_else(|| set(context, given, "existing_comment"));
    let comment = match comment {
        None => None,
        Some(value) if value.kind == PyKind::None => None,
        Some(value) => Some(context.text(&value).ok_or("a computed comment")?),
    };
    let name = match renames {
        Some(_) => Ident::exact(given.text(context, "new_column_name")?),
        None => column.clone(),
    };
    let made = Column {
        name,
        data_type: spelled,
        nullable,
        default,
        identity: counts.then_some(Identity::ByDefault),
        comment: comment.filter(|text| !text.is_empty()),
        ..Column::default()
    };
    let mut ops = op::redefine(table, column, &made);
    ops.extend(open.into_iter().map(|what| open_part(table, what)));
    Ok(ops)
}

/// Only the default changes, or nothing at all.
fn alone(
    context: &mut Context<'_>,
    table: &TableName,
    column: &Ident,
    default: Option<PyValue>,
) -> Result<Vec<Op>, String> {
    let (t, c) = (|| table.clone(), || column.clone());
    Ok(match default.map(|value| sql_text::server_default(context, &value)) {
        None => {
            let what = format!("changes nothing of column `{column}`");
            vec![Op::WithinTable { table: t(), what, harmless: true }]
        }
        Some(ServerDefault::Absent) => vec![Op::DropDefault { table: t(), column: c() }],
        Some(ServerDefault::Sql(default)) => {
            vec![Op::SetDefault { table: t(), column: c(), default }]
        }
        Some(ServerDefault::Unknown(default)) => vec![
            Op::SetDefault { table: t(), column: c(), default },
            open_part(table, op::default_of(column)),
        ],
    })
}

/// An argument that is given and not `None`.
fn present<'a>(given: &Arguments<'a>, name: &str) -> Option<&'a PyValue> {
    given.get(name).filter(|value| value.kind != PyKind::None)
}

/// An argument whose "not given" is `False`; `None` says that there shall be none.
fn set(context: &mut Context<'_>, given: &Arguments<'_>, name: &str) -> Option<PyValue> {
    let value = context.object_of(given.get(name)?);
    (value.kind != PyKind::Bool(false)).then_some(value)
}
