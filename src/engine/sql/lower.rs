//! A parsed statement → [`Op`]s; one short arm per kind of statement.

use sqlparser::ast::{self, ObjectType, Statement};

use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, DropKind, Op};
use crate::engine::schema::TableName;

use super::grammar::{self, Parsed};
use super::{lower_alter, lower_create, lower_rows, lower_session, lower_types, names};

/// Reads one statement; `None` when the parser refuses it or it holds anything but one statement.
pub(super) fn read(text: &str, dialect: Dialect) -> Option<Vec<Op>> {
    match grammar::parse(text, dialect)? {
        Parsed::Statement(statement) => lower(&statement, dialect),
        Parsed::Neutral(what) => Some(vec![Op::Neutral { what }]),
    }
}

fn lower(statement: &Statement, dialect: Dialect) -> Option<Vec<Op>> {
    let one = |op: Op| Some(vec![op]);
    match statement {
        Statement::CreateTable(create) => lower_create::table(create, dialect),
        Statement::AlterTable(alter) => lower_alter::read(alter, dialect),
        Statement::Drop { object_type, names, cascade, if_exists, table, .. } => {
            drop_objects(*object_type, names, *cascade, *if_exists, table.as_ref())
        }
        Statement::Truncate(truncate) => one(Op::Truncate {
            tables: truncate
                .table_names
                .iter()
                .map(|target| names::table(&target.name))
                .collect::<Option<_>>()?,
            cascade: truncate.cascade == Some(ast::CascadeOption::Cascade),
            restart_identity: truncate.identity == Some(ast::TruncateIdentityOption::Restart),
        }),
        Statement::Delete(_) | Statement::Update(_) | Statement::Insert(_) => {
            lower_rows::read(statement)
        }
        Statement::CreateIndex(create) => one(lower_create::index(create)?),
        Statement::AlterIndex { name, operation } => {
            let ast::AlterIndexOperation::RenameIndex { index_name } = operation;
            one(Op::RenameIndex { from: names::table(name)?, to: names::table(index_name)?.name })
        }
        Statement::CreateType { name, representation } => {
            lower_types::create(name, representation.as_ref())
        }
        Statement::AlterType(alter) => lower_types::alter(alter),
        Statement::CreateView(create) => one(Op::CreateOther {
            kind: if create.materialized { DropKind::MaterializedView } else { DropKind::View },
            name: names::table(&create.name)?,
        }),
        Statement::CreateSequence { name, temporary: false, .. } => {
            one(Op::CreateOther { kind: DropKind::Sequence, name: names::table(name)? })
        }
        Statement::CreateExtension(create) => {
            let name = TableName::plain(names::ident(&create.name));
            let home = create.schema.as_ref().map(names::ident);
            let home = home.and_then(|home| Op::extension_in(&name, &home));
            let made = Op::CreateOther { kind: DropKind::Extension, name };
            Some(std::iter::once(made).chain(home).collect())
        }
        Statement::Comment { object_type, object_name, comment, .. } => {
            one(comment_on(*object_type, object_name, comment.as_deref()))
        }
        Statement::Set(set) => lower_session::set(set),
        Statement::Pragma { name, value, .. } => lower_session::pragma(name, value.as_ref()),
        Statement::Reset(reset) => one(lower_session::reset(reset)?),
        _ => lower_drop(statement)
            .or_else(|| lower_session::transact(statement).map(|op| vec![Op::Transaction(op)]))
            .or_else(|| neutral(statement).map(|what| vec![Op::Neutral { what }])),
    }
}

/// A comment on a column is part of a schema; others are not kept.
fn comment_on(kind: ast::CommentObject, name: &ast::ObjectName, comment: Option<&str>) -> Op {
    let parts: Option<Vec<&ast::Ident>> = name.0.iter().map(|part| part.as_ident()).collect();
    if kind == ast::CommentObject::Column
        && let Some((column, table)) = parts.as_deref().and_then(<[_]>::split_last)
        && let Some(table) = names::from_parts(table)
    {
        let comment = comment.filter(|text| !text.is_empty()).map(str::to_owned);
        return Op::SetComment { table, column: names::ident(column), comment };
    }
    if kind == ast::CommentObject::Table
        && let Some(table) = names::table(name)
    {
        let comment = comment.filter(|text| !text.is_empty()).map(str::to_owned);
        return Op::Detail { table, detail: Detail::Comment(comment) };
    }
    Op::Neutral { what: "comments on an object" }
}

