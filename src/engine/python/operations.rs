//! Operators and comprehensions over known values.

use crate::engine::span::Span;

use super::fold::{Scope, too_large};
use super::{Comparison, Comprehension, Operator, PyKind, PyValue};

/// Works an operation out; what is not certain stays an operation, of folded operands.
pub(super) fn fold(scope: &mut Scope, operator: &Operator, parts: &[PyValue]) -> PyKind {
    let folded: Vec<PyValue> = parts.iter().map(|part| scope.fold(part)).collect();
    if let Some(spent) = scope.spend(folded.len()) {
        return too_large(spent);
    }
    let known = match operator {
        Operator::And => short_circuit(&folded, false),
        Operator::Or => short_circuit(&folded, true),
        Operator::Not => folded.first().and_then(truth).map(|truth| PyKind::Bool(!truth)),
        Operator::Compare(signs) => compare(signs, &folded).map(PyKind::Bool),
        Operator::Conditional => match folded.as_slice() {
            [test, body, otherwise] => truth(test)
                .map(|truth| if truth { body.kind.clone() } else { otherwise.kind.clone() }),
            _ => None,
        },
        Operator::Subscript => subscript(&folded),
        Operator::Percent => percent(&folded),
        Operator::Minus => numbers(&folded, i64::checked_sub),
        Operator::Times => numbers(&folded, i64::checked_mul),
    };
    known.unwrap_or_else(|| PyKind::Operation { operator: operator.clone(), parts: folded })
}

/// Returns whether Python takes a value for true.
pub(super) fn truth(value: &PyValue) -> Option<bool> {
    Some(match &value.kind {
        PyKind::None => false,
        PyKind::Bool(truth) => *truth,
        PyKind::Int(Some(number)) => *number != 0,
        PyKind::Str(text) => !text.is_empty(),
        PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => {
            if all.iter().any(|value| matches!(value.kind, PyKind::Starred(_))) {
                return None;
            }
            !all.is_empty()
        }
        PyKind::Dict(items) if items.iter().all(|(key, _)| key.is_some()) => !items.is_empty(),
        _ => return None,
    })
}

/// `and` stops at what is false, `or` at what is true; an operand that is not known decides nothing, unless
/// a later one would stop it whatever it is.
fn short_circuit(parts: &[PyValue], stop: bool) -> Option<PyKind> {
    let mut open = false;
    for (at, part) in parts.iter().enumerate() {
        match truth(part) {
            Some(truth) if truth == stop => {
                return Some(if open { PyKind::Bool(stop) } else { part.kind.clone() });
            }
            Some(_) if at + 1 == parts.len() && !open => return Some(part.kind.clone()),
            Some(_) => {}
            None => open = true,
        }
    }
    None
}

fn compare(signs: &[Comparison], parts: &[PyValue]) -> Option<bool> {
    let mut all = true;
    for (sign, pair) in signs.iter().zip(parts.windows(2)) {
        let [left, right] = pair else { return None };
        all &= one_comparison(*sign, left, right)?;
    }
    Some(all)
}

