//! Functions and methods of Python's own, on known values.

use super::operations::{contains, equal, items, known_items, shown, truth};
use super::scope::{Binding, Scope};
use super::sets::{self, Combine};
use super::{PyCall, PyKind, PyObject, PyValue};
use crate::limits;

/// Works a call out; `None` when the function is not Python's own, or an argument is not known.
pub(super) fn call(scope: &Scope, call: &PyCall) -> Option<PyKind> {
    match &call.function.kind {
        PyKind::Path(parts) => match parts.as_slice() {
            [name] if scope.get(name).is_none() => function(name, call),
            [name, method] => match scope.get(name)?.0 {
                Binding::Value(PyValue { kind: PyKind::Path(module), .. }) => {
                    library(&[module.as_slice(), std::slice::from_ref(method)].concat(), call)
                }
                Binding::Value(of) => self::method(of, method, call),
                _ => None,
            },
            [name] => match scope.get(name)?.0 {
                Binding::Value(PyValue { kind: PyKind::Path(path), .. }) => library(path, call),
                _ => None,
            },
            _ => None,
        },
        PyKind::Attribute { of, name } => method(of, name, call),
        _ => None,
    }
}

/// Functions of Python's library.
fn library(path: &[String], call: &PyCall) -> Option<PyKind> {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let given = || call.args.first().and_then(PyValue::as_str);
    match words.as_slice() {
        ["textwrap", "dedent"] => Some(PyKind::Str(dedent(given()?))),
        ["functools", "partial"] => {
            let (function, args) = call.args.split_first()?;
            let (function, args) = (function.clone(), args.to_vec());
            let made = PyObject::Partial(function, args, call.kwargs.clone());
            Some(PyKind::Object(std::sync::Arc::new(made)))
        }
        _ => None,
    }
}

/// Takes the blanks away that every line begins with; lines of blanks become empty.
fn dedent(text: &str) -> String {
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let full = text.split('\n').filter(|line| !line.trim().is_empty());
    let margin = full
        .map(|line| line.get(..blanks(line)).unwrap_or_default())
        .reduce(|a, b| {
            let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
            a.get(..same).unwrap_or_default()
        })
        .unwrap_or_default();
    let cut = |line: &str| match line.trim().is_empty() {
        true => String::new(),
        false => line.strip_prefix(margin).unwrap_or(line).to_owned(),
    };
    text.split('\n').map(cut).collect::<Vec<_>>().join("\n")
}

fn function(name: &str, call: &PyCall) -> Option<PyKind> {
    let first = call.args.first();
    let span = call.function.span;
    let list = |all: Vec<PyValue>| Some(PyKind::List(all));
    let number = |number: usize| Some(PyKind::Int(i64::try_from(number).ok()));
    match (name, call.args.len()) {
        ("range", 1..=3) if call.kwargs.is_empty() => range(call),
        ("enumerate", 1 | 2) => {
            let start = call.args.get(1).or_else(|| call.keyword("start"));
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
                (true, _) => crate::ordered::sort_by(&mut all, |a, b| a.as_str().cmp(&b.as_str())),
                (_, true) => crate::ordered::sort_by_key(&mut all, |value| match value.kind {
                    PyKind::Int(number) => number,
                    _ => None,
                }),
                _ => return None,
            }
            list(all)
        }
        ("dict", _) => dict(call),
        ("bool", 1) => truth(first?).map(PyKind::Bool),
        ("int", 1) => match &first?.kind {
            PyKind::Int(Some(number)) => Some(PyKind::Int(Some(*number))),
            PyKind::Str(text) => text.trim().parse().ok().map(|n| PyKind::Int(Some(n))),
            _ => None,
        },
        ("any", 1) => some_or_all(first?, true),
        ("all", 1) => some_or_all(first?, false),
        ("next", 1 | 2) => next(call),
        ("len", 1) => match &first?.kind {
            PyKind::Str(text) => number(text.chars().count()),
            PyKind::Tuple(_) | PyKind::List(_) | PyKind::Dict(_) => number(items(first?)?.len()),
            _ => None,
        },
        ("str", 1) => shown(first?).map(PyKind::Str),
        ("list" | "tuple" | "set" | "frozenset", _) => container(name, call),
        _ => None,
    }
}

/// `list(…)`, `tuple(…)`, `set(…)`. What is starred stays so.
fn container(name: &str, call: &PyCall) -> Option<PyKind> {
    let all = match call.args.as_slice() {
        [] => Vec::new(),
        [of] => match &of.kind {
            PyKind::List(all) | PyKind::Tuple(all) | PyKind::Set(all) => all.clone(),
            _ => items(of)?,
        },
        _ => return None,
    };
    match name {
        "list" => Some(PyKind::List(all)),
        "tuple" => Some(PyKind::Tuple(all)),
        _ => sets::distinct(all).map(PyKind::Set),
    }
}