fn drop_objects(
    object_type: ObjectType,
    object_names: &[ast::ObjectName],
    cascade: bool,
    if_exists: bool,
    _table: Option<&ast::ObjectName>,
) -> Option<Vec<Op>> {
    let kind = match object_type {
        ObjectType::Table => {
            let drop =
                |name| Some(Op::DropTable { table: names::table(name)?, if_exists, cascade });
            return object_names.iter().map(drop).collect();
        }
        ObjectType::Index => {
            // The parser takes CONCURRENTLY for the index's name; reading the tokens gets it right.
            let drop = |name| {
                let name = names::table(name)?;
                (name.name.as_str() != "concurrently").then_some(Op::DropIndex {
                    name,
                    if_exists,
                    concurrently: false,
                })
            };
            return object_names.iter().map(drop).collect();
        }
        ObjectType::View => DropKind::View,
        ObjectType::MaterializedView => DropKind::MaterializedView,
        ObjectType::Schema => DropKind::Schema,
        ObjectType::Database => DropKind::Database,
        ObjectType::Role | ObjectType::User => DropKind::Role,
        ObjectType::Sequence => DropKind::Sequence,
        ObjectType::Type => DropKind::Type,
        _ => DropKind::Other,
    };
    object_names
        .iter()
        .map(|name| Some(Op::DropOther { kind, name: names::text(name)?, cascade }))
        .collect()
}

/// Drops that the parser keeps in statements of their own.
fn lower_drop(statement: &Statement) -> Option<Vec<Op>> {
    let cascades =
        |behavior: &Option<ast::DropBehavior>| *behavior == Some(ast::DropBehavior::Cascade);
    let named = |kind, name: String, cascade| Some(vec![Op::DropOther { kind, name, cascade }]);
    match statement {
        Statement::DropFunction(drop) => {
            let each = |desc: &ast::FunctionDesc| {
                Some(Op::DropOther {
                    kind: DropKind::Function,
                    name: names::text(&desc.name)?,
                    cascade: cascades(&drop.drop_behavior),
                })
            };
            drop.func_desc.iter().map(each).collect()
        }
        Statement::DropProcedure { proc_desc, drop_behavior, .. } => {
            let each = |desc: &ast::FunctionDesc| {
                Some(Op::DropOther {
                    kind: DropKind::Procedure,
                    name: names::text(&desc.name)?,
                    cascade: cascades(drop_behavior),
                })
            };
            proc_desc.iter().map(each).collect()
        }
        Statement::DropDomain(drop) => {
            named(DropKind::Domain, names::text(&drop.name)?, cascades(&drop.drop_behavior))
        }
        Statement::DropPolicy(drop) => named(
            DropKind::Policy,
            format!("{}.{}", names::text(&drop.table_name)?, names::ident(&drop.name)),
            cascades(&drop.drop_behavior),
        ),
        Statement::DropTrigger(drop) => named(
            DropKind::Trigger,
            names::text(&drop.trigger_name)?,
            drop.option == Some(ast::ReferentialAction::Cascade),
        ),
        Statement::DropExtension(drop) => Some(
            drop.names
                .iter()
                .map(|name| Op::DropOther {
                    kind: DropKind::Extension,
                    name: names::ident(name).to_string(),
                    cascade: drop.cascade_or_restrict == Some(ast::ReferentialAction::Cascade),
                })
                .collect(),
        ),
        _ => None,
    }
}

/// Statements that are understood and change nothing that Retort models.
fn neutral(statement: &Statement) -> Option<&'static str> {
    Some(match statement {
        Statement::Query(query) => return select(query),
        Statement::CreateSequence { .. } => "creates a temporary sequence",
        Statement::CreateSchema { .. } => "creates a schema",
        Statement::ShowVariable { .. } => "shows a setting",
        Statement::Analyze(_) => "gathers statistics",
        _ => return None,
    })
}

/// A SELECT without side effects that we know of: no function may hide in it, except settings and `now()`.
pub(super) fn select(query: &ast::Query) -> Option<&'static str> {
    if query.with.is_some() {
        return None; // A CTE may delete or update.
    }
    let ast::SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    // A function may hide in any clause; only plain reads of plain tables are known to have no effect.
    let plain_table = |from: &ast::TableWithJoins| {
        from.joins.is_empty() && matches!(from.relation, ast::TableFactor::Table { args: None, .. })
    };
    if select.selection.is_some() || select.having.is_some() || !select.from.iter().all(plain_table)
    {
        return None;
    }
    let calls = select.projection.iter().all(|item| match item {
        ast::SelectItem::UnnamedExpr(ast::Expr::Function(call)) => names::text(&call.name)
            .is_some_and(|name| {
                matches!(name.as_str(), "pg_catalog.set_config" | "now" | "count" | "version")
            }),
        ast::SelectItem::UnnamedExpr(expr) => matches!(
            expr,
            ast::Expr::Identifier(_) | ast::Expr::Value(_) | ast::Expr::CompoundIdentifier(_)
        ),
        ast::SelectItem::Wildcard(_) => true,
        _ => false,
    });
    (calls && select.into.is_none()).then_some("reads rows")
}
