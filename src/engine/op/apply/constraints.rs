//! Constraints and indexes.

use crate::engine::dialects::Dialect;
use crate::engine::op::{names, respell};
use crate::engine::schema::{
    Constraint, ConstraintKind, ConstraintTraits, Expression, Ident, Index, IndexPart, Schema,
    Table, TableName,
};

use super::{Clash, push, require, stored, table_mut};

/// Adds a constraint, with the name that the server would invent where it has none.
pub(super) fn add(
    schema: &mut Schema,
    table: &TableName,
    name: Option<&Ident>,
    kind: &ConstraintKind,
    traits: ConstraintTraits,
) -> Result<(), Clash> {
    let given = name.map(|name| names::stored(schema, name));
    let name = given.as_ref();
    let found = table_mut(schema, table)?;
    if let Some(name) = name
        && found.constraints.iter().any(|known| known.name.as_ref() == Some(name))
    {
        return Err(Clash::PartExists(table.clone(), name.clone()));
    }
    if !matches!(kind, ConstraintKind::Check(_) | ConstraintKind::Exclusion(_)) {
        require(found, table, kind.columns())?;
    }
    if matches!(kind, ConstraintKind::PrimaryKey { .. }) && !found.key().is_empty() {
        return Err(Clash::PartExists(table.clone(), Ident::exact("primary key")));
    }
    let mut kind = kind.clone();
    if let ConstraintKind::Check(expression) | ConstraintKind::Exclusion(expression) = &mut kind {
        keep_columns(found, expression);
    }
    if let ConstraintKind::Exclusion(expression) = &mut kind {
        expression.kept = false;
    }
    if let ConstraintKind::Check(expression) = &mut kind
        && let Some(found) = schema.tables.get(table)
    {
        respell::text(schema, &found.columns, expression);
    }
    if let ConstraintKind::ForeignKey(key) = &mut kind
        && key.ref_columns.is_empty()
        && let Some(target) = schema.tables.get(&key.ref_table)
    {
        key.ref_columns = target.key().to_vec();
    }
    let name = match name {
        Some(name) if !names::is_ignored(schema.dialect, &kind) => Some(name.clone()),
        _ => names::constraint(schema, table, &kind),
    };
    // SQLite lets keys be NULL.
    let fills = schema.dialect != Dialect::Sqlite;
    let found = table_mut(schema, table)?;
    if let ConstraintKind::PrimaryKey { columns } = &kind
        && fills
    {
        for column in found.columns.iter_mut().filter(|known| columns.contains(&known.name)) {
            column.nullable = false;
        }
    }
    schema.names.enter(name.as_ref());
    push(&mut table_mut(schema, table)?.constraints, Constraint { name, kind, traits });
    Ok(())
}

/// Of the words in an expression, those that are columns; the rest are types and the like.
pub(super) fn keep_columns(table: &Table, expression: &mut Expression) {
    expression.columns.retain(|name| table.open || table.column(name).is_some());
}

/// Drops a constraint. A key takes those with it that point at it, if it was told to.
pub(super) fn drop(
    schema: &mut Schema,
    table: &TableName,
    name: &Ident,
    if_exists: bool,
    cascade: bool,
) -> Result<(), Clash> {
    let name = &names::stored(schema, name);
    let is_mysql = schema.dialect == Dialect::MySql;
    let found = table_mut(schema, table)?;
    let Some(at) = found.constraints.iter().position(|known| known.name.as_ref() == Some(name))
    else {
        let is_it = |index: &Index| index.unique && index.name.as_ref() == Some(name);
        if is_mysql && found.indexes.iter().any(is_it) {
            found.indexes.retain(|index| !is_it(index));
            return Ok(());
        }
        let absent = Clash::PartMissing(table.clone(), name.clone());
        return if if_exists || found.open { Ok(()) } else { Err(absent) };
    };
    let key: Option<Vec<Ident>> = match found.constraints.get(at).map(|known| &known.kind) {
        Some(ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns }) => {
            Some(columns.clone())
        }
        _ => None,
    };
    if let Some(key) = key
        && !has_other_key(found, at, &key)
    {
        let needs = |kind: &ConstraintKind| match kind {
            ConstraintKind::ForeignKey(foreign) => {
                &foreign.ref_table == table && same(&foreign.ref_columns, &key)
            }
            _ => false,
        };
        let mut others = schema.tables.values().flat_map(|other| &other.constraints);
        if !cascade && others.any(|other| needs(&other.kind)) {
            return Err(Clash::Needed(table.clone()));
        }
        for other in schema.tables.values_mut() {
            other.constraints.retain(|known| !needs(&known.kind));
        }
    }
    let found = table_mut(schema, table)?;
    found.constraints.retain(|known| known.name.as_ref() != Some(name));
    Ok(())
}

