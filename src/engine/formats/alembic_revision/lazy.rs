//! What is made when it is asked for: names by a module's own `__getattr__` (PEP 562), objects that stand for what
//! a function returns, Flask's among them, `globals()`, and names between the dialect's quotes.

use std::sync::Arc;

use crate::engine::dialects::Dialect;
use crate::engine::python::{Binding, PyCall, PyKind, PyObject, PyValue};
use crate::engine::span::Span;

use super::body::Outcome;
use super::context::{Context, QUOTE, Target};
use super::evaluate::unknown;
use super::following;

/// Stands for `globals()`; the path of the file follows.
const GLOBALS: &str = "<globals>";

/// Libraries with an object that is whatever its function returns.
const PROXIES: &[(&str, &str)] =
    &[("lazy_object_proxy", "Proxy"), ("werkzeug", "LocalProxy"), ("wrapt", "LazyObjectProxy")];

/// Returns whether a module has to be asked for what a name of it stands for.
pub(super) fn is_on_demand(value: &PyValue) -> bool {
    value.as_call().is_some_and(|call| match &call.function.kind {
        PyKind::Object(object) => {
            matches!(&**object, PyObject::Function(closure) if closure.function.name == "__getattr__")
        }
        _ => false,
    })
}

/// Returns what a module gives for a name; `None` when that is not known.
pub(super) fn made(context: &mut Context<'_>, home: &str, asked: &PyValue) -> Option<PyValue> {
    let call = asked.as_call()?;
    let key = format!("{home} {}", call.args.first()?.as_str()?);
    if let Some(known) = context.on_demand.get(&key) {
        return known.clone();
    }
    let found = following::value_of(context, call, asked.span);
    let found = found.filter(|found| !matches!(found.kind, PyKind::Unknown { .. }));
    context.on_demand.insert(key, found.clone());
    found
}

/// Returns what a call of a proxy, or of what `globals()` gave, stands for.
pub(super) fn call(
    context: &mut Context<'_>,
    target: &Target,
    made: &PyCall,
    span: Span,
    outcome: &mut Outcome,
) -> Option<PyValue> {
    let Target::Path(parts) = target else { return None };
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    match (words.as_slice(), made.args.as_slice()) {
        (["globals"], []) if made.kwargs.is_empty() => {
            let path = vec![GLOBALS.to_owned(), context.scope.home().to_string()];
            Some(PyValue { kind: PyKind::Path(path), span })
        }
        ([GLOBALS, home, "get"], [name, default @ ..]) => {
            let name = context.text(name)?;
            let kind = match context.files.get(*home)?.get(&name) {
                Some((Binding::Function(closure), _)) => {
                    PyKind::Object(Arc::new(PyObject::Function(closure.clone())))
                }
                Some((Binding::Value(value), _)) => {
                    let value = value.clone();
                    context.files.get_mut(*home)?.take_out(&value).kind
                }
                Some((Binding::Undecided(_), _)) => unknown(span).kind,
                None => default.first().map_or(PyKind::None, |default| default.kind.clone()),
            };
            Some(PyValue { kind, span })
        }
        // Between quotes a name is what it is, whether or not it needs them.
        ([QUOTE], [name]) => {
            let mark = if context.dialect == Dialect::MySql { '`' } else { '"' };
            let inside = context.text(name)?.replace(mark, &mark.to_string().repeat(2));
            Some(PyValue { kind: PyKind::Str(format!("{mark}{inside}{mark}")), span })
        }
        ([module, .., class], [function]) if PROXIES.contains(&(module, class)) => {
            let Target::Helper(closure) = context.target(function) else { return None };
            let function = function.clone();
            let call = PyCall { function, args: Vec::new(), kwargs: Vec::new() };
            following::call(context, &closure, &call, span, outcome)
        }
        _ => None,
    }
}

/// Whether a value is Flask-SQLAlchemy's object, whose attributes are SQLAlchemy's names.
pub(super) fn is_flask(value: &PyValue) -> bool {
    let is_it = |class: &PyValue| match &class.kind {
        PyKind::Path(parts) => {
            parts.last().is_some_and(|last| last == "SQLAlchemy")
                && parts.first().is_some_and(|first| first.starts_with("flask_sqlalchemy"))
        }
        _ => false,
    };
    value.as_call().is_some_and(|call| match &call.function.kind {
        PyKind::Object(object) => match &**object {
            PyObject::Class(class) => class.bases.iter().any(is_it),
            _ => false,
        },
        _ => is_it(&call.function),
    })
}