fn one_comparison(sign: Comparison, left: &PyValue, right: &PyValue) -> Option<bool> {
    use std::cmp::Ordering;
    let ordering = match (&left.kind, &right.kind) {
        (PyKind::Int(Some(a)), PyKind::Int(Some(b))) => Some(a.cmp(b)),
        (PyKind::Str(a), PyKind::Str(b)) => Some(a.cmp(b)),
        _ => None,
    };
    match sign {
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => equal(left, right).map(|same| !same),
        Comparison::Is | Comparison::IsNot => {
            let single = |v: &PyValue| matches!(v.kind, PyKind::None | PyKind::Bool(_));
            let same = (single(left) || single(right)).then(|| equal(left, right))??;
            Some(same == (sign == Comparison::Is))
        }
        Comparison::In | Comparison::NotIn => {
            let within = contains(right, left)?;
            Some(within == (sign == Comparison::In))
        }
        Comparison::Less => ordering.map(Ordering::is_lt),
        Comparison::LessOrEqual => ordering.map(Ordering::is_le),
        Comparison::Greater => ordering.map(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordering.map(Ordering::is_ge),
    }
}

fn contains(container: &PyValue, value: &PyValue) -> Option<bool> {
    let among = |all: &mut dyn Iterator<Item = &PyValue>| {
        let mut found = Some(false);
        for item in all {
            match equal(item, value) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => found = None,
            }
        }
        found
    };
    match &container.kind {
        PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => among(&mut all.iter()),
        PyKind::Dict(items) => among(&mut items.iter().filter_map(|(key, _)| key.as_ref())),
        PyKind::Str(text) => value.as_str().map(|part| text.contains(part)),
        _ => None,
    }
}

/// Equality of plain values; of anything else nothing is known.
pub(super) fn equal(left: &PyValue, right: &PyValue) -> Option<bool> {
    let plain = |value: &PyValue| {
        matches!(value.kind, PyKind::None | PyKind::Bool(_) | PyKind::Int(Some(_)) | PyKind::Str(_))
    };
    match (&left.kind, &right.kind) {
        (PyKind::Bool(a), PyKind::Int(Some(b))) | (PyKind::Int(Some(b)), PyKind::Bool(a)) => {
            Some(i64::from(*a) == *b)
        }
        (PyKind::Tuple(a), PyKind::Tuple(b)) | (PyKind::List(a), PyKind::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            a.iter().zip(b).try_fold(true, |same, (x, y)| Some(same & equal(x, y)?))
        }
        _ => (plain(left) && plain(right)).then(|| left.kind == right.kind),
    }
}

fn subscript(parts: &[PyValue]) -> Option<PyKind> {
    let [of, index] = parts else { return None };
    match (&of.kind, &index.kind) {
        (PyKind::Tuple(all) | PyKind::List(all), PyKind::Int(Some(at))) => {
            let length = i64::try_from(all.len()).ok()?;
            let at = if *at < 0 { at.checked_add(length)? } else { *at };
            all.get(usize::try_from(at).ok()?).map(|value| value.kind.clone())
        }
        (PyKind::Dict(items), _) => {
            let mut found = None;
            for (key, value) in items {
                if equal(key.as_ref()?, index)? {
                    found = Some(value.kind.clone());
                }
            }
            found
        }
        _ => None,
    }
}

