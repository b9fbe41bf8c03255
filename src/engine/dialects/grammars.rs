//! The parser's grammars of MySQL and SQLite, with operators of their own read in another way.
//!
//! The parser copies what stands before `DIV`, `REGEXP`, `MATCH` and `GLOB`. An expression may hold any
//! statement, so code to copy every statement would have to be in the browser's engine for these four words.
//! Here the left side becomes a name with the same text; trees of these two are only ever printed.

use std::any::TypeId;

use sqlparser::ast::{BinaryOperator, Expr, Ident};
use sqlparser::dialect::{Dialect, MySqlDialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};

/// Declares a grammar that is the parser's own but for its operators. Named are the questions that the
/// parser's own answers otherwise than by default.
macro_rules! grammar {
    ($name:ident is $base:ident, operators $operators:expr, answers $($question:ident)*) => {
        #[derive(Debug)]
        pub struct $name;

        impl Dialect for $name {
            fn dialect(&self) -> TypeId {
                $base {}.dialect()
            }

            fn parse_infix(
                &self,
                parser: &mut Parser<'_>,
                left: &Expr,
                precedence: u8,
            ) -> Option<Result<Expr, ParserError>> {
                own_operator($operators, parser, left, precedence)
            }

            fn is_identifier_start(&self, ch: char) -> bool {
                $base {}.is_identifier_start(ch)
            }

            fn is_identifier_part(&self, ch: char) -> bool {
                $base {}.is_identifier_part(ch)
            }

            fn is_delimited_identifier_start(&self, ch: char) -> bool {
                $base {}.is_delimited_identifier_start(ch)
            }

            fn identifier_quote_style(&self, identifier: &str) -> Option<char> {
                $base {}.identifier_quote_style(identifier)
            }

            fn is_table_factor_alias(&self, given: bool, word: &Keyword, parser: &mut Parser<'_>) -> bool {
                $base {}.is_table_factor_alias(given, word, parser)
            }

            $(fn $question(&self) -> bool {
                $base {}.$question()
            })*
        }
    };
}

grammar! { MySql is MySqlDialect,
    operators &[(Keyword::DIV, BinaryOperator::MyIntegerDivide)],
    answers
        ignores_wildcard_escapes
        require_interval_qualifier
        requires_single_line_comment_whitespace
        supports_binary_kw_as_cast
        supports_bitwise_shift_operators
        supports_comma_separated_set_assignments
        supports_comment_optimizer_hint
        supports_constraint_keyword_without_name
        supports_create_table_select
        supports_cross_join_constraint
        supports_data_type_signed_suffix
        supports_double_ampersand_operator
        supports_group_by_with_modifier
        supports_insert_set
        supports_key_column_option
        supports_left_associative_joins_without_parens
        supports_limit_comma
        supports_match_against
        supports_multiline_comment_hints
        supports_numeric_prefix
        supports_select_modifiers
        supports_set_names
        supports_string_literal_backslash_escape
        supports_string_literal_concatenation
        supports_table_hints
        supports_update_order_by
        supports_user_host_grantee
}

grammar! { Sqlite is SQLiteDialect,
    operators &[
        (Keyword::REGEXP, BinaryOperator::Regexp),
        (Keyword::MATCH, BinaryOperator::Match),
        (Keyword::GLOB, BinaryOperator::Glob),
    ],
    answers
        supports_asc_desc_in_column_definition
        supports_comma_separated_trim
        supports_dollar_placeholder
        supports_filter_during_aggregation
        supports_in_empty_list
        supports_limit_comma
        supports_notnull_operator
        supports_numeric_literal_underscores
        supports_start_transaction_modifier
}

/// Reads one of the operators and what follows it; `None` where none stands.
fn own_operator(
    operators: &[(Keyword, BinaryOperator)],
    parser: &mut Parser<'_>,
    left: &Expr,
    precedence: u8,
) -> Option<Result<Expr, ParserError>> {
    let (_, op) = operators.iter().find(|(word, _)| parser.parse_keyword(*word))?;
    let right = match parser.parse_subexpr(precedence) {
        Ok(right) => Box::new(right),
        Err(error) => return Some(Err(error)),
    };
    let left = Box::new(Expr::Identifier(Ident::new(left.to_string())));
    Some(Ok(Expr::BinaryOp { left, op: op.clone(), right }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(grammar: &dyn Dialect, text: &str) -> String {
        let parser = Parser::new(grammar).try_with_sql(text);
        parser
            .and_then(|mut parser| parser.parse_expr())
            .map_or_else(|e| e.to_string(), |e| e.to_string())
    }

    #[test]
    fn own_operators_are_printed_as_the_library_prints_them() {
        for text in ["a + 1 DIV `b` * 2", "NOT (`a` DIV b)", "a DIV", "x && 1 DIV 2 DIV 3"] {
            assert_eq!(printed(&MySql, text), printed(&MySqlDialect {}, text));
        }
        for text in ["[a b] REGEXP 'x' OR c GLOB d || 'e'", "lower(a) MATCH ?1", "a GLOB"] {
            assert_eq!(printed(&Sqlite, text), printed(&SQLiteDialect {}, text));
        }
    }
}
