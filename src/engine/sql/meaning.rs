//! Whether two expressions mean the same, however each was written.
//!
//! The server keeps an expression as a tree and prints that: `IN (…)` as `= ANY (ARRAY[…])`, BETWEEN as two
//! comparisons, LIKE as `~~`, with casts and parentheses of its own (PostgreSQL's `ruleutils.c`). Here both
//! are brought to one spelling, and where only casts differ, nobody decides.

use std::fmt;

use sqlparser::ast::{self, BinaryOperator, CastKind, Expr, UnaryOperator, Value};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use crate::engine::schema::{Ident, format_type, without_modifier};
use crate::limits::{EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX};

use super::names;

/// What a comparison by meaning found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    Same,
    Different,
    /// Not equal as written, and not known to differ.
    Unknown,
}

/// Compares two expressions, or elements of an index with their order. `is_text` says which columns hold
/// text, since for those a cast to `text` changes nothing.
pub fn likeness(one: &str, other: &str, is_text: &dyn Fn(&Ident) -> bool) -> Likeness {
    if one == other || squeezed(one) == squeezed(other) {
        return Likeness::Same;
    }
    let read = |text: &str| Some((spoken(text, is_text, false)?, spoken(text, is_text, true)?));
    let (Some((strict, loose)), Some((strict_other, loose_other))) = (read(one), read(other))
    else {
        return Likeness::Unknown;
    };
    if strict.text == strict_other.text {
        return Likeness::Same;
    }
    if loose.text == loose_other.text || strict.opaque || strict_other.opaque {
        return Likeness::Unknown;
    }
    Likeness::Different
}

/// One space between words, none around the whole. Text in quotes is squeezed as well, on both sides alike,
/// so this only ever serves texts that are equal but for line breaks.
fn squeezed(text: &str) -> String {
    if text.contains(['\'', '"']) {
        return text.trim().to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An expression in one spelling.
struct Spoken {
    text: String,
    /// Part of it stands as the parser prints it.
    opaque: bool,
}

fn spoken(text: &str, is_text: &dyn Fn(&Ident) -> bool, loose: bool) -> Option<Spoken> {
    if text.len() > EXPRESSION_BYTES_MAX {
        return None;
    }
    let mut parser = Parser::new(&PostgreSqlDialect {})
        .with_recursion_limit(EXPRESSION_DEPTH_MAX)
        .try_with_sql(text)
        .ok()?;
    let expression = parser.parse_expr().ok()?;
    let mut speller = Speller { is_text, loose, opaque: false };
    let mut text = speller.spell(&expression, 0)?;
    let order = order(&mut parser)?;
    if !order.is_empty() {
        text = format!("{text} {order}");
    }
    Some(Spoken { text, opaque: speller.opaque })
}

/// What follows the expression of an index element: an operator class, an order. The default is left out.
fn order(parser: &mut Parser<'_>) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    loop {
        match parser.next_token().token {
            Token::EOF => break,
            Token::Word(word) => words.push(word.value.to_lowercase()),
            _ => return None,
        }
    }
    let text = words.join(" ");
    let is_descending = words.iter().any(|word| word == "desc");
    let usual = if is_descending { "nulls first" } else { "nulls last" };
    let text = text.strip_suffix(usual).unwrap_or(&text).trim();
    Some(text.strip_suffix("asc").unwrap_or(text).trim().to_owned())
}

struct Speller<'a> {
    is_text: &'a dyn Fn(&Ident) -> bool,
    /// Casts are left out.
    loose: bool,
    opaque: bool,
}

