//! `CREATE TABLE` and `CREATE INDEX` → [`Op`]s with columns, constraints and parts.

use sqlparser::ast::{self, TableConstraint};

use crate::engine::dialects::Dialect;
use crate::engine::op::{ConstraintKind, Detail, Op, Selected};
use crate::engine::schema::{
    Column, Constraint, ForeignKey, Ident, Identity, Index, IndexPart, TableName,
};

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
        && (create.partition_of.is_some() || create.partition_by.is_some() || create.unlogged)
    {
        return None; // Tokens tell whose partition it is, and what else it is.
    }
    // Tokens tell what else is said of it.
    if create.unlogged
        || create.without_rowid
        || create.strict
        || !matches!(create.table_options, ast::CreateTableOptions::None)
    {
        return None;
    }
    let mut constraints = Vec::new();
    for definition in &create.columns {
        constraints.extend(of_column(definition)?);
    }
    for given in &create.constraints {
        constraints.push(constraint(given)?);
    }
    let plain = create.columns.is_empty() && !create.if_not_exists;
    let query = create.query.as_deref().filter(|_| plain && dialect == Dialect::PostgreSql);
    if let Some(parts) = query.and_then(selected) {
        let made = Op::CreateTable {
            table: table.clone(),
            columns: Vec::new(),
            constraints,
            if_not_exists: false,
            open: false,
        };
        return Some(vec![made, Op::Detail { table, detail: Detail::Selected(parts) }]);
    }
    let inherits = create.inherits.as_ref().is_some_and(|from| !from.is_empty());
    let open = create.query.is_some()
        || create.like.is_some()
        || create.clone.is_some()
        || create.partition_of.is_some()
        || inherits;
    let columns: Option<_> = create.columns.iter().map(|given| column(given, dialect)).collect();
    let columns = columns?;
    let if_not_exists = create.if_not_exists;
    Some(vec![Op::CreateTable { table, columns, constraints, if_not_exists, open }])
}

/// What a query puts out that reads columns of tables and nothing else: joined, filtered, sorted or not, their
/// types are those of the tables. `None` for any other.
fn selected(query: &ast::Query) -> Option<Vec<Selected>> {
    let ast::SetExpr::Select(select) = query.body.as_ref() else { return None };
    if query.with.is_some() || select.into.is_some() || !select.lateral_views.is_empty() {
        return None;
    }
    let tables = sources(select)?;
    let all = || tables.iter().map(|(_, table)| table.clone()).collect::<Vec<_>>();
    let of = |known_as: &ast::Ident| {
        let known_as = names::ident(known_as);
        let mut found = tables.iter().filter(|(name, _)| *name == known_as);
        Some(vec![found.next().filter(|_| found.next().is_none())?.1.clone()])
    };
    let read = |value: &ast::Expr, name: Option<&ast::Ident>| {
        let (from, column) = match value {
            ast::Expr::Identifier(column) => (all(), column),
            ast::Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => (of(table)?, column),
                _ => return None,
            },
            _ => return None,
        };
        let (column, name) = (Some(names::ident(column)), name.map(names::ident));
        Some(Selected { from, column, name })
    };
    let parts = select.projection.iter().map(|item| match item {
        ast::SelectItem::UnnamedExpr(value) => read(value, None),
        ast::SelectItem::ExprWithAlias { expr, alias } => read(expr, Some(alias)),
        ast::SelectItem::Wildcard(more) if is_plain(more) => {
            Some(Selected { from: all(), column: None, name: None })
        }
        ast::SelectItem::QualifiedWildcard(
            ast::SelectItemQualifiedWildcardKind::ObjectName(name),
            more,
        ) if is_plain(more) => match name.0.as_slice() {
            [one] => Some(Selected { from: of(one.as_ident()?)?, column: None, name: None }),
            _ => None,
        },
        _ => None,
    });
    let parts: Vec<Selected> = parts.collect::<Option<_>>()?;
    (!parts.is_empty() && !tables.is_empty()).then_some(parts)
}

/// The tables of a query by what it calls them; `None` where something else is among them.
fn sources(select: &ast::Select) -> Option<Vec<(Ident, TableName)>> {
    let mut tables: Vec<(Ident, TableName)> = Vec::new();
    for from in &select.from {
        for one in [&from.relation].into_iter().chain(from.joins.iter().map(|join| &join.relation))
        {
            let ast::TableFactor::Table { name, alias, args: None, .. } = one else { return None };
            let table = names::table(name)?;
            let known_as = match alias {
                Some(alias) if alias.columns.is_empty() => names::ident(&alias.name),
                Some(_) => return None,
                None => table.name.clone(),
            };
            tables.push((known_as, table));
        }
        // USING and NATURAL put columns together.
        let plain = |join: &ast::Join| match &join.join_operator {
            ast::JoinOperator::Join(on)
            | ast::JoinOperator::Inner(on)
            | ast::JoinOperator::Left(on)
            | ast::JoinOperator::LeftOuter(on)
            | ast::JoinOperator::Right(on)
            | ast::JoinOperator::RightOuter(on)
            | ast::JoinOperator::FullOuter(on) => matches!(on, ast::JoinConstraint::On(_)),
            ast::JoinOperator::CrossJoin(_) => true,
            _ => false,
        };
        if !from.joins.iter().all(plain) {
            return None;
        }
    }
    Some(tables)
}

