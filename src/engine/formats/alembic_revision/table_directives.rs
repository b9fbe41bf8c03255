//! Directives on whole tables (alembic.md 4.1).

use crate::engine::op::{ConstraintKind, Op};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::schema::{Constraint, Ident, Index, IndexPart, TableName};

use super::arguments::Arguments;
use super::columns::{self, ReadColumn};
use super::constraints::{self, TableItem};
use super::context::Context;

/// What the items of one `create_table` are.
#[derive(Debug, Default)]
struct Items {
    columns: Vec<ReadColumn>,
    constraints: Vec<Constraint>,
    indexes: Vec<Index>,
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
    keyed(&mut items);
    key(&mut items);
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
    for read in items.columns {
        constraints.extend(read.constraints.iter().cloned());
        for op in read.beside(&table) {
            match op {
                Op::AddConstraint { name, kind, .. } => {
                    constraints.push(Constraint::new(name, kind));
                }
                op => after.push(op),
            }
        }
        items.open.extend(read.open);
        columns.push(read.column);
    }
    constraints.append(&mut items.constraints);
    let open = items.more_columns;
    ops.push(Op::CreateTable { table: table.clone(), columns, constraints, if_not_exists, open });
    ops.append(&mut after);
    for index in items.indexes {
        let index = named(&table, index);
        let table = table.clone();
        ops.push(Op::CreateIndex { table, index, if_not_exists: false, concurrently: false });
    }
    ops.extend(items.open.into_iter().map(|what| open_part(&table, what)));
    Ok(ops)
}

/// Something of a table that was seen and is not known.
pub(super) fn open_part(table: &TableName, what: String) -> Op {
    Op::WithinTable { table: table.clone(), what: format!("not known: {what}"), harmless: false }
}

/// SQLAlchemy names an index without a name after its first column.
pub(super) fn named(table: &TableName, mut index: Index) -> Index {
    if index.name.is_none()
        && let Some(IndexPart::Column(first)) = index.parts.first()
    {
        index.name = Some(constraints::conventional_name(table, first));
    }
    index
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
        if let Some(read) = columns::column(context, value) {
            items.columns.push(read);
            continue;
        }
        match constraints::table_item(context, value) {
            Some(TableItem::Constraint(made)) => items.constraints.push(made),
            Some(TableItem::Index(index)) => items.indexes.push(index),
            Some(TableItem::Open(what)) => items.open.push(what),
            None => items.more_columns = true,
        }
    }
    items
}

/// Constraints name columns by their `key=`, where there is one.
fn keyed(items: &mut Items) {
    let keys: Vec<(String, Ident)> = items
        .columns
        .iter()
        .filter(|read| read.key_name != read.column.name.as_str())
        .map(|read| (read.key_name.clone(), read.column.name.clone()))
        .collect();
    if keys.is_empty() {
        return;
    }
    for constraint in &mut items.constraints {
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
}

/// Columns flagged as primary key make one, unless a constraint says otherwise; a key of one integer column
/// counts up.
fn key(items: &mut Items) {
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
            items.constraints.push(Constraint::new(None, kind));
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
            read.column.nullable = false;
            let alone = columns.len() == 1 && !elsewhere.contains(&read.column.name);
            read.make_serial(alone);
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

/// Comments of tables have no room in a schema.
pub(super) fn comment(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    Ok(vec![Op::WithinTable {
        table: given.table(context)?,
        what: "changes the comment".to_owned(),
        harmless: true,
    }])
}
