//! Schema + [`Op`] → schema, or a [`Clash`].
//!
//! In: a schema and what changes.
//! Out: the schema as PostgreSQL's catalogue would have it, or why it cannot happen there.
//! Never: half a change; on a clash the schema is as it was.

mod columns;
mod constraints;
mod details;
mod stored;
mod tables;
mod types;
mod verbatim;

pub use columns::rename_in_constraint;
pub use verbatim::apply_verbatim;

use crate::engine::schema::{ConstraintTraits, Ident, ObjectKind, Schema, Table, TableName};

use super::{DropKind, Op, respell};

/// Why an op cannot happen to a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// The table exists already.
    Exists(TableName),
    /// The table does not exist.
    Missing(TableName),
    /// Something in a table (column, constraint, index) or a type exists already.
    PartExists(TableName, Ident),
    /// Something in a table, or a value of a type, does not exist.
    PartMissing(TableName, Ident),
    /// Something else needs it, and it was not told to go with all that does.
    Needed(TableName),
}

impl Clash {
    /// Returns the table or type that it is about.
    pub fn table(&self) -> &TableName {
        match self {
            Self::Exists(table)
            | Self::Missing(table)
            | Self::PartExists(table, _)
            | Self::PartMissing(table, _)
            | Self::Needed(table) => table,
        }
    }

    /// Returns the clash in a few words.
    pub fn text(&self) -> String {
        match self {
            Self::Exists(table) => format!("`{table}` exists already"),
            Self::Missing(table) => format!("`{table}` does not exist"),
            Self::PartExists(table, part) => format!("`{part}` of `{table}` exists already"),
            Self::PartMissing(table, part) => format!("`{table}` has no `{part}`"),
            Self::Needed(table) => format!("something else needs `{table}`"),
        }
    }
}

/// Applies one op. On `Err` the schema is as it was.
pub fn apply(schema: &mut Schema, op: &Op) -> Result<(), Clash> {
    match op {
        Op::CreateTable { table, columns, constraints, if_not_exists, open } => {
            tables::create(schema, table, (columns, constraints), *if_not_exists, *open)
        }
        Op::DropTable { table, if_exists, cascade } => {
            tables::drop(schema, table, *if_exists, *cascade)
        }
        Op::RenameTable { from, to } if schema.sequences.contains_key(from) => {
            tables::rename_sequence(schema, from, to)
        }
        Op::RenameTable { from, to } => tables::rename(schema, from, to),
        Op::RenameSequence { from, to } => tables::rename_sequence(schema, from, to),
        Op::AddColumn { table, column, if_not_exists } => {
            columns::add(schema, table, column, *if_not_exists)?;
            respell::generated(schema, table, Some(&column.name));
            Ok(())
        }
        Op::DropColumn { table, column, if_exists, cascade } => {
            columns::drop(schema, table, column, *if_exists, *cascade)
        }
        Op::RenameColumn { table, from, to } => columns::rename(schema, table, from, to),
        Op::AlterColumnType { table, column, to, .. } => {
            columns::set_type(schema, table, column, to.as_ref())
        }
        Op::SetNotNull { table, column } => {
            columns::alter(schema, table, column, |found| found.nullable = false)
        }
        Op::DropNotNull { table, column } => columns::drop_not_null(schema, table, column),
        Op::SetDefault { table, column, default } => {
            columns::set_default(schema, table, column, default)
        }
        Op::DropDefault { table, column } => {
            columns::alter(schema, table, column, |found| found.default = None)
        }
        Op::SetIdentity { table, column, identity, sequence } => {
            columns::set_identity(schema, table, column, *identity, sequence.as_ref())
        }
        Op::SetComment { table, column, comment } => {
            columns::alter(schema, table, column, |found| found.comment.clone_from(comment))
        }
        Op::AddConstraint { table, name, kind, validated } => {
            let traits = ConstraintTraits { not_valid: !validated, ..Default::default() };
            constraints::add(schema, table, name.as_ref(), kind, traits)
        }
        Op::DropConstraint { table, name, if_exists, cascade } => {
            constraints::drop(schema, table, name, *if_exists, *cascade)
        }
        Op::RenameConstraint { table, from, to } => constraints::rename(schema, table, from, to),
        Op::CreateIndex { table, index, if_not_exists, .. } => {
            constraints::create_index(schema, table, index, *if_not_exists)
        }
        Op::DropIndex { name, if_exists, .. } => constraints::drop_index(schema, name, *if_exists),
        Op::RenameIndex { from, to } => constraints::rename_index(schema, from, to),
        Op::CreateEnum { .. }
        | Op::AddEnumValue { .. }
        | Op::SetEnumValues { .. }
        | Op::RenameEnumValue { .. }
        | Op::RenameType { .. } => types::change(schema, op),
        _ => beside_tables(schema, op),
    }
}

