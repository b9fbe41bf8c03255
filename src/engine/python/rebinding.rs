//! A name that stands for what a call returned, bound to something else.
//!
//! Such a name stays written as a name in the values made of it, since what it stands for is an object. Bound
//! anew it would change those values, which Python does not: they keep the object.

use std::sync::Arc;

use super::scope::{Binding, Scope};
use super::{PyKind, PyValue};

impl Scope {
    /// Puts what `name` stood for into every value that was made of it.
    pub(super) fn keep_object(&mut self, name: &str, old: &PyValue) {
        if !matches!(old.kind, PyKind::Call(_)) {
            return;
        }
        let size = old.walk().len();
        let mut bindings = std::mem::take(&mut self.bindings);
        for (binding, _) in Arc::make_mut(&mut bindings).values_mut() {
            let Binding::Value(value) = binding else { continue };
            let uses = value.walk().iter().filter(|part| stands_for(part, name)).count();
            if uses == 0 {
                continue;
            }
            // A value that is made of itself again and again would double each time.
            let affordable = self.spend(uses * size).is_none();
            if !(affordable && put(value, name, old)) {
                *binding = Binding::Undecided("made of a name that is bound again");
            }
        }
        self.bindings = bindings;
    }
}

fn stands_for(value: &PyValue, name: &str) -> bool {
    matches!(&value.kind, PyKind::Path(parts) if parts.first().is_some_and(|first| first == name))
}

/// Returns whether every use was found; stops at the first that is inside a function's body or a comprehension.
fn put(value: &mut PyValue, name: &str, old: &PyValue) -> bool {
    let span = value.span;
    match &mut value.kind {
        PyKind::Path(parts) if parts.first().is_some_and(|first| first == name) => {
            let attribute = |of, name: &String| PyKind::Attribute {
                of: Box::new(PyValue { kind: of, span }),
                name: name.clone(),
            };
            value.kind = parts.iter().skip(1).fold(old.kind.clone(), attribute);
            true
        }
        PyKind::Tuple(all)
        | PyKind::List(all)
        | PyKind::Set(all)
        | PyKind::Plus(all)
        | PyKind::Format(all)
        | PyKind::Unknown { parts: all, .. }
        | PyKind::Operation { parts: all, .. } => put_all(all, name, old),
        PyKind::Dict(items) => items.iter_mut().all(|(key, value)| {
            key.as_mut().is_none_or(|key| put(key, name, old)) && put(value, name, old)
        }),
        PyKind::Attribute { of, .. } | PyKind::Starred(of) => put(of, name, old),
        PyKind::Call(call) => {
            put(&mut call.function, name, old)
                && put_all(&mut call.args, name, old)
                && call.kwargs.iter_mut().all(|(_, value)| put(value, name, old))
        }
        PyKind::Comprehension(_) | PyKind::Lambda(_) => {
            !value.walk().iter().any(|part| stands_for(part, name))
        }
        _ => true,
    }
}

fn put_all(all: &mut [PyValue], name: &str, old: &PyValue) -> bool {
    all.iter_mut().all(|value| put(value, name, old))
}
