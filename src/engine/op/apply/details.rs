//! What a schema keeps by definition, and what is said of a table beside its parts.

use crate::engine::op::{Detail, Op, Selected};
use crate::engine::schema::{
    Column, Ident, Object, ObjectKind, ObjectName, Schema, Table, TableName,
};

use super::{Clash, stored, table_mut};

pub(super) fn change(schema: &mut Schema, op: &Op) -> Result<(), Clash> {
    match op {
        Op::Define { name, definition } => define(schema, name, definition),
        Op::Undefine { name } => {
            schema.objects.remove(name);
            if matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView) {
                schema.views.remove(&name.name);
                schema.view_indexes.remove(&name.name);
            }
        }
        Op::OwnSequence { sequence, owner } => {
            schema.sequences.insert(sequence.clone(), owner.clone());
        }
        Op::Detail { table, detail } => return of_table(schema, table, detail),
        Op::RowSecurity { table, enabled } => {
            table_mut(schema, table)?.row_security.enabled = *enabled;
        }
        _ => {}
    }
    Ok(())
}

/// The last definition is the one that holds: views that need each other are made twice.
fn define(schema: &mut Schema, name: &ObjectName, definition: &str) {
    if matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView) {
        schema.views.insert(name.name.clone());
    }
    if name.kind == ObjectKind::Sequence {
        schema.sequences.entry(name.name.clone()).or_default();
    }
    stored::replace(schema, name);
    let before = schema.objects.get(name).filter(|_| name.kind == ObjectKind::Sequence);
    let definition = match before {
        Some(before) => stored::options(&before.definition, definition),
        None => definition.to_owned(),
    };
    schema.objects.insert(name.clone(), Object { definition });
}

fn of_table(schema: &mut Schema, table: &TableName, detail: &Detail) -> Result<(), Clash> {
    match detail {
        Detail::PartitionBy(by) => table_mut(schema, table)?.partition_by = Some(by.clone()),
        Detail::PartitionOf(parent, values) => {
            inherit(schema, table, std::slice::from_ref(parent))?;
            table_mut(schema, table)?.partition_of = Some((parent.clone(), values.clone()));
        }
        Detail::Inherits(parents) => {
            inherit(schema, table, parents)?;
            table_mut(schema, table)?.inherits.clone_from(parents);
        }
        Detail::Selected(parts) => select(schema, table, parts)?,
        Detail::Unlogged => table_mut(schema, table)?.unlogged = true,
        Detail::Logged => table_mut(schema, table)?.unlogged = false,
        Detail::Detached { .. } => table_mut(schema, table)?.partition_of = None,
        Detail::Foreign => table_mut(schema, table)?.foreign = true,
        Detail::Forced(forced) => table_mut(schema, table)?.row_security.forced = *forced,
        Detail::Comment(comment) => table_mut(schema, table)?.comment.clone_from(comment),
        Detail::Options(options) => table_mut(schema, table)?.options = Some(options.clone()),
        Detail::Collation(column, collation) => {
            return super::columns::alter(schema, table, column, |found| {
                found.collation.clone_from(collation);
            });
        }
        Detail::Place(column, after) => place(table_mut(schema, table)?, column, after.as_ref()),
        Detail::Also(column, also) => {
            return super::columns::alter(schema, table, column, |found| {
                found.also.clone_from(also);
            });
        }
        Detail::Validated(name) => {
            let constraints = &mut table_mut(schema, table)?.constraints;
            for one in constraints.iter_mut().filter(|one| one.name.as_ref() == Some(name)) {
                one.traits.not_valid = false;
            }
        }
        Detail::Constraint(name, traits) => {
            let constraints = &mut table_mut(schema, table)?.constraints;
            let found = match name {
                Some(name) => constraints.iter_mut().find(|one| one.name.as_ref() == Some(name)),
                None => constraints.last_mut(),
            };
            if let Some(found) = found {
                found.traits.clone_from(traits);
            }
        }
    }
    Ok(())
}

/// Moves a column to the front, or behind another one.
fn place(table: &mut Table, column: &Ident, after: Option<&Ident>) {
    let at = |table: &Table, name: &Ident| table.columns.iter().position(|one| one.name == *name);
    // In an open table the other one may not be listed; the order is then as good as it was.
    if after.is_some_and(|after| after == column || at(table, after).is_none()) {
        return;
    }
    let Some(from) = at(table, column) else { return };
    let moved = table.columns.remove(from);
    let to = after.and_then(|after| at(table, after)).map_or(0, |before| before + 1);
    table.columns.insert(to.min(table.columns.len()), moved);
}

/// A column of a query has its type and its collation from the column that it reads, and nothing else. Where
/// one of them is not known to be of one table alone, the table has columns that are not known.
fn select(schema: &mut Schema, table: &TableName, parts: &[Selected]) -> Result<(), Clash> {
    let mut columns: Vec<Column> = Vec::new();
    let mut all_known = true;
    for part in parts {
        let known: Vec<_> = part.from.iter().filter_map(|name| schema.tables.get(name)).collect();
        all_known &= known.len() == part.from.len() && !known.iter().any(|one| one.open);
        let all = known.iter().flat_map(|one| &one.columns);
        let read: Vec<&Column> = match &part.column {
            Some(name) => all.filter(|column| column.name == *name).collect(),
            None => all.collect(),
        };
        all_known &= part.column.is_none() || read.len() == 1;
        columns.extend(read.into_iter().map(|column| Column {
            name: part.name.as_ref().unwrap_or(&column.name).clone(),
            data_type: column.data_type.clone(),
            collation: column.collation.clone(),
            nullable: true,
            ..Column::default()
        }));
    }
    // The server refuses a name that comes twice.
    let names: crate::ordered::Set<_> = columns.iter().map(|column| &column.name).collect();
    all_known &= names.len() == columns.len();
    let found = table_mut(schema, table)?;
    match all_known {
        true => found.columns = columns,
        false => found.open = true,
    }
    Ok(())
}

/// The parents' columns come first; those that the table lists itself are merged into them (the server's
/// `MergeAttributes`). A table whose parents are all known is closed.
fn inherit(schema: &mut Schema, table: &TableName, parents: &[TableName]) -> Result<(), Clash> {
    let mut columns: Vec<Column> = Vec::new();
    let mut all_known = true;
    for parent in parents {
        let Some(known) = schema.tables.get(parent) else {
            all_known = false;
            continue;
        };
        all_known &= !known.open;
        for column in &known.columns {
            if !columns.iter().any(|own| own.name == column.name) {
                columns.push(Column { identity: None, comment: None, ..column.clone() });
            }
        }
    }
    let found = table_mut(schema, table)?;
    for own in found.columns.drain(..) {
        match columns.iter_mut().find(|column| column.name == own.name) {
            Some(column) => {
                let nullable = column.nullable && own.nullable;
                let default = own.default.clone().or(column.default.take());
                *column = Column { nullable, default, ..own };
            }
            None => columns.push(own),
        }
    }
    found.columns = columns;
    found.open &= !all_known;
    Ok(())
}
