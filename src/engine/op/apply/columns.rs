//! Columns and what hangs on them.

use crate::engine::dialects::Dialect;
use crate::engine::op::{names, respell, rewrite, spell_in};
use crate::engine::schema::{
    Column, ConstraintKind, Expression, Ident, Identity, IndexPart, Schema, Table, TableName,
};

use super::{Clash, require, stored, table_mut};

/// Appends a column. A serial one becomes an integer with a sequence of its own.
pub(super) fn add(
    schema: &mut Schema,
    table: &TableName,
    column: &Column,
    if_not_exists: bool,
) -> Result<(), Clash> {
    let found = table_mut(schema, table)?;
    if found.column(&column.name).is_some() {
        let clash = Clash::PartExists(table.clone(), column.name.clone());
        return if if_not_exists { Ok(()) } else { Err(clash) };
    }
    let dialect = schema.dialect;
    let mut made = column.clone();
    let serial = match made.data_type.as_deref().filter(|_| dialect == Dialect::PostgreSql) {
        Some("serial") => Some("integer"),
        Some("bigserial") => Some("bigint"),
        Some("smallserial") => Some("smallint"),
        _ => None,
    };
    if let Some(integer) = serial {
        made.data_type = Some(integer.to_owned());
    }
    made.default = match &made.default {
        Some(default) => Some(spell_in(dialect, default, made.data_type.as_deref()).into_text()),
        None => None,
    };
    // SQLite lets keys be NULL.
    if serial.is_some() || (made.identity.is_some() && dialect != Dialect::Sqlite) {
        made.nullable = false;
    }
    // MySQL counts in the table itself.
    let counts = made.identity.is_some() && schema.dialect == Dialect::PostgreSql;
    if serial.is_some() || counts {
        let sequence = names::sequence(schema, table, &made.name);
        if serial.is_some() {
            made.default = Some(names::next_value(&sequence));
        }
        schema.sequences.insert(sequence, Some((table.clone(), made.name.clone())));
    }
    table_mut(schema, table)?.columns.push(made);
    Ok(())
}

/// Takes a column out with every index and constraint that mentions it (alembic.md 4.2).
pub(super) fn drop(
    schema: &mut Schema,
    table: &TableName,
    column: &Ident,
    if_exists: bool,
    cascade: bool,
) -> Result<(), Clash> {
    let schema_is_mysql = schema.dialect == Dialect::MySql;
    let found = table_mut(schema, table)?;
    if found.column(column).is_none() {
        let absent = Clash::PartMissing(table.clone(), column.clone());
        return if if_exists || found.open { Ok(()) } else { Err(absent) };
    }
    let needs = |kind: &ConstraintKind| match kind {
        ConstraintKind::ForeignKey(key) => {
            &key.ref_table == table && key.ref_columns.contains(column)
        }
        _ => false,
    };
    let others = || schema.tables.iter().filter(|(name, _)| *name != table);
    if !cascade && others().any(|(_, other)| other.constraints.iter().any(|c| needs(&c.kind))) {
        return Err(Clash::Needed(table.clone()));
    }
    for (name, other) in &mut schema.tables {
        let own = name == table;
        other.constraints.retain(|c| !(needs(&c.kind) || own && c.mentions(column)));
    }
    let found = table_mut(schema, table)?;
    found.columns.retain(|known| &known.name != column);
    if schema_is_mysql {
        leave_indexes(found, column);
    }
    found.indexes.retain(|index| !index.mentions(column));
    let owned = |owner: &(TableName, Ident)| &owner.0 == table && &owner.1 == column;
    schema.sequences.retain(|_, owner| !owner.as_ref().is_some_and(owned));
    stored::column(schema, table, column, None);
    Ok(())
}

/// MySQL takes a column out of what it shares with others, and drops what had no other.
fn leave_indexes(table: &mut Table, column: &Ident) {
    for index in table.indexes.iter_mut().filter(|index| index.parts.len() > 1) {
        index.parts.retain(|part| !matches!(part, IndexPart::Column(name) if name == column));
    }
}

/// Renames a column wherever it is mentioned; the names of constraints and indexes stay.
pub(super) fn rename(
    schema: &mut Schema,
    table: &TableName,
    from: &Ident,
    to: &Ident,
) -> Result<(), Clash> {
    let found = table_mut(schema, table)?;
    require(found, table, std::slice::from_ref(from))?;
    if found.column(to).is_some() {
        return Err(Clash::PartExists(table.clone(), to.clone()));
    }
    for column in &mut found.columns {
        if &column.name == from {
            column.name = to.clone();
        }
        if let Some(generated) = &mut column.generated {
            rewrite::rename(generated, from, to);
        }
    }
    for index in &mut found.indexes {
        for part in &mut index.parts {
            match part {
                IndexPart::Column(name) => swap(std::slice::from_mut(name), from, to),
                IndexPart::Expression(expression) => rewrite::rename(expression, from, to),
            }
        }
        swap(&mut index.include, from, to);
        if let Some(filter) = &mut index.filter {
            rewrite::rename(filter, from, to);
        }
    }
    for (name, other) in &mut schema.tables {
        for constraint in &mut other.constraints {
            rename_in_constraint(&mut constraint.kind, name == table, table, (from, to));
            let traits = &mut constraint.traits;
            let texts = [&mut traits.parts, &mut traits.also].into_iter().flatten();
            texts.filter(|_| name == table).for_each(|text| rename_in_text(text, from, to));
        }
    }
    for (owner, column) in schema.sequences.values_mut().flatten() {
        if owner == table {
            swap(std::slice::from_mut(column), from, to);
        }
    }
    stored::column(schema, table, from, Some(to));
    Ok(())
}