fn numbers(parts: &[PyValue], work: fn(i64, i64) -> Option<i64>) -> Option<PyKind> {
    match parts {
        [left, right] => match (&left.kind, &right.kind) {
            (PyKind::Int(Some(a)), PyKind::Int(Some(b))) => {
                work(*a, *b).map(|number| PyKind::Int(Some(number)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `"x_%s" % value`, with `%s` and `%d` only.
fn percent(parts: &[PyValue]) -> Option<PyKind> {
    let [left, right] = parts else { return None };
    let Some(pattern) = left.as_str() else {
        return numbers(parts, |a, b| if b > 0 { Some(a.rem_euclid(b)) } else { None });
    };
    let values: Vec<&PyValue> = match &right.kind {
        PyKind::Tuple(all) => all.iter().collect(),
        _ => vec![right],
    };
    let mut values = values.into_iter();
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        rest = match after.chars().next()? {
            '%' => {
                text.push('%');
                after.get(1..)?
            }
            's' | 'd' => {
                text.push_str(&shown(values.next()?)?);
                after.get(1..)?
            }
            '(' => {
                let (name, after) = after.get(1..)?.split_once(')')?;
                let PyKind::Dict(items) = &right.kind else { return None };
                let is_it = |(key, _): &&(Option<PyValue>, PyValue)| {
                    key.as_ref().and_then(PyValue::as_str) == Some(name)
                };
                let (_, value) = items.iter().find(is_it)?;
                text.push_str(&shown(value)?);
                values.next();
                after.strip_prefix(['s', 'd'])?
            }
            _ => return None,
        };
    }
    text.push_str(rest);
    values.next().is_none().then_some(PyKind::Str(text))
}

/// What `str(value)` gives.
pub(super) fn shown(value: &PyValue) -> Option<String> {
    Some(match &value.kind {
        PyKind::Str(text) => text.clone(),
        PyKind::Int(Some(number)) => number.to_string(),
        PyKind::None => "None".to_owned(),
        PyKind::Bool(truth) => (if *truth { "True" } else { "False" }).to_owned(),
        _ => return None,
    })
}

/// Returns what a loop over a value meets, one after the other.
pub(super) fn items(value: &PyValue) -> Option<Vec<PyValue>> {
    let all = match &value.kind {
        PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => all.clone(),
        PyKind::Dict(items) => items.iter().map(|(key, _)| key.clone()).collect::<Option<_>>()?,
        PyKind::Str(text) => text
            .chars()
            .map(|c| PyValue { kind: PyKind::Str(c.to_string()), span: value.span })
            .collect(),
        _ => return None,
    };
    let starred = all.iter().any(|item| matches!(item.kind, PyKind::Starred(_)));
    (!starred).then_some(all)
}

/// Works a comprehension out. The names it binds are its own.
pub(super) fn comprehension(scope: &mut Scope, made: &Comprehension) -> PyKind {
    let before = scope.bindings();
    let leaving = std::mem::replace(&mut scope.leaving, true);
    let mut rows = Vec::new();
    let known = collect(scope, made, &mut rows);
    scope.leaving = leaving;
    scope.restore(before);
    if !known {
        let unknown = PyKind::Comprehension(Box::new(made.clone()));
        let parts = PyValue { kind: unknown, span: made.element.span };
        let parts = parts.children().into_iter().cloned().collect();
        return PyKind::Unknown { why: "a comprehension", parts };
    }
    match (&made.key, made.is_set) {
        (Some(_), _) => PyKind::Dict(rows),
        (None, true) => PyKind::Set(rows.into_iter().map(|(_, value)| value).collect()),
        (None, false) => PyKind::List(rows.into_iter().map(|(_, value)| value).collect()),
    }
}

/// The rows, in order; false when they are not known. The loops are kept on a stack, innermost last.
fn collect(
    scope: &mut Scope,
    made: &Comprehension,
    rows: &mut Vec<(Option<PyValue>, PyValue)>,
) -> bool {
    let mut loops: Vec<std::vec::IntoIter<PyValue>> = Vec::new();
    loop {
        if scope.spend(1).is_some() {
            return false;
        }
        if let Some(generator) = made.generators.get(loops.len()) {
            let iterable = scope.fold(&generator.iterable);
            let Some(all) = items(&iterable) else { return false };
            loops.push(all.into_iter());
        } else {
            let key = made.key.as_ref().map(|key| scope.fold(key));
            rows.push((key, scope.fold(&made.element)));
        }
        // The next row that every condition lets through, or the end.
        loop {
            let Some(depth) = loops.len().checked_sub(1) else { return true };
            let (Some(running), Some(generator)) = (loops.last_mut(), made.generators.get(depth))
            else {
                return false;
            };
            let Some(item) = running.next() else {
                loops.pop();
                continue;
            };
            if scope.spend(1).is_some() {
                return false;
            }
            scope.assign(&generator.target, &item, Span::whole(generator.target.span.document));
            let mut passes = Some(true);
            for condition in &generator.conditions {
                let condition = scope.fold(condition);
                passes = truth(&condition).and_then(|truth| passes.map(|passed| passed && truth));
            }
            match passes {
                None => return false,
                Some(false) => {}
                Some(true) => break,
            }
        }
    }
}
