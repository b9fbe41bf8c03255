//! Comprehensions over known values.

use crate::engine::span::Span;

use super::operations::{known_items, truth};
use super::scope::Scope;
use super::{Comprehension, PyKind, PyValue, sets};

/// Works a comprehension out. The names it binds are its own.
pub(super) fn fold(scope: &mut Scope, made: &Comprehension) -> PyKind {
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
        (None, true) => {
            let rows = rows.into_iter().map(|(_, value)| value).collect();
            sets::distinct(rows).map_or_else(
                || PyKind::Unknown { why: "a set of values that are not known", parts: Vec::new() },
                PyKind::Set,
            )
        }
        (None, false) => PyKind::List(rows.into_iter().map(|(_, value)| value).collect()),
    }
}

/// Marks that there may be rows that are not known. Of a dictionary one of them may replace a known one, so
/// that they come first.
fn more(rows: &mut Vec<(Option<PyValue>, PyValue)>, made: &Comprehension) -> bool {
    if made.key.is_some() && !rows.is_empty() {
        return false;
    }
    let span = made.element.span;
    let unknown =
        PyValue { kind: PyKind::Unknown { why: "what is not known", parts: Vec::new() }, span };
    rows.push(match made.key {
        Some(_) => (None, unknown),
        None => (None, PyValue { kind: PyKind::Starred(Box::new(unknown)), span }),
    });
    true
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
            let Some((all, is_open)) = known_items(&iterable) else { return false };
            if is_open && !more(rows, made) {
                return false;
            }
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
