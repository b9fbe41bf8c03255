//! Functions and methods of Python's own, on known values.

use super::fold::Scope;
use super::operations::{items, shown};
use super::{PyCall, PyKind, PyValue};
use crate::limits;

/// Works a call out; `None` when the function is not Python's own, or an argument is not known.
pub(super) fn call(scope: &Scope, call: &PyCall) -> Option<PyKind> {
    match &call.function.kind {
        PyKind::Path(parts) => match parts.as_slice() {
            [name] if scope.get(name).is_none() => function(name, call),
            [name, method] => {
                let (super::Binding::Value(of), _) = scope.get(name)? else { return None };
                self::method(of, method, call)
            }
            _ => None,
        },
        PyKind::Attribute { of, name } => method(of, name, call),
        _ => None,
    }
}

fn function(name: &str, call: &PyCall) -> Option<PyKind> {
    let first = call.args.first();
    let span = call.function.span;
    let list = |all: Vec<PyValue>| Some(PyKind::List(all));
    let number = |number: usize| Some(PyKind::Int(i64::try_from(number).ok()));
    match (name, call.args.len()) {
        ("range", 1..=3) if call.kwargs.is_empty() => range(call),
        ("enumerate", 1 | 2) => {
            let start = call.args.get(1).or_else(|| keyword(call, "start"));
            let start = match start.map(|start| &start.kind) {
                None => 0,
                Some(PyKind::Int(Some(start))) => *start,
                _ => return None,
            };
            let numbered = (start..).zip(items(first?)?).map(|(number, value)| {
                let number = PyValue { kind: PyKind::Int(Some(number)), span };
                PyValue { kind: PyKind::Tuple(vec![number, value]), span }
            });
            list(numbered.collect())
        }
        ("zip", 1..) if call.kwargs.is_empty() => {
            let all: Vec<Vec<PyValue>> = call.args.iter().map(items).collect::<Option<_>>()?;
            let shortest = all.iter().map(Vec::len).min()?;
            let row = |at: usize| {
                let row = all.iter().filter_map(|column| column.get(at).cloned()).collect();
                PyValue { kind: PyKind::Tuple(row), span }
            };
            list((0..shortest).map(row).collect())
        }
        ("reversed", 1) => {
            let mut all = items(first?)?;
            all.reverse();
            list(all)
        }
        ("sorted", 1) if call.kwargs.is_empty() => {
            let mut all = items(first?)?;
            let text = all.iter().all(|value| value.as_str().is_some());
            let numbers = all.iter().all(|value| matches!(value.kind, PyKind::Int(Some(_))));
            match (text, numbers) {
                (true, _) => all.sort_by(|a, b| a.as_str().cmp(&b.as_str())),
                (_, true) => all.sort_by_key(|value| match value.kind {
                    PyKind::Int(number) => number,
                    _ => None,
                }),
                _ => return None,
            }
            list(all)
        }
        ("list", 0) => list(Vec::new()),
        ("list", 1) => list(items(first?)?),
        ("tuple", 1) => Some(PyKind::Tuple(items(first?)?)),
        ("set" | "frozenset", 1) => Some(PyKind::Set(items(first?)?)),
        ("len", 1) => match &first?.kind {
            PyKind::Str(text) => number(text.chars().count()),
            PyKind::Tuple(_) | PyKind::List(_) | PyKind::Dict(_) => number(items(first?)?.len()),
            _ => None,
        },
        ("str", 1) => shown(first?).map(PyKind::Str),
        _ => None,
    }
}

fn keyword<'a>(call: &'a PyCall, name: &str) -> Option<&'a PyValue> {
    call.kwargs.iter().find(|(given, _)| given.as_deref() == Some(name)).map(|(_, value)| value)
}

