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
    let parts: Option<Vec<&ast::Ident>> = name.0.iter().map(|part| part.as_ident()).collect();
    from_parts(&parts?)
}

/// Like [`table`], from the identifiers of a name.
pub(super) fn from_parts(parts: &[&ast::Ident]) -> Option<TableName> {
    let (last, before) = parts.split_last()?;
    Some(match before.last() {
        Some(schema) => TableName::qualified(ident(schema), ident(last), DEFAULT_SCHEMA),
        None => TableName::plain(ident(last)),
    })
}

/// Like [`table`], for places where a name that is not plain (a function call) makes the statement unread.
pub(super) fn text(name: &ast::ObjectName) -> Option<String> {
    table(name).map(|name| name.to_string())
}
