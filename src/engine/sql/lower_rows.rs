//! DELETE, UPDATE and INSERT → [`Op`]s.

use sqlparser::ast::{self, Statement};

use crate::engine::op::{Filter, Mutation, Op};
use crate::engine::schema::{Expression, Ident, TableName};

use super::{expressions, lower, names};

pub(super) fn read(statement: &Statement) -> Option<Vec<Op>> {
    let (table, verb, filter, sets) = match statement {
        Statement::Delete(delete) => (
            from_table(&delete.from)?,
            Mutation::Delete,
            filter(delete.selection.as_ref(), delete.using.is_some() && delete.selection.is_some()),
            Vec::new(),
        ),
        Statement::Update(update) => (
            factor_table(&update.table.relation)?,
            Mutation::Update,
            filter(update.selection.as_ref(), false),
            update.assignments.iter().filter_map(set).collect(),
        ),
        Statement::Insert(insert) => {
            (inserted(insert)?, Mutation::Insert, Filter::Some, Vec::new())
        }
        _ => return None,
    };
    // The constants are put in by whoever has the text.
    Some(vec![Op::Mutate { table, verb, filter, sets, says: Vec::new() }])
}

fn set(given: &ast::Assignment) -> Option<(Ident, Expression)> {
    let ast::AssignmentTarget::ColumnName(name) = &given.target else { return None };
    let column = names::table(name)?.name;
    Some((column, expressions::expression(&given.value.to_string())))
}

/// The table of rows that are written out, or read from plain tables; anything else could do more than
/// insert.
fn inserted(insert: &ast::Insert) -> Option<TableName> {
    let source = insert.source.as_deref()?;
    let literal = matches!(source.body.as_ref(), ast::SetExpr::Values(_)) && source.with.is_none();
    let ast::TableObject::TableName(name) = &insert.table else { return None };
    (literal || lower::select(source).is_some()).then(|| names::table(name)).flatten()
}

fn column_of(expression: &ast::Expr) -> Option<Ident> {
    match expression {
        ast::Expr::Nested(inner) => column_of(inner),
        ast::Expr::Identifier(name) => Some(names::ident(name)),
        ast::Expr::CompoundIdentifier(parts) => parts.last().map(names::ident),
        _ => None,
    }
}

fn from_table(from: &ast::FromTable) -> Option<TableName> {
    let (ast::FromTable::WithFromKeyword(tables) | ast::FromTable::WithoutKeyword(tables)) = from;
    factor_table(&tables.first()?.relation)
}

fn factor_table(factor: &ast::TableFactor) -> Option<TableName> {
    match factor {
        ast::TableFactor::Table { name, .. } => names::table(name),
        _ => None,
    }
}

fn filter(selection: Option<&ast::Expr>, joined: bool) -> Filter {
    match selection {
        None => Filter::None,
        Some(_) if joined => Filter::Some,
        Some(condition) if always_true(condition) => Filter::Tautology,
        Some(ast::Expr::IsNull(column)) => column_of(column).map_or(Filter::Some, Filter::IsNull),
        Some(condition) => {
            let mut columns = Vec::new();
            given(condition, &mut columns);
            if columns.is_empty() { Filter::Some } else { Filter::Is(columns) }
        }
    }
}

/// Puts in the columns that a condition holds to a value each.
fn given(condition: &ast::Expr, columns: &mut Vec<Ident>) {
    match condition {
        ast::Expr::Nested(inner) => given(inner, columns),
        ast::Expr::BinaryOp { left, op: ast::BinaryOperator::And, right } => {
            given(left, columns);
            given(right, columns);
        }
        ast::Expr::BinaryOp { left, op: ast::BinaryOperator::Eq, right } => {
            for (one, other) in [(left, right), (right, left)] {
                if matches!(other.as_ref(), ast::Expr::Value(_)) {
                    columns.extend(column_of(one));
                }
            }
        }
        _ => {}
    }
}

/// `true`, `1 = 1`, `(true)`: conditions that leave no row out.
fn always_true(condition: &ast::Expr) -> bool {
    match condition {
        ast::Expr::Nested(inner) => always_true(inner),
        ast::Expr::Value(value) => value.value == ast::Value::Boolean(true),
        ast::Expr::BinaryOp { left, op: ast::BinaryOperator::Eq, right } => {
            matches!((left.as_ref(), right.as_ref()), (ast::Expr::Value(a), ast::Expr::Value(b)) if a.value == b.value)
        }
        ast::Expr::BinaryOp { left, op: ast::BinaryOperator::Or, right } => {
            always_true(left) || always_true(right)
        }
        ast::Expr::BinaryOp { left, op: ast::BinaryOperator::And, right } => {
            always_true(left) && always_true(right)
        }
        _ => false,
    }
}
