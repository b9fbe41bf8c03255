//! Constants, names, concatenation → values where certain.

use crate::engine::span::{DocumentId, Span};
use crate::limits;

use super::scope::{Binding, Scope};
use super::{PyCall, PyKind, PyValue, builtins, comprehensions, objects, operations};

impl Scope {
    /// Returns the value of an expression as far as it is certain; what is not becomes
    /// [`PyKind::Unknown`]. Calls stay calls.
    pub fn fold(&mut self, value: &PyValue) -> PyValue {
        let kind = match &value.kind {
            PyKind::Str(text) => {
                self.spend(text.len()).map_or_else(|| PyKind::Str(text.clone()), too_large)
            }
            PyKind::Tuple(all) => self.fold_all(all).map_or_else(too_large, PyKind::Tuple),
            PyKind::List(all) => self.fold_all(all).map_or_else(too_large, PyKind::List),
            PyKind::Set(all) => self.fold_all(all).map_or_else(too_large, PyKind::Set),
            PyKind::Path(parts) => self.fold_path(parts),
            PyKind::Plus(all) => self.fold_all(all).map_or_else(too_large, |all| self.plus(all)),
            PyKind::Format(all) => self.fold_all(all).map_or_else(too_large, format),
            PyKind::Call(call) => self.fold_call(call),
            PyKind::Attribute { of, name } => {
                let of = self.fold(of);
                let member = match &of.kind {
                    PyKind::Object(object) => objects::attribute(object, name),
                    PyKind::Path(parts) => {
                        Some(PyKind::Path([parts.as_slice(), std::slice::from_ref(name)].concat()))
                    }
                    _ => None,
                };
                member.unwrap_or_else(|| PyKind::Attribute { of: Box::new(of), name: name.clone() })
            }
            PyKind::Dict(items) => self.fold_dict(items),
            PyKind::Operation { operator, parts } => operations::fold(self, operator, parts),
            PyKind::Comprehension(made) => comprehensions::fold(self, made),
            other => match self.spend(value.walk().len()) {
                None => other.clone(),
                Some(spent) => too_large(spent),
            },
        };
        PyValue { kind, span: value.span }
    }

    fn fold_all(&mut self, all: &[PyValue]) -> Result<Vec<PyValue>, Spent> {
        let mut folded = Vec::with_capacity(all.len());
        for value in all {
            if let Some(spent) = self.spend(1) {
                return Err(spent);
            }
            let PyKind::Starred(inside) = &value.kind else {
                folded.push(self.fold(value));
                continue;
            };
            let inside = self.fold(inside);
            match inside.kind {
                PyKind::Tuple(values) | PyKind::List(values) | PyKind::Set(values) => {
                    folded.extend(values);
                }
                PyKind::Dict(items) if items.iter().all(|(key, _)| key.is_some()) => {
                    folded.extend(items.into_iter().filter_map(|(key, _)| key));
                }
                kind => {
                    let inside = Box::new(PyValue { kind, span: inside.span });
                    folded.push(PyValue { kind: PyKind::Starred(inside), span: value.span });
                }
            }
        }
        Ok(folded)
    }

    /// A call of a function of Python's own on known values is worked out; any other stays a call, of
    /// folded arguments.
    fn fold_call(&mut self, call: &PyCall) -> PyKind {
        let args = match self.fold_all(&call.args) {
            Ok(args) => args,
            Err(spent) => return too_large(spent),
        };
        let mut kwargs = Vec::with_capacity(call.kwargs.len());
        for (name, value) in &call.kwargs {
            let value = self.fold(value);
            match (name, value.kind) {
                // `**{"nullable": True}`
                (None, PyKind::Dict(items)) if items.iter().all(is_named) => {
                    kwargs.extend(items.into_iter().map(|(key, value)| {
                        (key.and_then(|key| key.as_str().map(str::to_owned)), value)
                    }));
                }
                (_, kind) => kwargs.push((name.clone(), PyValue { kind, span: value.span })),
            }
        }
        let function = match &call.function.kind {
            PyKind::Attribute { .. } => self.fold(&call.function),
            _ => call.function.clone(),
        };
        let folded = PyCall { function, args, kwargs };
        match builtins::call(self, &folded) {
            Some(kind) => match value_units(&kind) {
                Some(units) => self.spend(units).map_or(kind, too_large),
                None => too_large(Spent),
            },
            None => PyKind::Call(Box::new(self.named_outside(folded))),
        }
    }

    /// A call that leaves its file calls what its name stands for there.
    fn named_outside(&mut self, call: PyCall) -> PyCall {
        if !self.leaving || !matches!(call.function.kind, PyKind::Path(_)) {
            return call;
        }
        let function = self.fold(&call.function);
        match function.kind {
            PyKind::Path(_) | PyKind::Object(_) => PyCall { function, ..call },
            _ => call,
        }
    }

