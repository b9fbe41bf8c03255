//! The parser's names → ours, folded as PostgreSQL folds them.

use sqlparser::ast;

use crate::engine::schema::{Ident, TableName};

/// The schema that an unqualified name lives in.
const DEFAULT_SCHEMA: &str = "public";

pub(super) fn ident(ident: &ast::Ident) -> Ident {
    if ident.quote_style.is_some() {
        Ident::exact(ident.value.clone())
    } else {
        Ident::unquoted(&ident.value)
    }
}

/// `catalog.schema.name` keeps its last two parts: a statement cannot reach another database.
pub(super) fn table(name: &ast::ObjectName) -> Option<TableName> {
    let mut parts: Vec<Ident> = Vec::new();
    for part in &name.0 {
        parts.push(ident(part.as_ident()?));
    }
    let last = parts.pop()?;
    Some(match parts.pop() {
        Some(schema) => TableName::qualified(schema, last, DEFAULT_SCHEMA),
        None => TableName::plain(last),
    })
}

/// Like [`table`], for places where a name that is not plain (a function call) makes the statement unread.
pub(super) fn text(name: &ast::ObjectName) -> Option<String> {
    table(name).map(|name| name.to_string())
}
