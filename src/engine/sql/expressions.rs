//! The columns that the text of an expression may speak of.

use crate::ordered::Set;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token as Parsed;

use super::lex::{self, Token, TokenKind};
use crate::engine::dialects::Dialect;
use crate::engine::schema::{Expression, Ident};
use crate::limits;

/// Returns an expression with every word in it that could be a column: not a function, not a type after
/// `::`, not a keyword. Text that has no tokens keeps its words to itself.
pub fn expression(text: &str) -> Expression {
    let text = one_spelling(text.trim());
    let columns = match lex::tokens(&text, Dialect::PostgreSql) {
        Some(tokens) => columns(&tokens, Dialect::PostgreSql),
        None => Vec::new(),
    };
    Expression { text, columns, kept: false }
}

/// Returns every word of PostgreSQL's SQL that could name something, whatever it names; of a string what
/// stands behind its last point, as in `nextval('app.n'::regclass)`.
pub fn named(text: &str) -> Set<Ident> {
    let tokens = lex::tokens(text, Dialect::PostgreSql).unwrap_or_default();
    let mut bodies = Vec::new();
    // The server looks at the body of such a function when it is made, and of no other.
    let is_sql =
        tokens.windows(2).any(|pair| matches!(pair, [a, b] if a.is("language") && b.is("sql")));
    if is_sql {
        let is_body = |token: &&Token<'_>| {
            token.kind == TokenKind::Dollar
                || (token.kind == TokenKind::Text && token.text.len() > 64)
        };
        bodies.extend(
            tokens.iter().filter(is_body).map(|token| token.text.trim_matches(['$', '\''])),
        );
    }
    let name = |token: &Token<'_>| -> Vec<Ident> {
        let inner = token.text.get(1..token.text.len().saturating_sub(1)).unwrap_or_default();
        match token.kind {
            TokenKind::Word => vec![Ident::unquoted(token.text)],
            TokenKind::Quoted => vec![Ident::exact(inner.replace("\"\"", "\""))],
            // `'app.thing_id_seq'`
            TokenKind::Text => {
                inner.rsplitn(3, '.').map(|part| Ident::exact(part.trim_matches('"'))).collect()
            }
            _ => Vec::new(),
        }
    };
    let words = bodies.into_iter().filter_map(|body| lex::tokens(body, Dialect::PostgreSql));
    let words: Vec<Ident> =
        words.flat_map(|all| all.iter().flat_map(name).collect::<Vec<_>>()).collect();
    tokens.iter().flat_map(name).chain(words).collect()
}

/// The words among these tokens that could be columns.
pub(super) fn columns(tokens: &[Token<'_>], dialect: Dialect) -> Vec<Ident> {
    let mut columns: Vec<Ident> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1);
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_call = next.is_some_and(|next| next.is_sign("("));
        let is_prefix = next.is_some_and(|next| next.is_sign("."));
        let is_type = before.is_some_and(|before| before.is_sign("::"));
        let name = match token.kind {
            TokenKind::Word if !is_operator(token) => match dialect {
                Dialect::PostgreSql => Ident::unquoted(token.text),
                _ => Ident::exact(token.text),
            },
            TokenKind::Quoted => {
                let (Some(quote), Some(inner)) =
                    (token.text.get(..1), token.text.get(1..token.text.len().saturating_sub(1)))
                else {
                    continue;
                };
                Ident::exact(inner.replace(&format!("{quote}{quote}"), quote))
            }
            _ => continue,
        };
        if !(is_call || is_prefix || is_type || columns.contains(&name)) {
            columns.push(name);
        }
    }
    columns
}

/// The parser's way to write an expression, so that spaces make no difference; as it is where the parser
/// does not read all of it.
fn one_spelling(text: &str) -> String {
    let parser = Parser::new(&PostgreSqlDialect {}).with_recursion_limit(limits::NESTING_MAX);
    let Ok(mut parser) = parser.try_with_sql(text) else { return text.to_owned() };
    match parser.parse_expr() {
        Ok(expression) if parser.peek_token().token == Parsed::EOF => expression.to_string(),
        _ => text.to_owned(),
    }
}

/// Returns whether the parser takes all of a text for one expression.
pub(super) fn is_whole(text: &str, dialect: Dialect) -> bool {
    let parser = Parser::new(dialect.row().grammar).with_recursion_limit(limits::NESTING_MAX);
    let Ok(mut parser) = parser.try_with_sql(text) else { return false };
    parser.parse_expr().is_ok() && parser.peek_token().token == Parsed::EOF
}

/// Words of expressions that no column can be called without quotes.
fn is_operator(token: &Token<'_>) -> bool {
    const WORDS: &[&str] = &[
        "and",
        "or",
        "not",
        "is",
        "null",
        "true",
        "false",
        "in",
        "like",
        "ilike",
        "between",
        "case",
        "when",
        "then",
        "else",
        "end",
        "any",
        "all",
        "array",
        "cast",
        "as",
        "desc",
        "asc",
        "collate",
        "similar",
        "distinct",
        "from",
        "current_date",
        "current_timestamp",
    ];
    WORDS.iter().any(|word| token.is(word))
}
