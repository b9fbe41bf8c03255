//! Operators over known values.

use super::fold::too_large;
use super::scope::{Binding, Scope, is_starred};
use super::{Comparison, Operator, PyKind, PyObject, PyValue, sets};

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
        Operator::Compare(signs) => {
            compare(signs, &folded).or_else(|| is_made(scope, signs, &folded)).map(PyKind::Bool)
        }
        Operator::Conditional => match folded.as_slice() {
            [test, body, otherwise] => truth(test)
                .map(|truth| if truth { body.kind.clone() } else { otherwise.kind.clone() }),
            _ => None,
        },
        Operator::Subscript => subscript(&folded),
        Operator::Percent => percent(&folded),
        Operator::Minus => numbers(&folded, i64::checked_sub)
            .or_else(|| sets::combine(&folded, sets::Combine::Difference)),
        Operator::Times => numbers(&folded, i64::checked_mul).or_else(|| repeated(scope, &folded)),
        Operator::Union => sets::combine(&folded, sets::Combine::Union),
        Operator::Intersection => sets::combine(&folded, sets::Combine::Intersection),
        Operator::Slice => None,
    };
    known.unwrap_or_else(|| PyKind::Operation { operator: operator.clone(), parts: folded })
}

/// An object that was made of a class is not `None`.
fn is_made(scope: &Scope, signs: &[Comparison], parts: &[PyValue]) -> Option<bool> {
    let ([sign @ (Comparison::Is | Comparison::IsNot)], [left, right]) = (signs, parts) else {
        return None;
    };
    let known = match left.as_name().and_then(|name| scope.get(name)) {
        Some((Binding::Value(known), _)) => known,
        _ => left,
    };
    let class = known.as_call()?.function.last_name()?;
    let is_class = matches!(class, "Column" | "Table" | "MetaData" | "Enum" | "ENUM");
    (is_class && right.kind == PyKind::None).then_some(*sign == Comparison::IsNot)
}