/// Puts the new name of a column of `table` into a constraint; `own` where the constraint is the table's.
pub fn rename_in_constraint(
    kind: &mut ConstraintKind,
    own: bool,
    table: &TableName,
    (from, to): (&Ident, &Ident),
) {
    match kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } if own => {
            swap(columns, from, to);
        }
        ConstraintKind::Check(expression) | ConstraintKind::Exclusion(expression) if own => {
            rewrite::rename(expression, from, to);
        }
        ConstraintKind::ForeignKey(key) => {
            if own {
                swap(&mut key.columns, from, to);
            }
            if &key.ref_table == table {
                swap(&mut key.ref_columns, from, to);
            }
        }
        _ => {}
    }
}

fn rename_in_text(text: &mut String, from: &Ident, to: &Ident) {
    let (columns, own) = (vec![from.clone()], std::mem::take(text));
    let mut expression = Expression { text: own, columns, kept: true };
    rewrite::rename(&mut expression, from, to);
    *text = expression.text;
}

fn swap(names: &mut [Ident], from: &Ident, to: &Ident) {
    for name in names.iter_mut().filter(|name| *name == from) {
        *name = to.clone();
    }
}

/// Changes a column in place.
pub(super) fn alter(
    schema: &mut Schema,
    table: &TableName,
    column: &Ident,
    change: impl FnOnce(&mut Column),
) -> Result<(), Clash> {
    let found = table_mut(schema, table)?;
    require(found, table, std::slice::from_ref(column))?;
    // In an open table the column may be one that is not listed.
    if let Some(known) = found.columns.iter_mut().find(|known| &known.name == column) {
        change(known);
    }
    Ok(())
}

/// What mentions the column is made anew.
pub(super) fn set_type(
    schema: &mut Schema,
    table: &TableName,
    column: &Ident,
    to: Option<&String>,
) -> Result<(), Clash> {
    // The collation goes back to that of the type, where none is named beside it.
    let keeps = schema.dialect == Dialect::Sqlite;
    alter(schema, table, column, |known| {
        known.data_type = to.cloned();
        known.collation = known.collation.take().filter(|_| keeps);
    })?;
    respell::after_type(schema, table, column);
    Ok(())
}

/// The server refuses it for columns of the primary key and identity columns.
pub(super) fn drop_not_null(
    schema: &mut Schema,
    table: &TableName,
    column: &Ident,
) -> Result<(), Clash> {
    let found = table_mut(schema, table)?;
    let identity = found.column(column).is_some_and(|known| known.identity.is_some());
    if identity || found.key().contains(column) {
        // `MODIFY id BIGINT`: MySQL keeps a column of the key from NULL whatever it is told.
        if schema.dialect == Dialect::MySql {
            return Ok(());
        }
        return Err(Clash::Needed(table.clone()));
    }
    alter(schema, table, column, |known| known.nullable = true)
}

pub(super) fn set_default(
    schema: &mut Schema,
    table: &TableName,
    column: &Ident,
    default: &str,
) -> Result<(), Clash> {
    let dialect = schema.dialect;
    alter(schema, table, column, |known| {
        known.default = Some(spell_in(dialect, default, known.data_type.as_deref()).into_text());
    })
}

pub(super) fn set_identity(
    schema: &mut Schema,
    table: &TableName,
    column: &Ident,
    identity: Option<Identity>,
    sequence: Option<&TableName>,
) -> Result<(), Clash> {
    let had = table_mut(schema, table)?.column(column).is_some_and(|c| c.identity.is_some());
    alter(schema, table, column, |known| known.identity = identity)?;
    if schema.dialect != Dialect::PostgreSql {
        return Ok(());
    }
    let owner = (table.clone(), column.clone());
    match (had, identity) {
        (false, Some(_)) => {
            let sequence =
                sequence.cloned().unwrap_or_else(|| names::sequence(schema, table, column));
            schema.sequences.insert(sequence, Some(owner));
        }
        (true, None) => schema.sequences.retain(|_, of| of.as_ref() != Some(&owner)),
        _ => {}
    }
    Ok(())
}
