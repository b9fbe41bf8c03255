//! SQLAlchemy's expressions → the SQL they print (alembic.md 4.3, 4.4, 5.3).

use crate::engine::dialects::Dialect;
use crate::engine::python::{Comparison, Operator, PyCall, PyKind, PyValue};
use crate::engine::schema::Ident;

use super::context::Context;

/// What a server default is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServerDefault {
    /// None at all.
    Absent,
    Sql(String),
    /// There is one; how it is written in Python.
    Unknown(String),
}

/// Reads the argument `server_default`: a plain string is a quoted literal, `text()` is verbatim.
pub(super) fn server_default(context: &mut Context<'_>, value: &PyValue) -> ServerDefault {
    let value = context.object_of(value);
    match &value.kind {
        PyKind::None => ServerDefault::Absent,
        PyKind::Str(text) => ServerDefault::Sql(literal(text)),
        PyKind::Call(call) if call.function.last_name() == Some("FetchedValue") => {
            ServerDefault::Absent
        }
        // Whatever they return, it is a string, and so a literal.
        PyKind::Call(call)
            if matches!(call.function.last_name(), Some("str" | "dumps" | "isoformat")) =>
        {
            ServerDefault::Unknown(literal(&context.source(&value)))
        }
        PyKind::Call(call) if call.function.last_name() == Some("DefaultClause") => {
            match call.args.first() {
                Some(inner) => server_default(context, &inner.clone()),
                None => ServerDefault::Unknown(context.source(&value)),
            }
        }
        _ => match expression(context, &value) {
            Some(sql) => ServerDefault::Sql(sql),
            None => ServerDefault::Unknown(context.source(&value)),
        },
    }
}

/// Returns text as a literal of SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Returns the SQL of a condition or an expression: a string or `text()` is verbatim.
pub(super) fn condition(context: &mut Context<'_>, value: &PyValue) -> Option<String> {
    let value = context.object_of(value);
    match &value.kind {
        PyKind::Str(text) => Some(text.clone()),
        _ => expression(context, &value),
    }
}

/// Functions that SQLAlchemy prints as words.
const WORDS: &[&str] = &[
    "current_timestamp",
    "current_date",
    "current_time",
    "localtimestamp",
    "localtime",
    "current_user",
    "session_user",
];

/// Returns the SQL of an expression; `None` when it is not certain.
pub(super) fn expression(context: &mut Context<'_>, value: &PyValue) -> Option<String> {
    let value = context.object_of(value);
    match &value.kind {
        PyKind::Int(Some(number)) => Some(number.to_string()),
        PyKind::Bool(truth) => Some(boolean(context, *truth).to_owned()),
        PyKind::None => Some("NULL".to_owned()),
        PyKind::Str(text) => Some(literal(text)),
        PyKind::Call(call) => call_text(context, call),
        // A comparison with a column is no constant, so folding has left it with its operands inside.
        PyKind::Operation { operator: Operator::Compare(signs), parts } => {
            compare(context, signs, parts)
        }
        _ => None,
    }
}