    fn fold_dict(&mut self, items: &[(Option<PyValue>, PyValue)]) -> PyKind {
        let mut folded = Vec::with_capacity(items.len());
        for (key, value) in items {
            if let Some(spent) = self.spend(1) {
                return too_large(spent);
            }
            let value = self.fold(value);
            match (key, value.kind) {
                (None, PyKind::Dict(inner)) => folded.extend(inner),
                (key, kind) => {
                    let value = PyValue { kind, span: value.span };
                    folded.push((key.as_ref().map(|key| self.fold(key)), value));
                }
            }
        }
        PyKind::Dict(folded)
    }

    fn fold_path(&mut self, parts: &[String]) -> PyKind {
        let Some((first, rest)) = parts.split_first() else { return PyKind::Path(Vec::new()) };
        let Some((binding, _)) = self.bindings.get(first) else {
            return PyKind::Path(parts.to_vec());
        };
        let value = match binding {
            Binding::Value(value) => value,
            Binding::Undecided(why) => return PyKind::Unknown { why, parts: Vec::new() },
            Binding::Function(closure) => return objects::attribute_of_function(closure, rest),
        };
        match &value.kind {
            PyKind::Path(known) => PyKind::Path(known.iter().chain(rest).cloned().collect()),
            PyKind::Object(object) => match objects::attributes(object, rest) {
                Some(kind) => kind,
                None => PyKind::Path(parts.to_vec()),
            },
            _ if !rest.is_empty() => PyKind::Path(parts.to_vec()),
            // What a call returns is an object: the name goes on standing for it.
            PyKind::Call(_) if !self.leaving => PyKind::Path(parts.to_vec()),
            kind => {
                let Some(units) = value_units(kind) else { return too_large(Spent) };
                let kind = kind.clone();
                self.spend(units).map_or(kind, too_large)
            }
        }
    }

    fn plus(&mut self, all: Vec<PyValue>) -> PyKind {
        if let Some(parts) = all.iter().map(PyValue::as_str).collect::<Option<Vec<_>>>() {
            return PyKind::Str(parts.concat());
        }
        let mut joined = Vec::new();
        let mut lists = 0;
        let operands = all.len();
        for value in &all {
            match &value.kind {
                PyKind::Tuple(values) => joined.extend(values.iter().cloned()),
                PyKind::List(values) => {
                    lists += 1;
                    joined.extend(values.iter().cloned());
                }
                _ => {
                    return PyKind::Unknown {
                        why: "a sum of values that are not known",
                        parts: all,
                    };
                }
            }
        }
        match lists {
            0 => PyKind::Tuple(joined),
            n if n == operands => PyKind::List(joined),
            _ => PyKind::Unknown { why: "a sum of a tuple and a list", parts: all },
        }
    }

    /// `Some` when the account is empty.
    pub(super) fn spend(&mut self, units: usize) -> Option<Spent> {
        match self.units_left.checked_sub(units.max(1)) {
            Some(left) => {
                self.units_left = left;
                None
            }
            None => {
                self.units_left = 0;
                Some(Spent)
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Spent;

pub(super) fn too_large(_: Spent) -> PyKind {
    PyKind::Unknown { why: "a value too large to work out", parts: Vec::new() }
}

fn is_named((key, _): &(Option<PyValue>, PyValue)) -> bool {
    key.as_ref().is_some_and(|key| key.as_str().is_some())
}

/// What a copy of a value costs; `None` when it nests deeper than walks may follow.
fn value_units(kind: &PyKind) -> Option<usize> {
    let mut units = 1;
    let mut stack: Vec<(usize, &PyKind)> = vec![(0, kind)];
    while let Some((depth, kind)) = stack.pop() {
        if depth > limits::NESTING_MAX {
            return None;
        }
        units += match kind {
            PyKind::Str(text) => text.len() + 1,
            _ => 1,
        };
        match kind {
            PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => {
                stack.extend(all.iter().map(|value| (depth + 1, &value.kind)));
            }
            PyKind::Dict(_) | PyKind::Call(_) | PyKind::Attribute { .. } => {
                let whole = PyValue { kind: kind.clone(), span: Span::whole(DocumentId(0)) };
                units += whole.walk().len();
            }
            _ => {}
        }
    }
    Some(units)
}

fn format(all: Vec<PyValue>) -> PyKind {
    let mut text = String::new();
    for part in &all {
        match &part.kind {
            PyKind::Str(known) => text.push_str(known),
            PyKind::Int(Some(number)) => text.push_str(&number.to_string()),
            PyKind::None => text.push_str("None"),
            PyKind::Bool(truth) => text.push_str(if *truth { "True" } else { "False" }),
            _ => {
                return PyKind::Unknown {
                    why: "an f-string of values that are not known",
                    parts: all,
                };
            }
        }
    }
    PyKind::Str(text)
}
