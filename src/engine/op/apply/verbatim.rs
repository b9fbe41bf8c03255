//! Ops in the catalogue's own words: what a server's tool wrote is kept as it is.

use crate::engine::op::Op;
use crate::engine::schema::{Column, ConstraintKind, Ident, Schema, Table, TableName};

use super::{Clash, apply, constraints};

/// Applies one op whose expressions are spelled by the server: none of them is spelled anew. On `Err` the
/// schema is as it was.
pub fn apply_verbatim(schema: &mut Schema, op: &Op) -> Result<(), Clash> {
    if let Op::CreateIndex { table, index, .. } = op
        && index.name.is_some()
    {
        return constraints::add_index_of_server(schema, table, index);
    }
    apply(schema, op)?;
    match op {
        Op::CreateTable { table, columns, constraints, .. } => {
            let Some(found) = schema.tables.get_mut(table) else { return Ok(()) };
            columns.iter().for_each(|column| of_column(found, column));
            for constraint in constraints {
                of_constraint(found, constraint.name.as_ref(), &constraint.kind);
            }
        }
        Op::AddColumn { table, column, .. } => {
            if let Some(found) = schema.tables.get_mut(table) {
                of_column(found, column);
            }
        }
        Op::SetDefault { table, column, default } => of_default(schema, table, column, default),
        Op::AddConstraint { table, name, kind, .. } => {
            if let Some(found) = schema.tables.get_mut(table) {
                of_constraint(found, name.as_ref(), kind);
            }
        }
        _ => {}
    }
    Ok(())
}

fn of_default(schema: &mut Schema, table: &TableName, column: &Ident, default: &str) {
    let found = schema.tables.get_mut(table);
    let found = found.and_then(|found| found.columns.iter_mut().find(|one| &one.name == column));
    if let Some(found) = found {
        found.default = Some(default.to_owned());
    }
}

fn of_column(table: &mut Table, given: &Column) {
    let Some(found) = table.columns.iter_mut().find(|one| one.name == given.name) else { return };
    // A serial column has the default that it was given with its sequence.
    if given.default.is_some() {
        found.default.clone_from(&given.default);
    }
    if let (Some(found), Some(given)) = (&mut found.generated, &given.generated) {
        found.text.clone_from(&given.text);
    }
}

fn of_constraint(table: &mut Table, name: Option<&Ident>, given: &ConstraintKind) {
    let (ConstraintKind::Check(given) | ConstraintKind::Exclusion(given)) = given else { return };
    let Some(name) = name else { return };
    let mut constraints = table.constraints.iter_mut().rev();
    let found = constraints.find(|one| one.name.as_ref() == Some(name));
    if let Some(ConstraintKind::Check(found) | ConstraintKind::Exclusion(found)) =
        found.map(|found| &mut found.kind)
    {
        found.text.clone_from(&given.text);
    }
}