fn range(call: &PyCall) -> Option<PyKind> {
    let numbers: Vec<i64> = call
        .args
        .iter()
        .map(|value| match value.kind {
            PyKind::Int(number) => number,
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (start, end, step) = match numbers.as_slice() {
        [end] => (0, *end, 1),
        [start, end] => (*start, *end, 1),
        [start, end, step] => (*start, *end, *step),
        _ => return None,
    };
    let mut all = Vec::new();
    let mut at = start;
    while (step > 0 && at < end) || (step < 0 && at > end) {
        if all.len() >= limits::PYTHON_STEPS_MAX {
            return None;
        }
        all.push(PyValue { kind: PyKind::Int(Some(at)), span: call.function.span });
        at = at.checked_add(step)?;
    }
    (step != 0).then_some(PyKind::List(all))
}

fn method(of: &PyValue, name: &str, call: &PyCall) -> Option<PyKind> {
    match &of.kind {
        PyKind::Str(text) => text_method(text, name, call),
        PyKind::Dict(pairs) => dict_method(pairs, name, call),
        _ => None,
    }
}

fn text_method(text: &str, name: &str, call: &PyCall) -> Option<PyKind> {
    let string = |text: String| Some(PyKind::Str(text));
    let arg = |at: usize| call.args.get(at).and_then(PyValue::as_str);
    match (name, call.args.len()) {
        ("lower", 0) => string(text.to_lowercase()),
        ("upper", 0) => string(text.to_uppercase()),
        ("strip", 0) => string(text.trim().to_owned()),
        ("lstrip", 0) => string(text.trim_start().to_owned()),
        ("rstrip", 0) => string(text.trim_end().to_owned()),
        ("replace", 2) => string(text.replace(arg(0)?, arg(1)?)),
        ("startswith", 1) => Some(PyKind::Bool(text.starts_with(arg(0)?))),
        ("endswith", 1) => Some(PyKind::Bool(text.ends_with(arg(0)?))),
        ("join", 1) => {
            let all = items(call.args.first()?)?;
            let parts: Vec<&str> = all.iter().map(PyValue::as_str).collect::<Option<_>>()?;
            string(parts.join(text))
        }
        ("split", 0 | 1) => {
            let parts: Vec<&str> = match call.args.first() {
                None => text.split_whitespace().collect(),
                Some(by) => text.split(by.as_str().filter(|by| !by.is_empty())?).collect(),
            };
            let span = call.function.span;
            let value = |part: &str| PyValue { kind: PyKind::Str(part.to_owned()), span };
            Some(PyKind::List(parts.into_iter().map(value).collect()))
        }
        ("format", _) => format(text, call).map(PyKind::Str),
        _ => None,
    }
}

/// `"x_{}".format(value)`, with plain holes only.
fn format(pattern: &str, call: &PyCall) -> Option<String> {
    let mut text = String::new();
    let mut next = 0;
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(rest.get(..at)?);
        let sign = rest.get(at..=at)?;
        let after = rest.get(at + 1..)?;
        if let Some(doubled) = after.strip_prefix(sign) {
            text.push_str(sign);
            rest = doubled;
            continue;
        }
        let (hole, after) = after.split_once('}').filter(|_| sign == "{")?;
        let value = match hole {
            "" => {
                next += 1;
                call.args.get(next - 1)?
            }
            number if number.bytes().all(|b| b.is_ascii_digit()) => {
                call.args.get(number.parse::<usize>().ok()?)?
            }
            name => keyword(call, name)?,
        };
        text.push_str(&shown(value)?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn dict_method(pairs: &[(Option<PyValue>, PyValue)], name: &str, call: &PyCall) -> Option<PyKind> {
    if pairs.iter().any(|(key, _)| key.is_none()) {
        return None;
    }
    let keys = || pairs.iter().filter_map(|(key, _)| key.clone());
    let values = || pairs.iter().map(|(_, value)| value.clone());
    match (name, call.args.as_slice()) {
        ("keys", []) => Some(PyKind::List(keys().collect())),
        ("values", []) => Some(PyKind::List(values().collect())),
        ("items", []) => {
            let row = |(key, value): (PyValue, PyValue)| {
                let span = key.span;
                PyValue { kind: PyKind::Tuple(vec![key, value]), span }
            };
            Some(PyKind::List(keys().zip(values()).map(row).collect()))
        }
        ("get", [wanted] | [wanted, _]) => {
            for (key, value) in pairs {
                if super::operations::equal(key.as_ref()?, wanted)? {
                    return Some(value.kind.clone());
                }
            }
            Some(call.args.get(1).map_or(PyKind::None, |absent| absent.kind.clone()))
        }
        _ => None,
    }
}