fn beside_tables(schema: &mut Schema, op: &Op) -> Result<(), Clash> {
    match op {
        Op::CreateOther { kind, name } => other_created(schema, *kind, name),
        Op::CreateObject { name, .. }
            if matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView) =>
        {
            schema.views.insert(name.name.clone());
        }
        Op::RenameOther { from, to, .. } if schema.views.remove(from) => {
            schema.views.insert(to.clone());
        }
        Op::DropOther { kind, name, cascade } => {
            return other_dropped(schema, *kind, name, *cascade);
        }
        _ => return details::change(schema, op),
    }
    Ok(())
}

fn other_created(schema: &mut Schema, kind: DropKind, name: &TableName) {
    match kind {
        DropKind::View | DropKind::MaterializedView => {
            schema.views.insert(name.clone());
        }
        DropKind::Sequence => {
            schema.sequences.entry(name.clone()).or_default();
        }
        DropKind::Extension => {
            schema.extensions.insert(name.name.clone());
        }
        DropKind::Schema => {
            schema.schemas.insert(name.name.clone());
        }
        _ => {}
    }
}

fn other_dropped(
    schema: &mut Schema,
    kind: DropKind,
    name: &str,
    cascade: bool,
) -> Result<(), Clash> {
    let is_named = |known: &TableName| known.to_string() == name;
    let objects: &[ObjectKind] = match kind {
        DropKind::View | DropKind::MaterializedView => {
            schema.views.retain(|known| !is_named(known));
            schema.view_indexes.retain(|known, _| !is_named(known));
            &[ObjectKind::View, ObjectKind::MaterializedView]
        }
        DropKind::Sequence => {
            schema.sequences.retain(|known, _| !is_named(known));
            &[ObjectKind::Sequence]
        }
        DropKind::Extension => {
            schema.extensions.retain(|known| known.as_str() != name);
            schema.objects.retain(|known, _| !(known.is_extension() && is_named(&known.name)));
            &[]
        }
        DropKind::Schema => {
            schema.schemas.retain(|known| known.as_str() != name);
            &[]
        }
        DropKind::Type => {
            types::drop(schema, name, cascade)?;
            &[ObjectKind::Type]
        }
        DropKind::Domain => &[ObjectKind::Domain],
        DropKind::Function => &[ObjectKind::Function, ObjectKind::Aggregate],
        DropKind::Procedure => &[ObjectKind::Procedure],
        _ => &[],
    };
    if !objects.is_empty() {
        schema.objects.retain(|known, _| !(objects.contains(&known.kind) && is_named(&known.name)));
    }
    Ok(())
}

/// Returns the table, or why there is none.
fn table_mut<'a>(schema: &'a mut Schema, table: &TableName) -> Result<&'a mut Table, Clash> {
    schema.tables.get_mut(table).ok_or_else(|| Clash::Missing(table.clone()))
}

/// Appends to a list that is mostly short: a dump has as many of them as tables, and each would have room for
/// four.
fn push<T>(list: &mut Vec<T>, one: T) {
    if list.len() < 4 {
        list.reserve_exact(1);
    }
    list.push(one);
}

/// Fails when a column is known to be absent.
fn require(table: &Table, name: &TableName, columns: &[Ident]) -> Result<(), Clash> {
    let absent = columns.iter().find(|column| table.column(column).is_none());
    match absent {
        Some(column) if !table.open => Err(Clash::PartMissing(name.clone(), column.clone())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
