//! A query on the server's catalogue that asks for names alone → [`Question`].

use sqlparser::ast::{self, BinaryOperator, Expr, SelectItem, SetExpr, Statement};

use crate::engine::dialects::Dialect;

use super::grammar::{self, Parsed};
use super::names;

/// What a query lists, by which names, and what of each row it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub of: Listing,
    /// A row has to have one of these values in each of these fields.
    pub filters: Vec<(Field, Vec<String>)>,
    pub wanted: Wanted,
}

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    Tables,
    Columns,
    Indexes,
    Constraints,
    Types,
}

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Schema,
    Table,
    /// Of the column, the index, the constraint, the type.
    Name,
    Kind,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Whether there is a row.
    Exists,
    Count,
    Rows(Vec<Given>),
}

/// One place of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Number(i64),
    Field(Field),
}

type Columns = &'static [(&'static str, Field)];

/// Listings by their names, with the fields that are read here.
static LISTINGS: &[(&str, Listing, Columns)] = &[
    (
        "information_schema.tables",
        Listing::Tables,
        &[
            ("table_schema", Field::Schema),
            ("table_name", Field::Table),
            ("table_type", Field::Kind),
        ],
    ),
    (
        "information_schema.columns",
        Listing::Columns,
        &[
            ("table_schema", Field::Schema),
            ("table_name", Field::Table),
            ("column_name", Field::Name),
        ],
    ),
    (
        "information_schema.table_constraints",
        Listing::Constraints,
        &[
            ("table_schema", Field::Schema),
            ("table_name", Field::Table),
            ("constraint_name", Field::Name),
            ("constraint_type", Field::Kind),
        ],
    ),
    ("pg_tables", Listing::Tables, &[("schemaname", Field::Schema), ("tablename", Field::Table)]),
    (
        "pg_indexes",
        Listing::Indexes,
        &[("schemaname", Field::Schema), ("tablename", Field::Table), ("indexname", Field::Name)],
    ),
    ("pg_type", Listing::Types, &[("typname", Field::Name), ("typtype", Field::Kind)]),
];

/// Returns what a query asks PostgreSQL's catalogue for; `None` for any other, and for one that wants more of it.
pub fn question(text: &str, dialect: Dialect) -> Option<Question> {
    if dialect != Dialect::PostgreSql {
        return None;
    }
    let Parsed::Statement(statement) = grammar::parse(text, dialect)? else { return None };
    let Statement::Query(query) = *statement else { return None };
    let select = plain(&query)?;
    // `SELECT EXISTS (SELECT …)`
    if let [SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }] =
        select.projection.as_slice()
        && let Expr::Exists { subquery, negated: false } = value
    {
        let whole = select.from.is_empty() && select.selection.is_none();
        let inner = plain(subquery).filter(|_| whole)?;
        return Some(Question { wanted: Wanted::Exists, ..of_select(inner)? });
    }
    of_select(select)
}

/// A SELECT without anything around it but an order and a limit of at least one row.
fn plain(query: &ast::Query) -> Option<&ast::Select> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let more = query.with.is_some() || query.fetch.is_some() || select.having.is_some();
    let one = query.limit_clause.as_ref().is_none_or(is_one);
    let grouped =
        !matches!(&select.group_by, ast::GroupByExpr::Expressions(all, _) if all.is_empty());
    let odd = select.into.is_some() || select.distinct.is_some() || grouped;
    (!more && one && !odd).then_some(select)
}

fn of_select(select: &ast::Select) -> Option<Question> {
    let [from] = select.from.as_slice() else { return None };
    let ast::TableFactor::Table { name, alias, args: None, .. } = &from.relation else {
        return None;
    };
    if !from.joins.is_empty() {
        return None;
    }
    let alias = alias.as_ref().map(|alias| names::ident(&alias.name).as_str().to_owned());
    let table = names::text(name)?;
    let own = table.strip_prefix("pg_catalog.").unwrap_or(&table);
    let (_, of, columns) = LISTINGS.iter().find(|(known, ..)| *known == own)?;
    let field = |value: &Expr| {
        let column = match value {
            Expr::Identifier(column) => column,
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => {
                    let is_it = alias.as_deref() == Some(names::ident(table).as_str());
                    is_it.then_some(column)?
                }
                _ => return None,
            },
            _ => return None,
        };
        let column = names::ident(column);
        columns.iter().find(|(known, _)| *known == column.as_str()).map(|(_, field)| *field)
    };
    let mut filters = Vec::new();
    if let Some(condition) = &select.selection {
        conditions(condition, &field, &mut filters)?;
    }
    let given = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. } => {
            match value {
                Expr::Value(value) => match &value.value {
                    ast::Value::Number(text, _) => text.parse().ok().map(Given::Number),
                    _ => None,
                },
                value => field(value).map(Given::Field),
            }
        }
        _ => None,
    };
    let wanted = match select.projection.as_slice() {
        [SelectItem::UnnamedExpr(Expr::Function(call))] if is_call(call, "count", true) => {
            Wanted::Count
        }
        all => Wanted::Rows(all.iter().map(given).collect::<Option<_>>()?),
    };
    Some(Question { of: *of, filters, wanted })
}

/// What stands between ANDs: a field that is one text, or one of several.
fn conditions(
    condition: &Expr,
    field: &dyn Fn(&Expr) -> Option<Field>,
    filters: &mut Vec<(Field, Vec<String>)>,
) -> Option<()> {
    match condition {
        Expr::Nested(inner) => conditions(inner, field, filters),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conditions(left, field, filters)?;
            conditions(right, field, filters)
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
            filters.push((field(left)?, vec![text(right)?]));
            Some(())
        }
        Expr::InList { expr, list, negated: false } => {
            filters.push((field(expr)?, list.iter().map(text).collect::<Option<_>>()?));
            Some(())
        }
        _ => None,
    }
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Value(value) => match &value.value {
            ast::Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        // Nothing that is replayed changes where names without a schema live.
        Expr::Function(call) if is_call(call, "current_schema", false) => Some("public".to_owned()),
        _ => None,
    }
}

/// `LIMIT 1`
fn is_one(limit: &ast::LimitClause) -> bool {
    let ast::LimitClause::LimitOffset { limit: Some(Expr::Value(value)), offset: None, limit_by } =
        limit
    else {
        return false;
    };
    limit_by.is_empty()
        && matches!(&value.value, ast::Value::Number(text, _) if text.as_str() == "1")
}

/// `name(*)`, or `name()`. Told by its parts: a call that is printed needs code that the browser leaves out.
fn is_call(call: &ast::Function, name: &str, starred: bool) -> bool {
    let ast::FunctionArguments::List(given) = &call.args else { return false };
    let args = match given.args.as_slice() {
        [] => !starred,
        [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard)] => starred,
        _ => false,
    };
    let odd = call.filter.is_some() || call.over.is_some() || given.duplicate_treatment.is_some();
    args && !odd && names::text(&call.name).as_deref() == Some(name)
}