/// `any(…)` and `all(…)`: whether an item decides it, in which `stop` says what decides.
fn some_or_all(of: &PyValue, stop: bool) -> Option<PyKind> {
    let (known, is_open) = known_items(of)?;
    let mut unknown = is_open;
    for item in &known {
        match truth(item) {
            Some(truth) if truth == stop => return Some(PyKind::Bool(stop)),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(PyKind::Bool(!stop))
}

/// `next(…)` of what is written in its brackets; of a name it would depend on what was taken before.
fn next(call: &PyCall) -> Option<PyKind> {
    let all = match &call.args.first()?.kind {
        PyKind::List(all) | PyKind::Tuple(all) => all,
        _ => return None,
    };
    match (all.first(), call.args.get(1)) {
        (Some(first), _) if matches!(first.kind, PyKind::Starred(_)) => None,
        (Some(first), _) => Some(first.kind.clone()),
        (None, absent) => absent.map(|absent| absent.kind.clone()),
    }
}

/// `dict(a=1)`, `dict(other)`, `dict(pairs)`.
fn dict(call: &PyCall) -> Option<PyKind> {
    let span = call.function.span;
    let mut pairs: Vec<(Option<PyValue>, PyValue)> = match call.args.as_slice() {
        [] => Vec::new(),
        [PyValue { kind: PyKind::Dict(pairs), .. }] => pairs.clone(),
        [of] => {
            let pair = |item: PyValue| match item.kind {
                PyKind::Tuple(pair) | PyKind::List(pair) => match <[PyValue; 2]>::try_from(pair) {
                    Ok([key, value]) => Some((Some(key), value)),
                    Err(_) => None,
                },
                _ => None,
            };
            items(of)?.into_iter().map(pair).collect::<Option<_>>()?
        }
        _ => return None,
    };
    for (name, value) in &call.kwargs {
        let key = PyValue { kind: PyKind::Str(name.clone()?), span };
        pairs = super::operations::with_item(&pairs, &key, value)?;
    }
    Some(PyKind::Dict(pairs))
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
        PyKind::Set(_) => set_method(of, name, call),
        PyKind::List(_) | PyKind::Tuple(_) if name == "copy" && call.args.is_empty() => {
            Some(of.kind.clone())
        }
        _ => None,
    }
}

fn set_method(of: &PyValue, name: &str, call: &PyCall) -> Option<PyKind> {
    let how = match name {
        "copy" if call.args.is_empty() => return Some(of.kind.clone()),
        "union" => Combine::Union,
        "intersection" => Combine::Intersection,
        "difference" => Combine::Difference,
        "issubset" | "issuperset" | "isdisjoint" => return compare_sets(of, name, call),
        _ => return None,
    };
    let mut made = of.clone();
    for other in &call.args {
        let all = match &other.kind {
            PyKind::Set(all) | PyKind::List(all) | PyKind::Tuple(all) => all.clone(),
            _ => items(other)?,
        };
        let other = PyValue { kind: PyKind::Set(all), span: other.span };
        made.kind = sets::combine(&[made.clone(), other], how)?;
    }
    Some(made.kind)
}

fn compare_sets(of: &PyValue, name: &str, call: &PyCall) -> Option<PyKind> {
    let [other] = call.args.as_slice() else { return None };
    let (inner, outer) = if name == "issuperset" { (other, of) } else { (of, other) };
    let wanted = name != "isdisjoint";
    let (known, is_open) = known_items(inner)?;
    let mut all = if is_open { None } else { Some(true) };
    for item in &known {
        match contains(outer, item) {
            Some(within) if within != wanted => return Some(PyKind::Bool(false)),
            Some(_) => {}
            None => all = None,
        }
    }
    all.map(PyKind::Bool)
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
        ("removeprefix", 1) => string(text.strip_prefix(arg(0)?).unwrap_or(text).to_owned()),
        ("removesuffix", 1) => string(text.strip_suffix(arg(0)?).unwrap_or(text).to_owned()),
        ("splitlines", 0) => {
            let span = call.function.span;
            let value = |part: &str| PyValue { kind: PyKind::Str(part.to_owned()), span };
            Some(PyKind::List(text.lines().map(value).collect()))
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
            name => call.keyword(name)?,
        };
        text.push_str(&shown(value)?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn dict_method(pairs: &[(Option<PyValue>, PyValue)], name: &str, call: &PyCall) -> Option<PyKind> {
    if name == "keys" && call.args.is_empty() {
        let key = |(key, value): &(Option<PyValue>, PyValue)| match key {
            Some(key) => key.clone(),
            None => PyValue { kind: PyKind::Starred(Box::new(value.clone())), span: value.span },
        };
        return Some(PyKind::List(pairs.iter().map(key).collect()));
    }
    if pairs.iter().any(|(key, _)| key.is_none()) {
        return None;
    }
    let keys = || pairs.iter().filter_map(|(key, _)| key.clone());
    let values = || pairs.iter().map(|(_, value)| value.clone());
    match (name, call.args.as_slice()) {
        ("copy", []) => Some(PyKind::Dict(pairs.to_vec())),
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
                if equal(key.as_ref()?, wanted)? {
                    return Some(value.kind.clone());
                }
            }
            Some(call.args.get(1).map_or(PyKind::None, |absent| absent.kind.clone()))
        }
        _ => None,
    }
}
