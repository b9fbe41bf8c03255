//! `CREATE TABLE` and `CREATE INDEX` → [`Op`]s with columns, constraints and parts.

use sqlparser::ast::{self, TableConstraint};

use crate::engine::dialects::Dialect;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Column, Constraint, ForeignKey, Ident, Identity, Index, IndexPart};

use super::{expressions, names};

pub(super) fn table(create: &ast::CreateTable, dialect: Dialect) -> Option<Vec<Op>> {
    let table = names::table(&create.name)?;
    if create.temporary {
        return Some(vec![Op::Neutral { what: "creates a temporary table" }]);
    }
    if create.or_replace {
        return None; // MariaDB's CREATE OR REPLACE TABLE drops first; nothing here says so yet.
    }
    if dialect == Dialect::PostgreSql
        && (create.partition_of.is_some() || create.partition_by.is_some())
    {
        return None; // Tokens tell whose partition it is.
    }
    let mut constraints = Vec::new();
    for definition in &create.columns {
        constraints.extend(of_column(definition)?);
    }
    for given in &create.constraints {
        constraints.push(constraint(given)?);
    }
    let inherits = create.inherits.as_ref().is_some_and(|from| !from.is_empty());
    let open = create.query.is_some()
        || create.like.is_some()
        || create.clone.is_some()
        || create.partition_of.is_some()
        || inherits;
    let columns = create.columns.iter().map(|given| column(given, dialect)).collect();
    let if_not_exists = create.if_not_exists;
    Some(vec![Op::CreateTable { table, columns, constraints, if_not_exists, open }])
}

pub(super) fn column(definition: &ast::ColumnDef, dialect: Dialect) -> Column {
    let mut column = Column {
        name: names::ident(&definition.name),
        data_type: Some(type_text(&definition.data_type, dialect)),
        nullable: true,
        ..Column::default()
    };
    for option in &definition.options {
        match &option.option {
            ast::ColumnOption::NotNull | ast::ColumnOption::PrimaryKey(_) => {
                column.nullable = false;
            }
            ast::ColumnOption::Default(value) => column.default = Some(value.to_string()),
            ast::ColumnOption::Comment(text) => column.comment = Some(text.clone()),
            ast::ColumnOption::Generated {
                generation_expr: Some(value),
                generation_expr_mode,
                ..
            } => {
                column.computed_on_read =
                    *generation_expr_mode == Some(ast::GeneratedExpressionMode::Virtual);
                column.generated = Some(expressions::expression(&value.to_string()));
            }
            ast::ColumnOption::Generated { generated_as, .. } => {
                column.nullable = false;
                column.identity = Some(match generated_as {
                    ast::GeneratedAs::ByDefault => Identity::ByDefault,
                    _ => Identity::Always,
                });
            }
            _ => {}
        }
    }
    column
}

/// Constraints that are written inside a column.
pub(super) fn of_column(definition: &ast::ColumnDef) -> Option<Vec<Constraint>> {
    let own = || vec![names::ident(&definition.name)];
    let mut constraints = Vec::new();
    for option in &definition.options {
        let kind = match &option.option {
            ast::ColumnOption::Unique(_) => ConstraintKind::Unique { columns: own() },
            ast::ColumnOption::PrimaryKey(_) => ConstraintKind::PrimaryKey { columns: own() },
            ast::ColumnOption::ForeignKey(key) => {
                ConstraintKind::ForeignKey(foreign_key(key, own())?)
            }
            ast::ColumnOption::Check(check) => {
                ConstraintKind::Check(expressions::expression(&check.expr.to_string()))
            }
            _ => continue,
        };
        constraints.push(Constraint::new(option.name.as_ref().map(names::ident), kind));
    }
    Some(constraints)
}

