//! SQL expressions as PostgreSQL prints them back: in checks, index elements and predicates, generated columns
//! and defaults.
//!
//! In: an expression as somebody wrote it, and the columns that it may speak of.
//! Out: the text of `pg_get_expr`, or nothing where it is not certain.
//! Never: a guess. An operator or function whose resolution is not in the tables here gives nothing.
//!
//! The server keeps a tree whose operands are cast where the operator needs it, and prints that tree with all
//! parentheses and all casts (PostgreSQL's `parse_oper.c`, `parse_expr.c`, `ruleutils.c`). What a server
//! answered is in `tests/oracle/expression-postgresql.tsv`.

mod calls;
mod constants;
mod element;
mod operators;
mod speller;
mod typed;

pub use constants::{number_text, of_type};
pub use element::{Element, element};

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::engine::schema::{Column, Schema};
use crate::limits::{EXPRESSION_TOKENS_MAX, NESTING_MAX};

/// What the words of an expression may mean.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Those of the table, with their types.
    pub columns: &'a [Column],
    /// For its enum types.
    pub schema: &'a Schema,
}

/// Returns an expression as the server prints it.
pub fn spell(text: &str, scope: Scope<'_>) -> Option<String> {
    let mut parser = parser(text)?;
    let tree = parser.parse_expr().ok()?;
    let is_whole = parser.peek_token().token == Token::EOF;
    is_whole.then(|| speller::Speller::new(scope).spell(&tree)).flatten()?.into_text()
}

/// Returns a value that needs no column, as the server prints it; nothing for a literal that has no type of
/// its own.
pub fn value(text: &str) -> Option<String> {
    let mut parser = parser(text)?;
    let tree = parser.parse_expr().ok()?;
    let is_whole = parser.peek_token().token == Token::EOF;
    let schema = Schema::default();
    let scope = Scope { columns: &[], schema: &schema };
    let spelled = is_whole.then(|| speller::Speller::new(scope).spell(&tree)).flatten()?;
    (!spelled.is_untyped()).then(|| spelled.into_text()).flatten()
}

/// A parser over text that is not so long that its tree could be too deep.
fn parser(text: &str) -> Option<Parser<'static>> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize_with_location().ok()?;
    (tokens.len() <= EXPRESSION_TOKENS_MAX).then(|| {
        Parser::new(&PostgreSqlDialect {})
            .with_recursion_limit(NESTING_MAX)
            .with_tokens_with_locations(tokens)
    })
}

#[cfg(test)]
mod tests;
