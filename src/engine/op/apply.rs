//! Schema + [`Op`] → schema, or a [`Clash`].

use std::collections::btree_map::Entry;

use crate::engine::schema::{Schema, Table, TableName};

use super::Op;

/// Why an op cannot happen to a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// The table exists already.
    Exists(TableName),
    /// The table does not exist.
    Missing(TableName),
}

/// Applies one op. On `Err` the schema is as it was.
///
/// Only what decides the set of tables and their columns is modelled so far; other ops leave the schema
/// as it is.
pub fn apply(schema: &mut Schema, op: &Op) -> Result<(), Clash> {
    match op {
        Op::CreateTable { table, columns, if_not_exists } => {
            match schema.tables.entry(table.clone()) {
                Entry::Occupied(_) if *if_not_exists => Ok(()),
                Entry::Occupied(_) => Err(Clash::Exists(table.clone())),
                Entry::Vacant(place) => {
                    place.insert(Table { columns: columns.clone() });
                    Ok(())
                }
            }
        }
        Op::DropTable { table, if_exists, .. } => match schema.tables.remove(table) {
            None if !if_exists => Err(Clash::Missing(table.clone())),
            _ => Ok(()),
        },
        Op::RenameTable { from, to } => {
            if schema.tables.contains_key(to) {
                return Err(Clash::Exists(to.clone()));
            }
            match schema.tables.remove(from) {
                Some(table) => {
                    schema.tables.insert(to.clone(), table);
                    Ok(())
                }
                None => Err(Clash::Missing(from.clone())),
            }
        }
        Op::AddColumn { table, column } => {
            with_table(schema, table, |found| found.columns.push(column.clone()))
        }
        Op::DropColumn { table, column, .. } => {
            with_table(schema, table, |found| found.columns.retain(|c| &c.name != column))
        }
        Op::RenameColumn { table, from, to } => with_table(schema, table, |found| {
            for column in &mut found.columns {
                if &column.name == from {
                    column.name = to.clone();
                }
            }
        }),
        Op::AlterColumnType { table, column, to, .. } => with_table(schema, table, |found| {
            for known in &mut found.columns {
                if &known.name == column {
                    known.data_type = Some(to.clone());
                }
            }
        }),
        _ => Ok(()),
    }
}

fn with_table(
    schema: &mut Schema,
    table: &TableName,
    change: impl FnOnce(&mut Table),
) -> Result<(), Clash> {
    match schema.tables.get_mut(table) {
        Some(found) => {
            change(found);
            Ok(())
        }
        None => Err(Clash::Missing(table.clone())),
    }
}
