//! Constants, names, concatenation → values where certain.
//!
//! Statements are entered in the order Python runs them, so the last binding wins. What a block binds
//! (`if`, `for`, `try`…) is not decided: whether it ran is not known.

use std::collections::BTreeMap;

use crate::engine::span::{DocumentId, Span};
use crate::limits;

use super::{
    Operator, PyCall, PyKind, PyModule, PyStatement, PyStmt, PyValue, builtins, operations,
};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Binding {
    /// A value, folded when it was bound. Imports are paths.
    Value(PyValue),
    /// A function of the file.
    Function,
    /// Bound, to something that is not known.
    Undecided(&'static str),
}

/// The names of a module, or of a function that runs after its module was loaded.
#[derive(Debug, Clone)]
pub struct Scope {
    bindings: BTreeMap<String, (Binding, Span)>,
    /// What folding may still produce; a name doubled sixty times would fill the memory.
    units_left: usize,
    /// Names of calls are replaced by the calls: the name is about to go.
    pub(super) leaving: bool,
}

impl Scope {
    /// Returns the names of a module as they are once it is loaded.
    pub fn of_module(module: &PyModule) -> Self {
        let mut scope = Self::empty();
        for statement in &module.statements {
            scope.enter(statement);
        }
        scope
    }

    /// Returns the names of a module if nothing in a `try` failed. What that gives is a guess.
    pub fn of_module_unfailing(module: &PyModule) -> Self {
        let mut scope = Self::empty();
        let mut stack: Vec<&PyStatement> = module.statements.iter().rev().collect();
        while let Some(statement) = stack.pop() {
            match &statement.kind {
                PyStmt::Try { body, otherwise, finally, .. } => {
                    let inside = body.iter().chain(otherwise).chain(finally);
                    stack.extend(inside.collect::<Vec<_>>().into_iter().rev());
                }
                _ => scope.enter(statement),
            }
        }
        scope
    }

    fn empty() -> Self {
        let units_left = limits::PYTHON_FOLD_UNITS_MAX;
        Self { bindings: BTreeMap::new(), units_left, leaving: false }
    }

    /// Returns what a name is bound to and the statement that binds it.
    pub fn get(&self, name: &str) -> Option<(&Binding, Span)> {
        self.bindings.get(name).map(|(binding, span)| (binding, *span))
    }

    /// Returns the names as they are, to come back to.
    pub(super) fn bindings(&self) -> BTreeMap<String, (Binding, Span)> {
        self.bindings.clone()
    }

    pub(super) fn restore(&mut self, bindings: BTreeMap<String, (Binding, Span)>) {
        self.bindings = bindings;
    }

    /// Returns the names of another scope, with what this one may still spend.
    pub fn inside(&self, names: &Self) -> Self {
        Self { bindings: names.bindings.clone(), units_left: self.units_left, leaving: false }
    }

    /// Takes what another scope has spent.
    pub fn settle(&mut self, other: &Self) {
        self.units_left = self.units_left.min(other.units_left);
    }

    /// Returns a value that no longer needs the names of this scope.
    pub fn take_out(&mut self, value: &PyValue) -> PyValue {
        let leaving = std::mem::replace(&mut self.leaving, true);
        let value = self.fold(value);
        self.leaving = leaving;
        value
    }

    /// Returns whether Python takes a value for true; `None` when that is not known.
    pub fn truth(&mut self, value: &PyValue) -> Option<bool> {
        operations::truth(&self.fold(value))
    }

    /// Returns what a loop over a value meets; `None` when that is not known.
    pub fn items(&mut self, value: &PyValue) -> Option<Vec<PyValue>> {
        operations::items(&self.take_out(value))
    }

    /// Enters what a statement binds.
    pub fn enter(&mut self, statement: &PyStatement) {
        let span = statement.span;
        match &statement.kind {
            PyStmt::Import(imports) => {
                for import in imports {
                    let parts = split_path(&import.path);
                    let value = PyValue { kind: PyKind::Path(parts), span };
                    self.bind(&import.name, Binding::Value(value), span);
                }
            }
            PyStmt::Assign { targets, value } => {
                let value = self.fold(value);
                for target in targets {
                    self.assign(target, &value, span);
                }
            }
            PyStmt::Rebind { target, value } => self.rebind(target, value.as_ref(), span),
            PyStmt::Function(function) if function.decorated => {
                self.bind(&function.name, Binding::Undecided("a decorated function"), span);
            }
            PyStmt::Function(function) => self.bind(&function.name, Binding::Function, span),
            PyStmt::Class { name } => self.bind(name, Binding::Undecided("a class"), span),
            PyStmt::Expression(value) => self.mutated(value, span),
            _ => {
                for inside in statement.walk() {
                    self.enter_undecided(inside);
                }
            }
        }
    }

    /// Binds a name to a value that was worked out elsewhere.
    pub fn bind(&mut self, name: &str, binding: Binding, span: Span) {
        self.bindings.insert(name.to_owned(), (binding, span));
    }

    /// Binds what an assignment or a loop binds.
    pub fn assign(&mut self, target: &PyValue, value: &PyValue, span: Span) {
        match (&target.kind, &value.kind) {
            // An attribute of something (`tag.x = 1`) binds no name.
            (PyKind::Path(parts), _) => {
                if let [name] = parts.as_slice() {
                    self.bind(name, Binding::Value(value.clone()), span);
                }
            }
            (
                PyKind::Tuple(names) | PyKind::List(names),
                PyKind::Tuple(values) | PyKind::List(values),
            ) if names.len() == values.len() && !names.iter().any(is_starred) => {
                for (name, value) in names.iter().zip(values) {
                    self.assign(name, value, span);
                }
            }
            // An element of something that was known.
            (PyKind::Operation { operator: Operator::Subscript, .. }, _) => {
                self.undecided(target, "changed in part", span);
            }
            _ => self.undecided(target, "unpacked from a value that is not known", span),
        }
    }

    fn rebind(&mut self, target: &PyValue, value: Option<&PyValue>, span: Span) {
        match (target.as_name(), value) {
            (Some(_), Some(value)) => {
                let sum = PyKind::Plus(vec![target.clone(), value.clone()]);
                let value = self.fold(&PyValue { kind: sum, span });
                self.assign(target, &value, span);
            }
            _ => self.undecided(target, "changed or deleted", span),
        }
    }

    /// Marks every name in an expression as not known.
    fn undecided(&mut self, target: &PyValue, why: &'static str, span: Span) {
        for value in target.walk() {
            if let PyKind::Path(parts) = &value.kind
                && let Some(name) = parts.first()
            {
                self.bind(&name.clone(), Binding::Undecided(why), span);
            }
        }
    }

    /// `names.append("x")` changes a list that was known.
    fn mutated(&mut self, value: &PyValue, span: Span) {
        let Some(call) = value.as_call() else { return };
        let PyKind::Path(parts) = &call.function.kind else { return };
        let [name, _] = parts.as_slice() else { return };
        let known = match self.bindings.get(name) {
            Some((Binding::Value(value), _)) => {
                matches!(value.kind, PyKind::List(_) | PyKind::Set(_) | PyKind::Dict(_))
            }
            _ => false,
        };
        if known {
            self.bind(name, Binding::Undecided("changed by a method"), span);
        }
    }

    fn enter_undecided(&mut self, statement: &PyStatement) {
        let why = "bound inside a block";
        let span = statement.span;
        match &statement.kind {
            PyStmt::Import(imports) => {
                for import in imports {
                    self.bind(&import.name, Binding::Undecided(why), span);
                }
            }
            PyStmt::Assign { targets, .. } => {
                for target in targets {
                    self.undecided(target, why, span);
                }
            }
            PyStmt::Rebind { target, .. } | PyStmt::For { target, .. } => {
                self.undecided(target, why, span);
            }
            PyStmt::Function(function) => {
                self.bind(&function.name, Binding::Undecided(why), span);
            }
            PyStmt::Class { name } => self.bind(name, Binding::Undecided(why), span),
            PyStmt::With { items, .. } => {
                for name in items.iter().filter_map(|item| item.name.as_ref()) {
                    self.undecided(name, why, span);
                }
            }
            PyStmt::Expression(value) => self.mutated(value, span),
            _ => {}
        }
    }

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
                let of = Box::new(self.fold(of));
                PyKind::Attribute { of, name: name.clone() }
            }
            PyKind::Dict(items) => self.fold_dict(items),
            PyKind::Operation { operator, parts } => operations::fold(self, operator, parts),
            PyKind::Comprehension(made) => operations::comprehension(self, made),
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
                PyKind::Tuple(values) | PyKind::List(values) => folded.extend(values),
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
            None => PyKind::Call(Box::new(folded)),
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
        let Binding::Value(value) = binding else {
            return match binding {
                Binding::Undecided(why) => PyKind::Unknown { why, parts: Vec::new() },
                _ => PyKind::Path(parts.to_vec()),
            };
        };
        match &value.kind {
            PyKind::Path(known) => PyKind::Path(known.iter().chain(rest).cloned().collect()),
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

fn is_starred(value: &PyValue) -> bool {
    matches!(value.kind, PyKind::Starred(_))
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

/// Splits a dotted path; the dots of a relative import stay with the first part.
fn split_path(path: &str) -> Vec<String> {
    let name = path.trim_start_matches('.');
    let dots = path.get(..path.len() - name.len()).unwrap_or_default();
    let mut parts: Vec<String> = name.split('.').map(str::to_owned).collect();
    if let Some(first) = parts.first_mut() {
        first.insert_str(0, dots);
    }
    parts
}