fn has_other_key(table: &Table, at: usize, key: &[Ident]) -> bool {
    let by_constraint = table.constraints.iter().enumerate().any(|(ix, other)| match &other.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            ix != at && same(columns, key)
        }
        _ => false,
    });
    let by_index = table.indexes.iter().any(|index| {
        let columns: Vec<Ident> = index
            .parts
            .iter()
            .filter_map(|part| match part {
                IndexPart::Column(name) => Some(name.clone()),
                IndexPart::Expression(_) => None,
            })
            .collect();
        index.unique && columns.len() == index.parts.len() && same(&columns, key)
    });
    by_constraint || by_index
}

/// The same columns in any order.
fn same(one: &[Ident], other: &[Ident]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}

pub(super) fn rename(
    schema: &mut Schema,
    table: &TableName,
    from: &Ident,
    to: &Ident,
) -> Result<(), Clash> {
    let (from, to) = (&names::stored(schema, from), &names::stored(schema, to));
    schema.names.enter(Some(to));
    let found = table_mut(schema, table)?;
    let known = found.constraints.iter_mut().find(|known| known.name.as_ref() == Some(from));
    match known {
        Some(known) => known.name = Some(to.clone()),
        None if found.open => {}
        None => return Err(Clash::PartMissing(table.clone(), from.clone())),
    }
    let own = TableName { schema: table.schema.clone(), name: from.clone() };
    stored::index(schema, &own, to);
    Ok(())
}

pub(super) fn create_index(
    schema: &mut Schema,
    table: &TableName,
    index: &Index,
    if_not_exists: bool,
) -> Result<(), Clash> {
    if schema.views.contains(table) {
        of_view(schema, table, index);
        return Ok(());
    }
    let mut made = fitted(schema, table, index)?;
    made.name = made.name.map(|name| names::stored(schema, &name));
    match &made.name {
        Some(name) => {
            let place = TableName { schema: table.schema.clone(), name: name.clone() };
            if !schema.names.has_never(name) && find_index(schema, &place).is_some() {
                let clash = Clash::PartExists(table.clone(), name.clone());
                return if if_not_exists { Ok(()) } else { Err(clash) };
            }
        }
        None => made.name = Some(names::index(schema, table, &made)),
    }
    if let Some(found) = schema.tables.get(table) {
        respell::index(schema, &found.columns, &mut made);
    }
    schema.names.enter(made.name.as_ref());
    push(&mut table_mut(schema, table)?.indexes, made);
    Ok(())
}

/// Adds an index that a server has: that its name is free is known, and looking for it among all others would
/// cost a walk for each.
pub(super) fn add_index_of_server(
    schema: &mut Schema,
    table: &TableName,
    index: &Index,
) -> Result<(), Clash> {
    if schema.views.contains(table) {
        of_view(schema, table, index);
        return Ok(());
    }
    let made = fitted(schema, table, index)?;
    schema.names.enter(made.name.as_ref());
    push(&mut table_mut(schema, table)?.indexes, made);
    Ok(())
}

