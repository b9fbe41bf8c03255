//! What a step needs to be there, and what it makes.

use crate::engine::op::{Mutation, Op};
use crate::engine::schema::{ConstraintKind, Ident, TableName};

/// Something that has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    /// The table, or the enum type.
    pub table: TableName,
    pub columns: Vec<Ident>,
    /// Constraints and indexes.
    pub others: Vec<Ident>,
    pub is_enum: bool,
    /// What is done with it.
    pub does: &'static str,
}

fn need(table: &TableName, columns: &[&Ident], does: &'static str) -> Need {
    let columns = columns.iter().map(|one| (*one).clone()).collect();
    Need { table: table.clone(), columns, others: Vec::new(), is_enum: false, does }
}

/// Returns what a step needs. What may as well be absent (`IF EXISTS`) is not among it.
pub(super) fn of(op: &Op) -> Vec<Need> {
    match op {
        Op::CreateTable { table, constraints, .. } => {
            let kinds = constraints.iter().map(|one| &one.kind);
            let own = |one: &Need| one.table != *table;
            kinds.filter_map(referred).filter(own).collect()
        }
        Op::DropTable { table, if_exists: false, .. } => vec![need(table, &[], "drops it")],
        Op::RenameTable { from, .. } => vec![need(from, &[], "renames it")],
        Op::AddColumn { table, .. } => vec![need(table, &[], "adds a column to it")],
        Op::DropColumn { table, column, if_exists: false, .. } => {
            vec![need(table, &[column], "drops it")]
        }
        Op::RenameColumn { table, from, .. } => vec![need(table, &[from], "renames it")],
        Op::AlterColumnType { table, column, .. } => {
            vec![need(table, &[column], "changes its type")]
        }
        Op::SetNotNull { table, column }
        | Op::DropNotNull { table, column }
        | Op::SetDefault { table, column, .. }
        | Op::DropDefault { table, column }
        | Op::SetIdentity { table, column, .. }
        | Op::SetComment { table, column, .. } => vec![need(table, &[column], "changes it")],
        Op::AddConstraint { table, kind, .. } => {
            let columns = columns_of(kind);
            let columns: Vec<&Ident> = columns.iter().collect();
            let own = need(table, &columns, "puts a constraint on it");
            [own].into_iter().chain(referred(kind)).collect()
        }
        Op::DropConstraint { table, name, if_exists: false, .. } => {
            vec![Need {
                others: vec![name.clone()],
                ..need(table, &[], "drops a constraint of it")
            }]
        }
        Op::CreateIndex { table, index, .. } => {
            let columns = index.columns();
            let columns: Vec<&Ident> = columns.iter().collect();
            vec![need(table, &columns, "builds an index on it")]
        }
        Op::AddEnumValue { name, .. } | Op::RenameType { from: name, .. } => {
            vec![Need { is_enum: true, ..need(name, &[], "changes it") }]
        }
        Op::Mutate { table, verb, sets, .. } => {
            let columns: Vec<&Ident> = sets.iter().map(|(column, _)| column).collect();
            let does = match verb {
                Mutation::Insert => "puts rows into it",
                Mutation::Update => "changes its rows",
                Mutation::Delete => "deletes its rows",
            };
            vec![need(table, &columns, does)]
        }
        Op::RowSecurity { table, .. } | Op::Detail { table, .. } => {
            vec![need(table, &[], "changes it")]
        }
        _ => Vec::new(),
    }
}

/// The other end of a foreign key.
fn referred(kind: &ConstraintKind) -> Option<Need> {
    let ConstraintKind::ForeignKey(key) = kind else { return None };
    let columns: Vec<&Ident> = key.ref_columns.iter().collect();
    Some(need(&key.ref_table, &columns, "refers to it"))
}

/// Returns the columns of the table itself that a constraint is about.
pub(super) fn columns_of(kind: &ConstraintKind) -> Vec<Ident> {
    match kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            columns.clone()
        }
        ConstraintKind::Check(check) | ConstraintKind::Exclusion(check) => check.columns.clone(),
        ConstraintKind::ForeignKey(key) => key.columns.clone(),
    }
}

/// Returns what a step makes, by name.
pub(super) fn made_by(op: &Op) -> Vec<(TableName, Option<Ident>)> {
    match op {
        Op::CreateTable { table, .. } | Op::RenameTable { to: table, .. } => {
            vec![(table.clone(), None)]
        }
        Op::CreateEnum { name, .. } | Op::RenameType { to: name, .. } => vec![(name.clone(), None)],
        Op::AddColumn { table, column, .. } => vec![(table.clone(), Some(column.name.clone()))],
        Op::RenameColumn { table, to, .. } => vec![(table.clone(), Some(to.clone()))],
        Op::AddConstraint { table, name: Some(name), .. }
        | Op::RenameConstraint { table, to: name, .. } => vec![(table.clone(), Some(name.clone()))],
        Op::CreateIndex { table, index, .. } => {
            index.name.iter().map(|name| (table.clone(), Some(name.clone()))).collect()
        }
        _ => Vec::new(),
    }
}
