//! Whole tables.

use crate::engine::dialects::Dialect;
use crate::engine::op::{names, respell};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, ObjectName, Schema, Table, TableName,
};

use super::{Clash, columns, constraints};

pub(super) fn create(
    schema: &mut Schema,
    table: &TableName,
    (listed, constraints): (&[Column], &[Constraint]),
    if_not_exists: bool,
    open: bool,
) -> Result<(), Clash> {
    if schema.views.contains(table) {
        return Err(Clash::Exists(table.clone()));
    }
    if schema.tables.contains_key(table) {
        return if if_not_exists { Ok(()) } else { Err(Clash::Exists(table.clone())) };
    }
    schema.tables.insert(table.clone(), Table { open, ..Table::default() });
    let made = fill(schema, table, listed, constraints);
    if made.is_err() {
        forget(schema, table);
    }
    made
}

/// The server names keys and checks of one statement in the order: sequences, checks, indexes (the primary
/// key first), foreign keys.
fn fill(
    schema: &mut Schema,
    table: &TableName,
    listed: &[Column],
    constraints: &[Constraint],
) -> Result<(), Clash> {
    super::table_mut(schema, table)?.columns.reserve_exact(listed.len());
    for column in listed {
        columns::add(schema, table, column, false)?;
    }
    respell::generated(schema, table, None);
    let rank = |constraint: &&Constraint| match constraint.kind {
        ConstraintKind::Check(_) => 0,
        ConstraintKind::PrimaryKey { .. } => 1,
        ConstraintKind::Unique { .. } | ConstraintKind::Exclusion(_) => 2,
        ConstraintKind::ForeignKey(_) => 3,
    };
    let mut ordered: Vec<&Constraint> = constraints.iter().collect();
    crate::ordered::sort_by_key(&mut ordered, rank);
    // MySQL keeps each under its own name, and SQLite makes no difference by it.
    let kept = match schema.dialect {
        Dialect::PostgreSql => once(&ordered),
        _ => ordered.into_iter().cloned().collect(),
    };
    for constraint in &kept {
        let name = constraint.name.as_ref();
        constraints::add(schema, table, name, &constraint.kind, constraint.traits.clone())?;
    }
    Ok(())
}

/// Of keys over the same columns in one statement the server makes the first alone; a name that only the
/// second has is kept (`transformIndexConstraints`).
fn once(ordered: &[&Constraint]) -> Vec<Constraint> {
    let mut kept: Vec<Constraint> = Vec::with_capacity(ordered.len());
    for constraint in ordered {
        if let ConstraintKind::Unique { columns } = &constraint.kind {
            let prior = kept.iter_mut().find(|prior| match &prior.kind {
                ConstraintKind::PrimaryKey { columns: own }
                | ConstraintKind::Unique { columns: own } => own == columns,
                _ => false,
            });
            if let Some(prior) = prior {
                prior.name = prior.name.take().or_else(|| constraint.name.clone());
                continue;
            }
        }
        kept.push((*constraint).clone());
    }
    kept
}

/// Takes a table out with what it owns.
fn forget(schema: &mut Schema, table: &TableName) {
    schema.tables.remove(table);
    schema.sequences.retain(|_, owner| owner.as_ref().is_none_or(|(of, _)| of != table));
    schema.objects.retain(|name, _| name.table.as_ref() != Some(table));
}

pub(super) fn drop(
    schema: &mut Schema,
    table: &TableName,
    if_exists: bool,
    cascade: bool,
) -> Result<(), Clash> {
    if !schema.tables.contains_key(table) {
        return if if_exists { Ok(()) } else { Err(Clash::Missing(table.clone())) };
    }
    // To SQLite a key may point at nothing, until rows change.
    if schema.dialect == Dialect::Sqlite {
        forget(schema, table);
        return Ok(());
    }
    if !cascade && schema.tables.iter().any(|(name, other)| name != table && points(other, table)) {
        return Err(Clash::Needed(table.clone()));
    }
    for other in schema.tables.values_mut() {
        other.constraints.retain(|constraint| !points_at(constraint, table));
    }
    forget(schema, table);
    Ok(())
}

fn points(other: &Table, table: &TableName) -> bool {
    other.constraints.iter().any(|constraint| points_at(constraint, table))
}

fn points_at(constraint: &Constraint, table: &TableName) -> bool {
    matches!(&constraint.kind, ConstraintKind::ForeignKey(key) if &key.ref_table == table)
}

/// What is attached to a table keeps its name.
pub(super) fn rename(schema: &mut Schema, from: &TableName, to: &TableName) -> Result<(), Clash> {
    if schema.tables.contains_key(to) {
        return Err(Clash::Exists(to.clone()));
    }
    let Some(table) = schema.tables.remove(from) else {
        return Err(Clash::Missing(from.clone()));
    };
    schema.tables.insert(to.clone(), table);
    for other in schema.tables.values_mut() {
        for constraint in &mut other.constraints {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                && &key.ref_table == from
            {
                key.ref_table = to.clone();
            }
        }
    }
    for (owner, _) in schema.sequences.values_mut().flatten() {
        if owner == from {
            *owner = to.clone();
        }
    }
    let of_it: Vec<ObjectName> =
        schema.objects.keys().filter(|name| name.table.as_ref() == Some(from)).cloned().collect();
    for name in of_it {
        if let Some(mut object) = schema.objects.remove(&name) {
            let name = ObjectName { table: Some(to.clone()), ..name };
            object.definition = name.stored_as().unwrap_or(object.definition);
            schema.objects.insert(name, object);
        }
    }
    Ok(())
}

/// Defaults that draw from a sequence follow its new name.
pub(super) fn rename_sequence(
    schema: &mut Schema,
    from: &TableName,
    to: &TableName,
) -> Result<(), Clash> {
    if schema.sequences.contains_key(to) {
        return Err(Clash::Exists(to.clone()));
    }
    let Some(owner) = schema.sequences.remove(from) else {
        return Err(Clash::Missing(from.clone()));
    };
    schema.sequences.insert(to.clone(), owner);
    let (old, new) = (names::next_value(from), names::next_value(to));
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        if column.default.as_ref() == Some(&old) {
            column.default = Some(new.clone());
        }
    }
    Ok(())
}
