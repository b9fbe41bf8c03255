//! What an op leaves open in a replayed schema, so that it is never a guess.

use crate::engine::dialects::Dialect;
use crate::engine::schema::{Column, ConstraintKind, Ident, Schema, TableName};

use super::names::NAME_BYTES_MAX;
use super::{Detail, DropKind, Op, Spelling, respell, spell_in};

/// How an entry ends that is about the spelling of an expression alone.
const AS_WRITTEN: &str = "shown as written";
/// How one begins that is about a default alone.
const DEFAULT_OF: &str = "the default of ";

/// Returns whether an entry of [`unmodelled`] is about how an expression is spelled, and not about what it
/// means: a comparison by meaning decides those itself.
pub fn is_spelling(what: &str) -> bool {
    what.contains(AS_WRITTEN)
}

/// What an op leaves open of a column's default, in words.
pub fn default_of(column: &Ident) -> String {
    format!("{DEFAULT_OF}`{column}`")
}

/// Returns whether what an op leaves open is a default alone.
pub(super) fn is_of_default(what: &str) -> bool {
    what.contains(DEFAULT_OF)
}

/// What replay cannot say after an op that was understood, in words, and the tables it is about; no table for
/// anything at all. `schema` is the one after it.
pub fn unmodelled(schema: &Schema, op: &Op) -> Vec<(String, Option<TableName>)> {
    let mut open = Vec::new();
    match op {
        Op::CreateTable { table, columns, constraints, open: is_open, .. } => {
            if *is_open {
                open.push((format!("table `{table}` has columns that are not known"), table));
            }
            for column in columns {
                of_column(schema, table, (column, columns), &mut open);
            }
            for constraint in constraints {
                of_name(schema, table, constraint.name.as_ref(), &mut open);
                of_constraint(schema, table, (&constraint.kind, columns), &mut open);
            }
        }
        Op::Detail { table, detail: Detail::Selected(_) }
            if schema.tables.get(table).is_some_and(|made| made.open) =>
        {
            open.push((format!("table `{table}` has columns that are not known"), table));
        }
        Op::AddColumn { table, column, .. } => {
            of_column(schema, table, (column, columns_of(schema, table)), &mut open);
        }
        Op::AddConstraint { table, name, kind, .. } => {
            of_name(schema, table, name.as_ref(), &mut open);
            of_constraint(schema, table, (kind, columns_of(schema, table)), &mut open);
        }
        Op::AlterColumnType { table, column, to: None, .. } => {
            open.push((format!("the type of `{table}.{column}` is not known"), table));
        }
        Op::SetDefault { table, column, default } => {
            let known = columns_of(schema, table).iter().find(|known| &known.name == column);
            let data_type = known.and_then(|known| known.data_type.as_deref());
            if let Spelling::AsWritten(_) = spell_in(schema.dialect, default, data_type) {
                let what = format!("the default of `{table}.{column}` is shown as written");
                open.push((what, table));
            }
        }
        Op::AlterColumnType { table, column, .. } => after_type(schema, table, column, &mut open),
        Op::CreateIndex { table, index, .. } => {
            of_name(schema, table, index.name.as_ref(), &mut open);
            if !respell::is_certain_index(schema, columns_of(schema, table), index) {
                open.push((format!("an index expression of `{table}` is shown as written"), table));
            }
        }
        Op::WithinTable { table, what, harmless: false } => {
            open.push((format!("{what} on `{table}`"), table));
        }
        Op::RenameOther { kind: DropKind::Schema, .. } | Op::AlterDomain { .. } => {
            return vec![(super::describe(op), None)];
        }
        Op::DropOther { kind, name, .. } => {
            return match kind {
                DropKind::Database | DropKind::Schema | DropKind::Extension | DropKind::Other => {
                    vec![(format!("drops {} `{name}`", kind.word()), None)]
                }
                _ => Vec::new(),
            };
        }
        _ => {}
    }
    open.into_iter().map(|(what, table)| (what, Some(table.clone()))).collect()
}

/// The columns of a table, if it is there.
fn columns_of<'a>(schema: &'a Schema, table: &TableName) -> &'a [Column] {
    schema.tables.get(table).map_or(&[], |found| found.columns.as_slice())
}

/// What mentions a column is made anew when its type changes.
fn after_type<'a>(
    schema: &Schema,
    table: &'a TableName,
    column: &Ident,
    open: &mut Vec<(String, &'a TableName)>,
) {
    let Some(found) = schema.tables.get(table) else { return };
    let is_open = |kind: &ConstraintKind| match kind {
        ConstraintKind::Check(check) if check.columns.contains(column) => {
            !respell::is_certain(schema, &found.columns, check)
        }
        _ => false,
    };
    if found.constraints.iter().any(|constraint| is_open(&constraint.kind)) {
        open.push((
            format!("a check of `{table}` is shown as it was before `{column}` changed"),
            table,
        ));
    }
    let mut mentioning = found.indexes.iter().filter(|index| index.mentions(column));
    if mentioning.any(|index| !respell::is_certain_index(schema, &found.columns, index)) {
        let what = format!(
            "an index expression of `{table}` is shown as it was before `{column}` changed"
        );
        open.push((what, table));
    }
}

fn of_column<'a>(
    schema: &Schema,
    table: &'a TableName,
    (column, columns): (&Column, &[Column]),
    open: &mut Vec<(String, &'a TableName)>,
) {
    let name = &column.name;
    if column.data_type.is_none() {
        open.push((format!("the type of `{table}.{name}` is not known"), table));
    }
    if let Some(generated) = &column.generated
        && !respell::is_certain(schema, columns, generated)
    {
        open.push((format!("the expression of `{table}.{name}` is shown as written"), table));
    }
    if let Some(default) = &column.default
        && let Spelling::AsWritten(_) =
            spell_in(schema.dialect, default, column.data_type.as_deref())
    {
        open.push((format!("the default of `{table}.{name}` is shown as written"), table));
    }
}

/// PostgreSQL cuts a longer name, and that is done; what others make of it is not known.
fn of_name<'a>(
    schema: &Schema,
    table: &'a TableName,
    name: Option<&Ident>,
    open: &mut Vec<(String, &'a TableName)>,
) {
    let is_long = |name: &&Ident| name.as_str().len() > NAME_BYTES_MAX;
    if let Some(name) = name.filter(is_long).filter(|_| schema.dialect != Dialect::PostgreSql) {
        open.push((format!("what `{name}` is shortened to on `{table}`"), table));
    }
}

fn of_constraint<'a>(
    schema: &Schema,
    table: &'a TableName,
    (kind, columns): (&ConstraintKind, &[Column]),
    open: &mut Vec<(String, &'a TableName)>,
) {
    if let ConstraintKind::Check(check) = kind
        && !respell::is_certain(schema, columns, check)
    {
        open.push((format!("a check of `{table}` is shown as written"), table));
    }
}