pub(super) fn constraint(given: &TableConstraint) -> Option<Constraint> {
    let columns =
        |all: &[ast::IndexColumn]| all.iter().map(plain_column).collect::<Option<Vec<Ident>>>();
    let (name, kind) = match given {
        TableConstraint::Unique(unique) => {
            (&unique.name, ConstraintKind::Unique { columns: columns(&unique.columns)? })
        }
        TableConstraint::PrimaryKey(key) => {
            (&key.name, ConstraintKind::PrimaryKey { columns: columns(&key.columns)? })
        }
        TableConstraint::ForeignKey(key) => {
            let own = key.columns.iter().map(names::ident).collect();
            (&key.name, ConstraintKind::ForeignKey(foreign_key(key, own)?))
        }
        TableConstraint::Check(check) => {
            let expression = expressions::expression(&check.expr.to_string());
            (&check.name, ConstraintKind::Check(expression))
        }
        TableConstraint::Exclude(exclude) => {
            let parts: Vec<String> = exclude.elements.iter().map(ToString::to_string).collect();
            let mut expression = expressions::expression(&parts.join(", "));
            expression.columns.retain(|name| name.as_str() != "with");
            (&exclude.name, ConstraintKind::Exclusion(expression))
        }
        TableConstraint::PrimaryKeyUsingIndex(using) => {
            let kind = ConstraintKind::PrimaryKey { columns: Vec::new() };
            return Some(Constraint::new(using.name.as_ref().map(names::ident), kind));
        }
        TableConstraint::UniqueUsingIndex(using) => {
            let kind = ConstraintKind::Unique { columns: Vec::new() };
            return Some(Constraint::new(using.name.as_ref().map(names::ident), kind));
        }
        _ => return None,
    };
    Some(Constraint::new(name.as_ref().map(names::ident), kind))
}

fn foreign_key(key: &ast::ForeignKeyConstraint, columns: Vec<Ident>) -> Option<ForeignKey> {
    let action = |given: &Option<ast::ReferentialAction>| {
        given.as_ref().map(ToString::to_string).filter(|text| text != "NO ACTION")
    };
    Some(ForeignKey {
        columns,
        ref_table: names::table(&key.foreign_table)?,
        ref_columns: key.referred_columns.iter().map(names::ident).collect(),
        on_delete: action(&key.on_delete),
        on_update: action(&key.on_update),
    })
}

pub(super) fn index(create: &ast::CreateIndex) -> Option<Op> {
    let method = create.using.as_ref().map(|method| method.to_string().to_lowercase());
    let filter = create.predicate.as_ref();
    let index = Index {
        name: create.name.as_ref().and_then(names::table).map(|name| name.name),
        parts: create.columns.iter().map(part).collect(),
        include: create.include.iter().map(names::ident).collect(),
        unique: create.unique,
        method: method.filter(|method| method != "btree"),
        filter: filter.map(|given| expressions::expression(&given.to_string())),
        nulls_not_distinct: create.nulls_distinct == Some(false),
        ..Index::default()
    };
    Some(Op::CreateIndex {
        table: names::table(&create.table_name)?,
        index,
        if_not_exists: create.if_not_exists,
        concurrently: create.concurrently,
    })
}

fn part(column: &ast::IndexColumn) -> IndexPart {
    match plain_column(column) {
        Some(name) => IndexPart::Column(name),
        None => IndexPart::Expression(expressions::expression(&column.to_string())),
    }
}

/// A column and nothing else; ascending is how it would stand anyway.
fn plain_column(column: &ast::IndexColumn) -> Option<Ident> {
    let options = &column.column.options;
    let is_plain = column.operator_class.is_none()
        && options.nulls_first.is_none()
        && column.column.to_string().split_whitespace().last() != Some("DESC");
    match &column.column.expr {
        ast::Expr::Identifier(name) if is_plain => Some(names::ident(name)),
        _ => None,
    }
}

/// A type as the catalogue spells it.
pub(super) fn type_text(data_type: &ast::DataType, dialect: Dialect) -> String {
    dialect.type_name(&data_type.to_string())
}
