//! Directives on whole tables (alembic.md 4.1).

use crate::engine::dialects::Dialect;
use crate::engine::op::conventions::Given;
use crate::engine::op::{ConstraintKind, Detail, Op};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::schema::{Constraint, Ident, Index, TableName};

use super::arguments::Arguments;
use super::columns::{self, ReadColumn};
use super::constraints::{self, TableItem};
use super::context::{Context, METADATA};
use super::naming::{self, Place, Unnamed};
use super::table_options;

/// What the items of one `create_table` are.
#[derive(Debug, Default)]
struct Items {
    columns: Vec<ReadColumn>,
    constraints: Vec<Unnamed>,
    indexes: Vec<(Given, Vec<Option<String>>, Index)>,
    /// What is not known, in words.
    open: Vec<String>,
    /// There may be columns that are not known.
    more_columns: bool,
}

/// Types first, then the table, then its indexes, as Alembic sends them.
pub(super) fn create_table(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let if_not_exists = given.flag(context, "if_not_exists")?;
    let mut items = items(context, &given.rest);
    let keys = keyed(&mut items);
    key(&mut items, context.dialect);
    let schema = given.schema(context);
    let place = Place { table: &table, schema: schema.as_deref(), keys: &keys, is_alone: false };
    let mut ops = Vec::new();
    for read in &mut items.columns {
        read.inherit_schema(&table);
        ops.extend(read.enum_op());
        if read.enumeration.as_ref().is_some_and(|found| found.create && found.values.is_none()) {
            items.open.push(format!("the values of the type of `{}`", read.column.name));
        }
    }
    let mut columns = Vec::new();
    let mut after = Vec::new();
    let mut constraints: Vec<Constraint> = Vec::new();
    for mut read in items.columns {
        let mut beside = read.take_beside(context, place);
        constraints.append(&mut beside.constraints);
        after.extend(beside.index.map(|index| made_index(&table, index)));
        after.extend(beside.sequence);
        items.open.append(&mut beside.open);
        columns.push(read.column);
    }
    for one in items.constraints {
        let (made, open) = one.on(context, place);
        constraints.push(made);
        items.open.extend(open);
    }
    refuse_options(given)?;
    // The columns of the parent come first.
    let parent = given.get("postgresql_inherits").filter(|value| value.kind != PyKind::None);
    let inherits = parent.is_some() && context.dialect == Dialect::PostgreSql;
    let open = items.more_columns || inherits;
    let comment = table_comment(context, given)?;
    let options = table_options::read(context, given, &table, (&mut columns, &constraints))?;
    ops.push(Op::CreateTable { table: table.clone(), columns, constraints, if_not_exists, open });
    ops.extend(options);
    if comment.is_some() && context.dialect != Dialect::Sqlite {
        ops.push(Op::Detail { table: table.clone(), detail: Detail::Comment(comment) });
    }
    if context.dialect == Dialect::PostgreSql {
        let by = given.get("postgresql_partition_by").and_then(|value| context.text(value));
        let prefixes = given.get("prefixes").and_then(|value| context.scope.items(value));
        let is_unlogged = |value: &PyValue| value.as_str() == Some("UNLOGGED");
        let unlogged = prefixes.unwrap_or_default().iter().any(is_unlogged);
        let said = by.map(Detail::PartitionBy).into_iter();
        let said = unlogged.then_some(Detail::Unlogged).into_iter().chain(said);
        ops.extend(said.map(|detail| Op::Detail { table: table.clone(), detail }));
    }
    ops.append(&mut after);
    for (given, texts, mut index) in items.indexes {
        let (name, open) = naming::of_index(context, place, &given, (&index.parts, &texts));
        index.name = name;
        items.open.extend(open);
        ops.push(made_index(&table, index));
    }
    ops.extend(items.open.into_iter().map(|what| open_part(&table, what)));
    Ok(ops)
}

/// SQLAlchemy takes its own options and those that begin with the name of a dialect.
fn refuse_options(given: &Arguments<'_>) -> Result<(), String> {
    const OWN: &[&str] =
        &["schema", "comment", "info", "prefixes", "quote", "listeners", "metadata"];
    let mut named = given.call.kwargs.iter().filter_map(|(name, _)| name.as_deref());
    match named.find(|name| !name.contains('_') && !OWN.contains(name)) {
        Some(name) => Err(format!("`{name}`, which SQLAlchemy refuses")),
        None => Ok(()),
    }
}

/// Something of a table that was seen and is not known.
pub(super) fn open_part(table: &TableName, what: String) -> Op {
    Op::WithinTable { table: table.clone(), what: format!("not known: {what}"), harmless: false }
}

/// An index that is made with its table or column.
pub(super) fn made_index(table: &TableName, index: Index) -> Op {
    Op::CreateIndex { table: table.clone(), index, if_not_exists: false, concurrently: false }
}

