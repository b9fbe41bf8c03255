//! The columns that the text of an expression may speak of.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::engine::schema::{Expression, Ident};
use crate::limits;

/// Returns an expression with every word in it that could be a column: not a function, not a type after
/// `::`, not a keyword. Text that has no tokens keeps its words to itself.
pub fn expression(text: &str) -> Expression {
    let text = one_spelling(text.trim());
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, &text).tokenize().unwrap_or_default();
    let tokens: Vec<&Token> =
        tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    let mut columns: Vec<Ident> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let next = tokens.get(at + 1);
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_call = matches!(next, Some(Token::LParen));
        let is_prefix = matches!(next, Some(Token::Period));
        let is_type = matches!(before, Some(Token::DoubleColon));
        let is_keyword = word.quote_style.is_none() && is_operator(word.keyword);
        if is_call || is_prefix || is_type || is_keyword {
            continue;
        }
        let name = match word.quote_style {
            Some(_) => Ident::exact(word.value.clone()),
            None => Ident::unquoted(&word.value),
        };
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    Expression { text, columns }
}

/// The parser's way to write an expression, so that spaces make no difference; as it is where the parser
/// does not read all of it.
fn one_spelling(text: &str) -> String {
    let parser = Parser::new(&PostgreSqlDialect {}).with_recursion_limit(limits::NESTING_MAX);
    let Ok(mut parser) = parser.try_with_sql(text) else { return text.to_owned() };
    match parser.parse_expr() {
        Ok(expression) if parser.peek_token().token == Token::EOF => expression.to_string(),
        _ => text.to_owned(),
    }
}

/// Words of expressions that no column can be called without quotes.
fn is_operator(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::AND
            | Keyword::OR
            | Keyword::NOT
            | Keyword::IS
            | Keyword::NULL
            | Keyword::TRUE
            | Keyword::FALSE
            | Keyword::IN
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::BETWEEN
            | Keyword::CASE
            | Keyword::WHEN
            | Keyword::THEN
            | Keyword::ELSE
            | Keyword::END
            | Keyword::ANY
            | Keyword::ALL
            | Keyword::ARRAY
            | Keyword::CAST
            | Keyword::AS
            | Keyword::DESC
            | Keyword::ASC
            | Keyword::COLLATE
            | Keyword::SIMILAR
            | Keyword::DISTINCT
            | Keyword::FROM
            | Keyword::CURRENT_DATE
            | Keyword::CURRENT_TIMESTAMP
    )
}
