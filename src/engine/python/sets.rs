//! Sets and dictionaries joined with each other.

use crate::limits;

use super::operations::{contains, equal};
use super::scope::is_starred;
use super::{PyKind, PyValue};

/// How two sets are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Combine {
    Union,
    Intersection,
    Difference,
}

/// `a | b`, `a & b`, `a - b`; of dictionaries, `a | b`. `None` when it is not known.
pub(super) fn combine(parts: &[PyValue], how: Combine) -> Option<PyKind> {
    let [left, right] = parts else { return None };
    match (&left.kind, &right.kind, how) {
        (PyKind::Set(a), PyKind::Set(b), Combine::Union) => {
            distinct(a.iter().chain(b).cloned().collect()).map(PyKind::Set)
        }
        (PyKind::Set(a), PyKind::Set(_), _) => {
            let mut kept = Vec::new();
            for item in a {
                if is_starred(item) {
                    return None;
                }
                if contains(right, item)? == (how == Combine::Intersection) {
                    kept.push(item.clone());
                }
            }
            Some(PyKind::Set(kept))
        }
        (PyKind::Dict(a), PyKind::Dict(b), Combine::Union) => {
            let mut joined = a.clone();
            for (key, value) in b {
                joined = super::operations::with_item(&joined, key.as_ref()?, value)?;
            }
            Some(PyKind::Dict(joined))
        }
        _ => None,
    }
}

/// Each value once, in order; `None` when it is not known which are the same.
pub(super) fn distinct(all: Vec<PyValue>) -> Option<Vec<PyValue>> {
    if all.len() > limits::PYTHON_SET_MAX {
        return None;
    }
    let mut kept: Vec<PyValue> = Vec::with_capacity(all.len());
    for value in all {
        let mut is_new = true;
        if !is_starred(&value) {
            for known in kept.iter().filter(|known| !is_starred(known)) {
                is_new &= !equal(known, &value)?;
            }
        }
        if is_new {
            kept.push(value);
        }
    }
    Some(kept)
}

/// Whether two sets hold the same.
pub(super) fn same(left: &PyValue, right: &PyValue) -> Option<bool> {
    let (PyKind::Set(a), PyKind::Set(b)) = (&left.kind, &right.kind) else { return None };
    let within = |all: &[PyValue], of: &PyValue| {
        all.iter().try_fold(true, |all, item| Some(all & contains(of, item)?))
    };
    if a.iter().chain(b).any(is_starred) {
        return None;
    }
    Some(within(a, right)? && within(b, left)?)
}