fn items(context: &mut Context<'_>, rest: &[&PyValue]) -> Items {
    let mut items = Items::default();
    let Some(first) = rest.first() else { return items };
    let list = PyKind::List(rest.iter().map(|value| (*value).clone()).collect());
    let folded = context.scope.fold(&PyValue { kind: list, span: first.span });
    let PyKind::List(all) = folded.kind else {
        items.more_columns = true;
        return items;
    };
    for value in &all {
        // Alembic makes a `MetaData` of its own.
        if is_metadata(context, value) {
            continue;
        }
        if let Some(read) = columns::column(context, value) {
            items.columns.push(read);
            continue;
        }
        if context.dialect == Dialect::PostgreSql
            && value.as_call().is_some_and(|call| call.keyword("postgresql_tablespace").is_some())
        {
            items.open.push("the tablespace of an index".to_owned());
        }
        match constraints::table_item(context, value) {
            Some(TableItem::Constraint(made)) => items.constraints.push(made),
            Some(TableItem::Index(given, texts, index)) => {
                items.indexes.push((given, texts, index));
            }
            Some(TableItem::Open(what)) => items.open.push(what),
            None => items.more_columns = true,
        }
    }
    items
}

fn is_metadata(context: &mut Context<'_>, value: &PyValue) -> bool {
    let made = context.object_of(value);
    match &made.kind {
        PyKind::Call(made) => made.function.last_name() == Some("MetaData"),
        PyKind::Path(parts) => parts.first().is_some_and(|first| first == METADATA),
        _ => false,
    }
}

/// Constraints name columns by their `key=`, where there is one. Returns these keys with the columns' names.
fn keyed(items: &mut Items) -> Vec<(String, Ident)> {
    let keys: Vec<(String, Ident)> = items
        .columns
        .iter()
        .filter(|read| read.key_name != read.column.name.as_str())
        .map(|read| (read.key_name.clone(), read.column.name.clone()))
        .collect();
    for constraint in items.constraints.iter_mut().filter(|_| !keys.is_empty()) {
        let (ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns }) =
            &mut constraint.kind
        else {
            continue;
        };
        for column in columns {
            if let Some((_, name)) = keys.iter().find(|(key, _)| key == column.as_str()) {
                *column = name.clone();
            }
        }
    }
    keys
}

/// Columns flagged as primary key make one, unless a constraint says otherwise; a key of one integer column
/// counts up.
fn key(items: &mut Items, dialect: Dialect) {
    let given = items.constraints.iter().find_map(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => Some(columns),
        _ => None,
    });
    let flagged: Vec<Ident> = items
        .columns
        .iter()
        .filter(|read| read.in_key)
        .map(|read| read.column.name.clone())
        .collect();
    let columns = match given {
        Some(columns) => columns.clone(),
        None if flagged.is_empty() => Vec::new(),
        None => {
            let kind = ConstraintKind::PrimaryKey { columns: flagged.clone() };
            let (given, traits) = (Given::Absent, Default::default());
            items.constraints.push(Unnamed { given, kind, traits, of_type: None });
            flagged
        }
    };
    // A key that points elsewhere gets its values from there.
    let elsewhere: Vec<Ident> = items
        .constraints
        .iter()
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some(key.columns.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    for read in &mut items.columns {
        if columns.contains(&read.column.name) {
            // SQLite lets them be NULL where they are told to be.
            read.column.nullable &= dialect == Dialect::Sqlite && read.says_nullable;
            let alone = columns.len() == 1 && !elsewhere.contains(&read.column.name);
            read.make_serial(alone, dialect);
            if dialect == Dialect::Sqlite && read.autoincrement == Some(true) && columns.len() > 1 {
                items.open.push(format!("`{}` counts up in a key of several", read.column.name));
            }
        }
    }
}

pub(super) fn drop_table(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let if_exists = given.flag(context, "if_exists")?;
    Ok(vec![Op::DropTable { table, if_exists, cascade: false }])
}

pub(super) fn rename_table(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Vec<Op>, String> {
    let from = given.table(context)?;
    let name = given.text(context, "new_table_name")?;
    let to = TableName { schema: from.schema.clone(), name: Ident::exact(name) };
    Ok(vec![Op::RenameTable { from, to }])
}

/// The argument `comment`; an empty one is none.
fn table_comment(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
) -> Result<Option<String>, String> {
    let text = match given.get("comment").map(|value| context.fold(value)) {
        None => None,
        Some(value) if value.kind == PyKind::None => None,
        Some(value) => Some(context.text(&value).ok_or("a computed comment")?),
    };
    Ok(text.filter(|text| !text.is_empty()))
}

/// SQLite has no comments.
pub(super) fn comment(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let text = table_comment(context, given)?;
    if context.dialect == Dialect::Sqlite {
        return Err("a comment, of which SQLite has none".to_owned());
    }
    Ok(vec![Op::Detail { table, detail: Detail::Comment(text) }])
}
