//! What an op leaves open in a replayed schema, so that it is never a guess.

use crate::engine::schema::{Column, ConstraintKind, Ident, IndexPart, TableName};

use super::names::NAME_BYTES_MAX;
use super::{DropKind, Op, Spelling, spell};

/// What replay cannot say after an op that was understood, in words, and the tables it is about; empty
/// tables for anything at all.
pub fn unmodelled(op: &Op) -> Vec<(String, Option<TableName>)> {
    let mut open = Vec::new();
    match op {
        Op::CreateTable { table, columns, constraints, open: is_open, .. } => {
            if *is_open {
                open.push((format!("table `{table}` has columns that are not known"), table));
            }
            for column in columns {
                of_column(table, column, &mut open);
            }
            for constraint in constraints {
                of_name(table, constraint.name.as_ref(), &mut open);
                of_constraint(table, &constraint.kind, &mut open);
            }
        }
        Op::AddColumn { table, column, .. } => of_column(table, column, &mut open),
        Op::AddConstraint { table, name, kind, .. } => {
            of_name(table, name.as_ref(), &mut open);
            of_constraint(table, kind, &mut open);
        }
        Op::AlterColumnType { table, column, to: None, .. } => {
            open.push((format!("the type of `{table}.{column}` is not known"), table));
        }
        Op::CreateIndex { table, index, .. } => {
            of_name(table, index.name.as_ref(), &mut open);
            let computed = index.parts.iter().any(|part| matches!(part, IndexPart::Expression(_)));
            if computed || index.filter.is_some() {
                open.push((format!("an index expression of `{table}` is shown as written"), table));
            }
        }
        Op::WithinTable { table, what, harmless: false } => {
            open.push((format!("{what} on `{table}`"), table));
        }
        Op::DropOther { kind, name, .. } => {
            return match kind {
                DropKind::Database | DropKind::Schema | DropKind::Extension | DropKind::Other => {
                    vec![(format!("drops {} `{name}`", kind.word()), None)]
                }
                _ => Vec::new(),
            };
        }
        Op::Sql { .. } => return vec![("SQL that nobody has read".to_owned(), None)],
        _ => {}
    }
    open.into_iter().map(|(what, table)| (what, Some(table.clone()))).collect()
}

fn of_column<'a>(table: &'a TableName, column: &Column, open: &mut Vec<(String, &'a TableName)>) {
    let name = &column.name;
    if column.data_type.is_none() {
        open.push((format!("the type of `{table}.{name}` is not known"), table));
    }
    if column.generated.is_some() {
        open.push((format!("the expression of `{table}.{name}` is shown as written"), table));
    }
    if let Some(default) = &column.default
        && let Spelling::AsWritten(_) = spell(default, column.data_type.as_deref())
    {
        open.push((format!("the default of `{table}.{name}` is shown as written"), table));
    }
}

/// The server cuts a longer name, and SQLAlchemy shortens some of them before that.
fn of_name<'a>(
    table: &'a TableName,
    name: Option<&Ident>,
    open: &mut Vec<(String, &'a TableName)>,
) {
    if let Some(name) = name.filter(|name| name.as_str().len() > NAME_BYTES_MAX) {
        open.push((format!("what `{name}` is shortened to on `{table}`"), table));
    }
}

fn of_constraint<'a>(
    table: &'a TableName,
    kind: &ConstraintKind,
    open: &mut Vec<(String, &'a TableName)>,
) {
    if matches!(kind, ConstraintKind::Check(_)) {
        open.push((format!("a check of `{table}` is shown as written"), table));
    }
}
