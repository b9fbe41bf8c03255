//! What a step makes: columns, constraints and names.

use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Column, Ident, TableName};
use crate::wire::ObjectKind;

/// Returns the columns that a step makes, with their table, and whether the table is made as well.
pub fn columns(op: &Op) -> Option<(&TableName, &[Column], bool)> {
    match op {
        Op::CreateTable { table, columns, .. } => Some((table, columns, true)),
        Op::AddColumn { table, column, .. } => Some((table, std::slice::from_ref(column), false)),
        _ => None,
    }
}

/// Returns the constraints that a step makes, with their names, and whether the table is made as well.
pub fn constraints(op: &Op) -> Vec<(&TableName, Option<&Ident>, &ConstraintKind)> {
    match op {
        Op::CreateTable { table, constraints, .. } => {
            constraints.iter().map(|one| (table, one.name.as_ref(), &one.kind)).collect()
        }
        Op::AddConstraint { table, name, kind, .. } => vec![(table, name.as_ref(), kind)],
        _ => Vec::new(),
    }
}

/// Returns every name that a step gives, and what has it.
pub fn names(op: &Op) -> Vec<(ObjectKind, &TableName, &Ident)> {
    let mut names = Vec::new();
    if let Some((table, columns, is_new)) = columns(op) {
        if is_new {
            names.push((ObjectKind::Table, table, &table.name));
        }
        names.extend(columns.iter().map(|column| (ObjectKind::Column, table, &column.name)));
    }
    let constraints = constraints(op).into_iter();
    names.extend(
        constraints.filter_map(|(table, name, _)| Some((ObjectKind::Constraint, table, name?))),
    );
    match op {
        Op::CreateIndex { table, index, .. } => {
            names.extend(index.name.as_ref().map(|name| (ObjectKind::Index, table, name)));
        }
        Op::RenameTable { to, .. } => names.push((ObjectKind::Table, to, &to.name)),
        Op::RenameColumn { table, to, .. } => names.push((ObjectKind::Column, table, to)),
        Op::RenameConstraint { table, to, .. } => names.push((ObjectKind::Constraint, table, to)),
        Op::CreateEnum { name, .. } => names.push((ObjectKind::Type, name, &name.name)),
        _ => {}
    }
    names
}