impl Speller<'_> {
    fn spell(&mut self, expression: &Expr, depth: usize) -> Option<String> {
        if depth > EXPRESSION_DEPTH_MAX {
            return None;
        }
        let down = depth + 1;
        Some(match expression {
            Expr::Nested(inner) => return self.spell(inner, down),
            Expr::Identifier(name) => names::ident(name).quoted(),
            Expr::CompoundIdentifier(parts) => names::ident(parts.last()?).quoted(),
            Expr::Value(value) => literal(&value.value),
            Expr::TypedString(typed) => {
                self.cast(literal(&typed.value.value), &typed.data_type.to_string())
            }
            Expr::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, ..
            } => self.cast_of(expr, &data_type.to_string(), down)?,
            Expr::IsNull(inner) => format!("({} is null)", self.spell(inner, down)?),
            Expr::IsNotNull(inner) => format!("({} is not null)", self.spell(inner, down)?),
            Expr::IsTrue(inner) => format!("({} is true)", self.spell(inner, down)?),
            Expr::IsFalse(inner) => format!("({} is false)", self.spell(inner, down)?),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr, down)?,
            Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
                self.joined(op, left, right, down)?
            }
            Expr::BinaryOp { left, op, right } => {
                format!(
                    "({} {} {})",
                    self.spell(left, down)?,
                    operator(op),
                    self.spell(right, down)?
                )
            }
            Expr::Between { expr, negated, low, high } => {
                let (value, low, high) =
                    (self.spell(expr, down)?, self.spell(low, down)?, self.spell(high, down)?);
                match negated {
                    false => sorted(
                        "and",
                        vec![compare(&value, ">=", &low), compare(&value, "<=", &high)],
                    ),
                    true => {
                        sorted("or", vec![compare(&value, "<", &low), compare(&value, ">", &high)])
                    }
                }
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.matching(expr, if *negated { "!~~" } else { "~~" }, pattern, down)?
            }
            Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                self.matching(expr, if *negated { "!~~*" } else { "~~*" }, pattern, down)?
            }
            Expr::InList { .. } | Expr::AnyOp { .. } | Expr::AllOp { .. } => {
                self.among(expression, down)?
            }
            Expr::Function(call) => self.call(call, down)?,
            Expr::Array(array) => self.array(array, down)?,
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), down)?
            }
            other => self.as_printed(other),
        })
    }

    /// What has no spelling of ours stands as the parser prints it, which makes spaces and case of keywords
    /// alike.
    fn as_printed(&mut self, expression: &dyn fmt::Display) -> String {
        self.opaque = true;
        expression.to_string()
    }

    fn cast_of(&mut self, inner: &Expr, data_type: &str, depth: usize) -> Option<String> {
        let is_text_column = match bare(inner) {
            Expr::Identifier(name) => (self.is_text)(&names::ident(name)),
            _ => false,
        };
        let text = self.spell(inner, depth)?;
        let target = without_modifier(&format_type(data_type));
        let to_text = matches!(target.as_str(), "text" | "character varying");
        // Text that is cast to text is the same text; so is the text of `(a)::text` cast on.
        let no_effect = to_text && (is_text_column || text.ends_with("::text"));
        Some(if no_effect { text } else { self.cast(text, data_type) })
    }

    /// A constant takes the type that its surroundings want; a cast of it to a number makes it one.
    fn cast(&mut self, text: String, data_type: &str) -> String {
        let target = format_type(data_type);
        let base = without_modifier(&target);
        let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        let is_array = text.starts_with("array[");
        let number = |text: &str| !text.is_empty() && text.trim().parse::<f64>().is_ok();
        match base.as_str() {
            "integer" | "bigint" | "smallint" | "numeric" if inner.is_some_and(number) => {
                inner.unwrap_or_default().trim().to_owned()
            }
            "boolean" if matches!(inner, Some("t" | "true")) => "true".to_owned(),
            "boolean" if matches!(inner, Some("f" | "false")) => "false".to_owned(),
            "text" | "character varying" if inner.is_some() => text,
            "text[]" | "character varying[]" if is_array => text,
            _ if self.loose => text,
            _ => format!("{text}::{target}"),
        }
    }

    fn unary(&mut self, op: UnaryOperator, inner: &Expr, depth: usize) -> Option<String> {
        let text = self.spell(inner, depth)?;
        Some(match op {
            UnaryOperator::Plus => text,
            UnaryOperator::Minus if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
                format!("-{text}")
            }
            UnaryOperator::Not => format!("(not {text})"),
            other => format!("({other}{text})"),
        })
    }

    /// `a AND (b AND c)` and `(c AND a) AND b` are one set of conditions.
    fn joined(
        &mut self,
        op: &BinaryOperator,
        left: &Expr,
        right: &Expr,
        depth: usize,
    ) -> Option<String> {
        let mut parts = Vec::new();
        let mut open = vec![right, left];
        while let Some(next) = open.pop() {
            match bare(next) {
                Expr::BinaryOp { left, op: own, right } if own == op => {
                    open.push(right);
                    open.push(left);
                }
                other => parts.push(self.spell(other, depth)?),
            }
        }
        Some(sorted(if *op == BinaryOperator::And { "and" } else { "or" }, parts))
    }

    fn matching(&mut self, value: &Expr, op: &str, pattern: &Expr, depth: usize) -> Option<String> {
        Some(compare(&self.spell(value, depth)?, op, &self.spell(pattern, depth)?))
    }

    /// `IN (…)` and `= ANY (ARRAY[…])`, `NOT IN (…)` and `<> ALL (ARRAY[…])`.
    fn among(&mut self, expression: &Expr, depth: usize) -> Option<String> {
        let (value, list, negated): (&Expr, &[Expr], bool) = match expression {
            Expr::InList { expr, list, negated } => (expr, list, *negated),
            Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => {
                (left, elements(right)?, false)
            }
            Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } => {
                (left, elements(right)?, true)
            }
            other => return Some(self.as_printed(other)),
        };
        let value = self.spell(value, depth)?;
        let mut items = Vec::with_capacity(list.len());
        for item in list {
            items.push(self.spell(item, depth)?);
        }
        crate::ordered::sort(&mut items);
        items.dedup();
        Some(match (items.as_slice(), negated) {
            ([one], false) => compare(&value, "=", one),
            ([one], true) => compare(&value, "<>", one),
            (items, false) => format!("({value} in ({}))", items.join(", ")),
            (items, true) => format!("({value} not in ({}))", items.join(", ")),
        })
    }

    fn call(&mut self, call: &ast::Function, depth: usize) -> Option<String> {
        let name = names::text(&call.name)?;
        let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
        let is_plain = call.filter.is_none() && call.over.is_none() && call.within_group.is_empty();
        let arguments = match &call.args {
            ast::FunctionArguments::None => Vec::new(),
            ast::FunctionArguments::List(list) if is_plain && list.clauses.is_empty() => {
                let mut arguments = Vec::with_capacity(list.args.len());
                for argument in &list.args {
                    let ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(argument)) = argument
                    else {
                        return Some(self.as_printed(call));
                    };
                    arguments.push(self.spell(argument, depth)?);
                }
                arguments
            }
            _ => return Some(self.as_printed(call)),
        };
        Some(match (name, arguments.as_slice()) {
            // The time at which the transaction began, by any of its names.
            ("now" | "current_timestamp" | "transaction_timestamp", []) => "now()".to_owned(),
            (name, arguments) => format!("{name}({})", arguments.join(", ")),
        })
    }

    fn array(&mut self, array: &ast::Array, depth: usize) -> Option<String> {
        let mut items = Vec::with_capacity(array.elem.len());
        for item in &array.elem {
            items.push(self.spell(item, depth)?);
        }
        Some(format!("array[{}]", items.join(", ")))
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&Expr>,
        depth: usize,
    ) -> Option<String> {
        let mut text = String::from("(case");
        if let Some(operand) = operand {
            text.push_str(&format!(" {}", self.spell(operand, depth)?));
        }
        for when in conditions {
            let condition = self.spell(&when.condition, depth)?;
            text.push_str(&format!(" when {condition} then {}", self.spell(&when.result, depth)?));
        }
        let otherwise = match otherwise {
            Some(otherwise) => self.spell(otherwise, depth)?,
            None => "null".to_owned(),
        };
        Some(format!("{text} else {otherwise} end)"))
    }
}