/// SQLite has numbers for them.
fn boolean(context: &Context<'_>, truth: bool) -> &'static str {
    match (context.dialect == Dialect::Sqlite, truth) {
        (true, true) => "1",
        (true, false) => "0",
        (false, true) => "true",
        (false, false) => "false",
    }
}

fn compare(context: &mut Context<'_>, signs: &[Comparison], parts: &[PyValue]) -> Option<String> {
    let ([sign], [left, right]) = (signs, parts) else { return None };
    let null = right.kind == PyKind::None;
    let sign = match sign {
        Comparison::Equal if null => "IS",
        Comparison::NotEqual if null => "IS NOT",
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        _ => return None,
    };
    Some(format!("{} {sign} {}", expression(context, left)?, expression(context, right)?))
}

/// `Sequence("s").next_value()`, or the same of a name that stands for a sequence.
fn next_value(context: &mut Context<'_>, function: &PyValue) -> Option<String> {
    let of = match &function.kind {
        PyKind::Attribute { of, .. } => (**of).clone(),
        PyKind::Path(parts) => {
            let (_, of) = parts.split_last()?;
            PyValue { kind: PyKind::Path(of.to_vec()), span: function.span }
        }
        _ => return None,
    };
    let made = context.object_of(&of);
    let made = made.as_call().filter(|made| made.function.last_name() == Some("Sequence"))?;
    let name = super::types::named(context, made)?;
    let is_known = context.dialect == Dialect::PostgreSql;
    is_known.then(|| format!("nextval({})", literal(&name.quoted())))
}

fn call_text(context: &mut Context<'_>, call: &PyCall) -> Option<String> {
    let name = call.function.last_name()?.to_owned();
    let first = call.args.first();
    match (name.as_str(), first) {
        ("text" | "literal_column" | "DDL", Some(given)) => {
            let text = context.text(given)?;
            // A bind parameter has no value here.
            return Some(text.replace("\\:", ":"));
        }
        ("column", Some(given)) if is_plain_function(&call.function) => {
            return context.text(given).map(|name| Ident::exact(name).quoted());
        }
        ("true" | "false" | "True_" | "False_", None) => {
            return Some(boolean(context, name.starts_with(['t', 'T'])).to_owned());
        }
        ("null", None) => return Some("NULL".to_owned()),
        ("literal" | "inline_literal", Some(given)) => return expression(context, &given.clone()),
        ("cast", Some(given)) => {
            let inner = expression(context, &given.clone())?;
            let target = super::types::read(context, call.args.get(1)?).spelled?;
            return Some(format!("CAST({inner} AS {target})"));
        }
        _ => {}
    }
    if name == "next_value" {
        return next_value(context, &call.function);
    }
    if let PyKind::Attribute { of, .. } = &call.function.kind {
        return method_text(context, of, &name, call);
    }
    let PyKind::Path(parts) = context.fold(&call.function).kind else { return None };
    let is_function = parts.len() >= 2 && parts.get(parts.len() - 2)? == "func";
    if !is_function || !call.kwargs.is_empty() {
        return None;
    }
    let lower = name.to_lowercase();
    if WORDS.contains(&lower.as_str()) && call.args.is_empty() {
        return Some(lower.to_uppercase());
    }
    if context.dialect == Dialect::Sqlite && lower == "now" {
        return Some("CURRENT_TIMESTAMP".to_owned());
    }
    let args: Vec<String> =
        call.args.iter().map(|given| expression(context, given)).collect::<Option<_>>()?;
    Some(format!("{name}({})", args.join(", ")))
}

/// `sa.column("c").desc()`, `….is_(None)`, `….op("at time zone")("utc")` is not followed.
fn method_text(
    context: &mut Context<'_>,
    of: &PyValue,
    name: &str,
    call: &PyCall,
) -> Option<String> {
    let inner = expression(context, of)?;
    match (name, call.args.first()) {
        ("desc", None) => Some(format!("{inner} DESC")),
        ("asc", None) => Some(inner),
        ("is_", Some(value)) => Some(format!("{inner} IS {}", expression(context, value)?)),
        ("is_not" | "isnot", Some(value)) => {
            Some(format!("{inner} IS NOT {}", expression(context, value)?))
        }
        ("label", _) => Some(inner),
        ("in_", Some(value)) => {
            let all = context.scope.items(value)?;
            let all: Vec<String> =
                all.iter().map(|item| expression(context, item)).collect::<Option<_>>()?;
            Some(format!("{inner} IN ({})", all.join(", ")))
        }
        _ => None,
    }
}

/// `sa.column`, and no method of that name on something else.
fn is_plain_function(function: &PyValue) -> bool {
    matches!(function.kind, PyKind::Path(_)) && keyword_free(function)
}

fn keyword_free(function: &PyValue) -> bool {
    function.as_call().is_none_or(|call| call.keyword("type_").is_none())
}
