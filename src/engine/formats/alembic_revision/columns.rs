//! `sa.Column(…)` → [`Column`] (alembic.md 4.1, 5.3).

use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::schema::{Column, Ident};

use super::context::Context;

/// Things beside the type that may stand among a column's positional arguments.
const NOT_A_TYPE: &[&str] = &[
    "ForeignKey",
    "CheckConstraint",
    "Identity",
    "Computed",
    "Sequence",
    "FetchedValue",
    "PrimaryKeyConstraint",
    "UniqueConstraint",
];

/// Reads a column object; `None` when it is none, or when its name is not known.
pub(super) fn column(context: &mut Context<'_>, value: &PyValue) -> Option<Column> {
    let call = value.as_call()?;
    (last_name(&call.function)? == "Column").then_some(())?;
    let name = call.args.first().or_else(|| keyword(call, "name"))?;
    let name = context.text(name)?;
    let data_type = call
        .args
        .get(1)
        .filter(|given| !is_one_of(given, NOT_A_TYPE))
        .or_else(|| keyword(call, "type_"))
        .map(|given| context.source(given));
    let key = matches!(keyword(call, "primary_key").map(|v| &v.kind), Some(PyKind::Bool(true)));
    let identity = call.args.iter().any(|given| is_one_of(given, &["Identity"]));
    let nullable = match keyword(call, "nullable").map(|v| &v.kind) {
        Some(PyKind::Bool(given)) => *given,
        _ => !(key || identity),
    };
    let default = keyword(call, "server_default").and_then(|given| server_default(context, given));
    Some(Column { name: Ident::exact(name), data_type, nullable, default })
}

/// Returns the text of a server default: a plain string is a quoted literal, `text()` is verbatim, anything
/// else is shown as it is written.
pub(super) fn server_default(context: &mut Context<'_>, value: &PyValue) -> Option<String> {
    if value.kind == PyKind::None {
        return None;
    }
    if let Some(text) = context.fold(value).as_str() {
        return Some(format!("'{}'", text.replace('\'', "''")));
    }
    if let Some(call) = value.as_call()
        && let Some(name) = last_name(&call.function)
    {
        match (name, call.args.first()) {
            ("text", Some(given)) => {
                if let Some(text) = context.fold(given).as_str() {
                    return Some(text.to_owned());
                }
            }
            ("true" | "false" | "null", None) => return Some(name.to_owned()),
            ("current_timestamp", None) => return Some("CURRENT_TIMESTAMP".to_owned()),
            ("now", None) => return Some("now()".to_owned()),
            _ => {}
        }
    }
    Some(context.source(value))
}

/// Returns the columns of a `PrimaryKeyConstraint`, which makes them NOT NULL.
pub(super) fn primary_key_columns(context: &mut Context<'_>, value: &PyValue) -> Vec<String> {
    let Some(call) = value.as_call() else { return Vec::new() };
    if last_name(&call.function) != Some("PrimaryKeyConstraint") {
        return Vec::new();
    }
    call.args.iter().filter_map(|given| context.text(given)).collect()
}

pub(super) fn keyword<'a>(call: &'a PyCall, name: &str) -> Option<&'a PyValue> {
    call.kwargs.iter().find(|(given, _)| given.as_deref() == Some(name)).map(|(_, value)| value)
}

/// Returns the last part of what is called.
pub(super) fn last_name(function: &PyValue) -> Option<&str> {
    match &function.kind {
        PyKind::Path(parts) => parts.last().map(String::as_str),
        PyKind::Attribute { name, .. } => Some(name),
        _ => None,
    }
}

fn is_one_of(value: &PyValue, names: &[&str]) -> bool {
    value
        .as_call()
        .and_then(|call| last_name(&call.function))
        .is_some_and(|name| names.contains(&name))
}