/// The expression without parentheses around all of it.
fn bare(mut expression: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expression {
        expression = inner;
    }
    expression
}

/// The elements of an array that is written out, whatever it is cast to.
fn elements(expression: &Expr) -> Option<&[Expr]> {
    let mut expression = bare(expression);
    while let Expr::Cast { expr, .. } = expression {
        expression = bare(expr);
    }
    match expression {
        Expr::Array(array) => Some(&array.elem),
        _ => None,
    }
}

fn compare(left: &str, op: &str, right: &str) -> String {
    format!("({left} {op} {right})")
}

fn sorted(op: &str, mut parts: Vec<String>) -> String {
    crate::ordered::sort(&mut parts);
    parts.dedup();
    format!("({})", parts.join(&format!(" {op} ")))
}

fn operator(op: &BinaryOperator) -> String {
    match op {
        BinaryOperator::NotEq => "<>".to_owned(),
        BinaryOperator::PGLikeMatch => "~~".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::SingleQuotedString(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Boolean(value) => value.to_string(),
        Value::Null => "null".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn compared(one: &str, other: &str) -> Likeness {
        let is_text = |name: &Ident| name.as_str() == "status";
        let found = likeness(one, other, &is_text);
        assert_eq!(found, likeness(other, one, &is_text), "not the same the other way round");
        found
    }

    #[test]
    fn what_the_server_rewrites_means_the_same() {
        for (written, printed) in [
            ("credit >= 0", "(credit >= 0)"),
            ("now()", "CURRENT_TIMESTAMP"),
            (
                "status IN ('a', 'b')",
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            (
                "status not in ('a','b')",
                "((status)::text <> ALL ((ARRAY['b'::character varying, 'a'::character varying])::text[]))",
            ),
            ("n in (3)", "(n = 3)"),
            ("n BETWEEN 1 AND 5", "((n >= 1) AND (n <= 5))"),
            ("status LIKE 'a%'", "((status)::text ~~ 'a%'::text)"),
            ("lower(status) = 'x'", "(lower((status)::text) = 'x'::text)"),
            ("a > 0 AND b > 0 AND c > 0", "((c > 0) AND ((a > 0) AND (b > 0)))"),
            ("n != -1", "(n <> '-1'::integer)"),
            ("CASE WHEN n > 0 THEN 1 END", "CASE WHEN (n > 0) THEN 1 ELSE NULL END"),
            ("Name IS NOT NULL", "(name is not null)"),
            ("taken_on DESC", "taken_on desc nulls first"),
            ("taken_on ASC", "taken_on"),
            ("CAST(n AS int4) > 1", "((n)::integer > 1)"),
            ("'x'", "'x'::text"),
            ("true", "'t'::boolean"),
        ] {
            assert_eq!(compared(written, printed), Likeness::Same, "{written} and {printed}");
        }
    }

    #[test]
    fn other_meanings_are_told_apart() {
        for (one, other) in [
            ("a > 0", "a >= 0"),
            ("a > b", "b > a"),
            ("a AND (b OR c)", "(a AND b) OR c"),
            ("status IN ('a', 'b')", "status IN ('a', 'b', 'c')"),
            ("\"Name\" > 0", "Name > 0"),
            ("taken_on DESC", "taken_on"),
            ("now()", "clock_timestamp()"),
            ("'A'", "'a'"),
        ] {
            assert_eq!(compared(one, other), Likeness::Different, "{one} and {other}");
        }
    }

    #[test]
    fn what_only_a_cast_tells_apart_is_left_open() {
        for (one, other) in [
            ("(n)::text > '5'", "n > '5'"),
            ("'2020-01-01'::date", "'2020-01-01'::timestamp"),
            ("EXTRACT(year FROM d) > 1", "date_part('year'::text, d) > 1"),
            ("a >", "a > 0"),
        ] {
            assert_eq!(compared(one, other), Likeness::Unknown, "{one} and {other}");
        }
    }

    #[test]
    fn long_and_deep_expressions_end() {
        for text in ["(".repeat(100_000), format!("a{}", " + a".repeat(900))] {
            assert_eq!(compared(&text, "b"), Likeness::Unknown);
        }
    }
}