/// A materialized view, whose columns nobody knows.
fn of_view(schema: &mut Schema, view: &TableName, index: &Index) {
    let known = schema.view_indexes.entry(view.clone()).or_default();
    if !known.iter().any(|one| one.name == index.name) {
        known.push(index.clone());
    }
}

/// The index with those words of its expressions that are columns of the table.
fn fitted(schema: &mut Schema, table: &TableName, index: &Index) -> Result<Index, Clash> {
    let found = table_mut(schema, table)?;
    let mut made = index.clone();
    for part in &mut made.parts {
        match part {
            IndexPart::Column(name) => require(found, table, std::slice::from_ref(name))?,
            IndexPart::Expression(expression) => keep_columns(found, expression),
        }
    }
    if let Some(filter) = &mut made.filter {
        keep_columns(found, filter);
    }
    Ok(made)
}

/// The table that has an index: indexes live in their table's schema.
fn find_index(schema: &Schema, name: &TableName) -> Option<TableName> {
    let is_it = |index: &Index| index.name.as_ref() == Some(&name.name);
    schema
        .tables
        .iter()
        .filter(|(table, _)| table.schema == name.schema)
        .find(|(_, table)| table.indexes.iter().any(is_it))
        .map(|(table, _)| table.clone())
}

pub(super) fn drop_index(
    schema: &mut Schema,
    name: &TableName,
    if_exists: bool,
) -> Result<(), Clash> {
    let name = &TableName { name: names::stored(schema, &name.name), ..name.clone() };
    let is_it = |index: &Index| index.name.as_ref() == Some(&name.name);
    let of_views = schema.view_indexes.iter_mut().filter(|(view, _)| view.schema == name.schema);
    for (_, known) in of_views {
        if known.iter().any(is_it) {
            known.retain(|index| !is_it(index));
            return Ok(());
        }
    }
    match find_index(schema, name) {
        Some(table) => {
            let found = table_mut(schema, &table)?;
            found.indexes.retain(|index| index.name.as_ref() != Some(&name.name));
            Ok(())
        }
        None if schema.dialect == Dialect::MySql && drop_unique(schema, name) => Ok(()),
        None if if_exists || schema.tables.values().any(|table| table.open) => Ok(()),
        None => Err(Clash::Missing(name.clone())),
    }
}

/// For MySQL a unique constraint is its index, by whatever word it was made and is dropped.
fn drop_unique(schema: &mut Schema, name: &TableName) -> bool {
    let is_it = |known: &Constraint| {
        matches!(known.kind, ConstraintKind::Unique { .. })
            && known.name.as_ref() == Some(&name.name)
    };
    let mut tables = schema.tables.iter_mut().filter(|(table, _)| table.schema == name.schema);
    let found = tables.find(|(_, table)| table.constraints.iter().any(is_it));
    found.map(|(_, table)| table.constraints.retain(|known| !is_it(known))).is_some()
}

/// The index of a constraint gives the constraint its name.
pub(super) fn rename_index(schema: &mut Schema, from: &TableName, to: &Ident) -> Result<(), Clash> {
    let from = &TableName { name: names::stored(schema, &from.name), ..from.clone() };
    let to = &names::stored(schema, to);
    schema.names.enter(Some(to));
    for (table, found) in &mut schema.tables {
        if table.schema != from.schema {
            continue;
        }
        let index = found.indexes.iter_mut().map(|index| &mut index.name);
        let constraints = found.constraints.iter_mut().map(|constraint| &mut constraint.name);
        let mut names = index.chain(constraints);
        if let Some(name) = names.find(|name| name.as_ref() == Some(&from.name)) {
            *name = Some(to.clone());
            stored::index(schema, from, to);
            return Ok(());
        }
    }
    let open = schema.tables.values().any(|table| table.open);
    if open { Ok(()) } else { Err(Clash::Missing(from.clone())) }
}