/// Returns whether Python takes a value for true.
pub(super) fn truth(value: &PyValue) -> Option<bool> {
    Some(match &value.kind {
        PyKind::None => false,
        PyKind::Bool(truth) => *truth,
        PyKind::Int(Some(number)) => *number != 0,
        PyKind::Str(text) => !text.is_empty(),
        PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => {
            // What is starred may be nothing at all.
            match all.iter().any(|value| !is_starred(value)) {
                true => true,
                false if all.is_empty() => false,
                false => return None,
            }
        }
        PyKind::Dict(items) => match items.iter().any(|(key, _)| key.is_some()) {
            true => true,
            false if items.is_empty() => false,
            false => return None,
        },
        PyKind::Object(_) | PyKind::Lambda(_) => true,
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
            // The last is the result, whatever it is.
            _ if at + 1 == parts.len() && !open => return Some(part.kind.clone()),
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

/// Returns whether `value in container`.
pub(super) fn contains(container: &PyValue, value: &PyValue) -> Option<bool> {
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
        PyKind::Dict(items) => {
            let all = items.iter().all(|(key, _)| key.is_some());
            let found = among(&mut items.iter().filter_map(|(key, _)| key.as_ref()));
            if all { found } else { found.filter(|found| *found) }
        }
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
        (PyKind::Object(a), PyKind::Object(b)) => match (&**a, &**b) {
            (PyObject::Member(a), PyObject::Member(b)) => Some(a == b),
            _ => None,
        },
        (PyKind::Set(_), PyKind::Set(_)) => sets::same(left, right),
        (PyKind::None, other) | (other, PyKind::None) if is_object(other) => Some(false),
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

/// A value that is there, whatever it is.
fn is_object(kind: &PyKind) -> bool {
    matches!(
        kind,
        PyKind::Tuple(_)
            | PyKind::List(_)
            | PyKind::Set(_)
            | PyKind::Dict(_)
            | PyKind::Object(_)
            | PyKind::Lambda(_)
    )
}

/// Returns a dictionary with an item more, or another value for it.
pub(super) fn with_item(
    pairs: &[(Option<PyValue>, PyValue)],
    key: &PyValue,
    value: &PyValue,
) -> Option<Vec<(Option<PyValue>, PyValue)>> {
    let mut pairs = pairs.to_vec();
    equal(key, key)?;
    let mut found = false;
    for (known, old) in &mut pairs {
        if equal(known.as_ref()?, key)? {
            *old = value.clone();
            found = true;
        }
    }
    if !found {
        pairs.push((Some(key.clone()), value.clone()));
    }
    Some(pairs)
}

/// Returns what a container is after a method that changes it; `None` when that is not known.
pub(super) fn mutate(of: &PyValue, method: &str, args: &[PyValue]) -> Option<PyKind> {
    let arg = |at: usize| args.get(at);
    match (&of.kind, method, args.len()) {
        (PyKind::List(all), "append", 1) => {
            Some(PyKind::List(all.iter().chain(arg(0)).cloned().collect()))
        }
        (PyKind::List(all), "extend", 1) => {
            Some(PyKind::List(all.iter().cloned().chain(items(arg(0)?)?).collect()))
        }
        (PyKind::Set(_), "add", 1) => {
            let one = PyValue { kind: PyKind::Set(args.to_vec()), span: of.span };
            sets::combine(&[of.clone(), one], sets::Combine::Union)
        }
        (PyKind::Set(_), "update", 1) => {
            let more = PyValue { kind: PyKind::Set(items(arg(0)?)?), span: of.span };
            sets::combine(&[of.clone(), more], sets::Combine::Union)
        }
        (PyKind::Set(_), "discard", 1) => {
            let one = PyValue { kind: PyKind::Set(args.to_vec()), span: of.span };
            sets::combine(&[of.clone(), one], sets::Combine::Difference)
        }
        (PyKind::Dict(_), "update", 1) => {
            sets::combine(&[of.clone(), arg(0)?.clone()], sets::Combine::Union)
        }
        _ => None,
    }
}

fn subscript(parts: &[PyValue]) -> Option<PyKind> {
    let [of, index] = parts else { return None };
    if let PyKind::Operation { operator: Operator::Slice, parts } = &index.kind {
        return slice(of, parts);
    }
    match (&of.kind, &index.kind) {
        (PyKind::Str(text), PyKind::Int(Some(at))) => {
            let length = i64::try_from(text.chars().count()).ok()?;
            let at = if *at < 0 { at.checked_add(length)? } else { *at };
            let found = text.chars().nth(usize::try_from(at).ok()?)?;
            Some(PyKind::Str(found.to_string()))
        }
        (PyKind::Tuple(all) | PyKind::List(all), PyKind::Int(Some(at))) => {
            // What is starred may be any number of items.
            if all.iter().any(is_starred) {
                return None;
            }
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

/// `[start:stop]`, with a step of one.
fn slice(of: &PyValue, parts: &[PyValue]) -> Option<PyKind> {
    let [start, stop, step] = parts else { return None };
    matches!(step.kind, PyKind::None | PyKind::Int(Some(1))).then_some(())?;
    let bound = |given: &PyValue, length: usize, absent: usize| match given.kind {
        PyKind::None => Some(absent),
        PyKind::Int(Some(at)) => {
            let length = i64::try_from(length).ok()?;
            let at = if at < 0 { at.saturating_add(length) } else { at };
            usize::try_from(at.clamp(0, length)).ok()
        }
        _ => None,
    };
    let cut = |length: usize| {
        let (from, to) = (bound(start, length, 0)?, bound(stop, length, length)?);
        Some((from, to.saturating_sub(from)))
    };
    match &of.kind {
        PyKind::Str(text) => {
            let (from, count) = cut(text.chars().count())?;
            Some(PyKind::Str(text.chars().skip(from).take(count).collect()))
        }
        PyKind::Tuple(all) | PyKind::List(all) if !all.iter().any(is_starred) => {
            let (from, count) = cut(all.len())?;
            let part = all.iter().skip(from).take(count).cloned().collect();
            Some(if matches!(of.kind, PyKind::List(_)) {
                PyKind::List(part)
            } else {
                PyKind::Tuple(part)
            })
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

/// `"x" * 3`
fn repeated(scope: &mut Scope, parts: &[PyValue]) -> Option<PyKind> {
    let [left, right] = parts else { return None };
    let (text, count) = match (&left.kind, &right.kind) {
        (PyKind::Str(text), PyKind::Int(Some(count)))
        | (PyKind::Int(Some(count)), PyKind::Str(text)) => {
            (text, usize::try_from(*count).unwrap_or(0))
        }
        _ => return None,
    };
    match scope.spend(text.len().checked_mul(count)?) {
        None => Some(PyKind::Str(text.repeat(count))),
        Some(spent) => Some(too_large(spent)),
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
        PyKind::Object(object) => match &**object {
            PyObject::Member(member) if member.is_text => return shown(&member.value),
            _ => return None,
        },
        _ => return None,
    })
}

/// Returns what a loop over a value meets, one after the other.
pub(super) fn items(value: &PyValue) -> Option<Vec<PyValue>> {
    let all = match &value.kind {
        PyKind::Object(object) => match &**object {
            PyObject::Class(class) => class.enum_members()?,
            _ => return None,
        },
        PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => all.clone(),
        PyKind::Dict(items) => items.iter().map(|(key, _)| key.clone()).collect::<Option<_>>()?,
        PyKind::Str(text) => text
            .chars()
            .map(|c| PyValue { kind: PyKind::Str(c.to_string()), span: value.span })
            .collect(),
        _ => return None,
    };
    (!all.iter().any(is_starred)).then_some(all)
}

/// The same for a sequence of which the end may not be known: what is known, and whether there may be more.
pub(super) fn known_items(value: &PyValue) -> Option<(Vec<PyValue>, bool)> {
    match &value.kind {
        PyKind::List(all) | PyKind::Set(all) | PyKind::Tuple(all) => {
            let known: Vec<PyValue> =
                all.iter().filter(|item| !is_starred(item)).cloned().collect();
            let is_open = known.len() < all.len();
            Some((known, is_open))
        }
        PyKind::Dict(pairs) => {
            let known: Vec<PyValue> = pairs.iter().filter_map(|(key, _)| key.clone()).collect();
            let is_open = known.len() < pairs.len();
            Some((known, is_open))
        }
        _ => items(value).map(|all| (all, false)),
    }
}