/// `*`, and not `* EXCEPT (…)`.
fn is_plain(more: &ast::WildcardAdditionalOptions) -> bool {
    let said = [
        more.opt_ilike.is_some(),
        more.opt_exclude.is_some(),
        more.opt_except.is_some(),
        more.opt_replace.is_some(),
        more.opt_rename.is_some(),
    ];
    !said.contains(&true)
}

/// A column; `None` where something is said of it that is not read here.
pub(super) fn column(definition: &ast::ColumnDef, dialect: Dialect) -> Option<Column> {
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
            ast::ColumnOption::Generated { generated_as, sequence_options, .. } => {
                if sequence_options.as_ref().is_some_and(|options| !options.is_empty()) {
                    return None;
                }
                column.nullable = false;
                column.identity = Some(match generated_as {
                    ast::GeneratedAs::ByDefault => Identity::ByDefault,
                    _ => Identity::Always,
                });
            }
            // Constraints are read by themselves.
            ast::ColumnOption::Unique(_)
            | ast::ColumnOption::ForeignKey(_)
            | ast::ColumnOption::Check(_)
            | ast::ColumnOption::Null => {}
            _ => return None,
        }
    }
    Some(column)
}

/// Constraints that are written inside a column.
pub(super) fn of_column(definition: &ast::ColumnDef) -> Option<Vec<Constraint>> {
    let own = || vec![names::ident(&definition.name)];
    let mut constraints = Vec::new();
    for option in &definition.options {
        let kind = match &option.option {
            ast::ColumnOption::Unique(key) if is_usual_unique(key) => {
                ConstraintKind::Unique { columns: own() }
            }
            ast::ColumnOption::PrimaryKey(key) if is_usual_key(key) => {
                ConstraintKind::PrimaryKey { columns: own() }
            }
            ast::ColumnOption::ForeignKey(key) => {
                ConstraintKind::ForeignKey(foreign_key(key, own())?)
            }
            ast::ColumnOption::Check(check) if is_usual_check(check) => {
                ConstraintKind::Check(expressions::expression(&check.expr.to_string()))
            }
            ast::ColumnOption::Unique(_)
            | ast::ColumnOption::PrimaryKey(_)
            | ast::ColumnOption::Check(_) => return None,
            _ => continue,
        };
        constraints.push(Constraint::new(option.name.as_ref().map(names::ident), kind));
    }
    Some(constraints)
}

/// Whether nothing is said of how a constraint is kept; what is said, tokens tell.
fn is_usual_unique(key: &ast::UniqueConstraint) -> bool {
    key.characteristics.is_none()
        && key.include.is_empty()
        && key.index_options.is_empty()
        && key.nulls_distinct != ast::NullsDistinctOption::NotDistinct
}

fn is_usual_key(key: &ast::PrimaryKeyConstraint) -> bool {
    key.characteristics.is_none() && key.include.is_empty() && key.index_options.is_empty()
}

fn is_usual_check(check: &ast::CheckConstraint) -> bool {
    !check.no_inherit && check.enforced.is_none()
}

/// A constraint; `None` where something is said of it that is not read here.
pub(super) fn constraint(given: &TableConstraint) -> Option<Constraint> {
    let columns =
        |all: &[ast::IndexColumn]| all.iter().map(plain_column).collect::<Option<Vec<Ident>>>();
    let (name, kind) = match given {
        TableConstraint::Unique(unique) if is_usual_unique(unique) => {
            (&unique.name, ConstraintKind::Unique { columns: columns(&unique.columns)? })
        }
        TableConstraint::PrimaryKey(key) if is_usual_key(key) => {
            (&key.name, ConstraintKind::PrimaryKey { columns: columns(&key.columns)? })
        }
        TableConstraint::ForeignKey(key) => {
            let own = key.columns.iter().map(names::ident).collect();
            (&key.name, ConstraintKind::ForeignKey(foreign_key(key, own)?))
        }
        TableConstraint::Check(check) if is_usual_check(check) => {
            let expression = expressions::expression(&check.expr.to_string());
            (&check.name, ConstraintKind::Check(expression))
        }
        TableConstraint::PrimaryKeyUsingIndex(using) if using.characteristics.is_none() => {
            let kind = ConstraintKind::PrimaryKey { columns: Vec::new() };
            return Some(Constraint::new(using.name.as_ref().map(names::ident), kind));
        }
        TableConstraint::UniqueUsingIndex(using) if using.characteristics.is_none() => {
            let kind = ConstraintKind::Unique { columns: Vec::new() };
            return Some(Constraint::new(using.name.as_ref().map(names::ident), kind));
        }
        _ => return None,
    };
    Some(Constraint::new(name.as_ref().map(names::ident), kind))
}

fn foreign_key(key: &ast::ForeignKeyConstraint, columns: Vec<Ident>) -> Option<ForeignKey> {
    if key.characteristics.is_some() || key.match_kind.is_some() {
        return None;
    }
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
    if !create.with.is_empty() || !create.index_options.is_empty() {
        return None;
    }
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
