//! Names and what they are bound to.
//!
//! Statements are entered in the order Python runs them, so the last binding wins. What a block binds
//! (`if`, `for`, `try`…) is not decided: whether it ran is not known.

use std::sync::Arc;

use crate::engine::span::Span;
use crate::limits;
use crate::ordered::Map;

use super::objects::{self, Closure};
use super::{Operator, PyKind, PyModule, PyStatement, PyStmt, PyValue, operations};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Binding {
    /// A value, folded when it was bound. Imports are paths.
    Value(PyValue),
    /// A function, and where its other names live.
    Function(Arc<Closure>),
    /// Bound, to something that is not known.
    Undecided(&'static str),
}

/// All names of a scope, with the statement that binds each; shared until one of those who have them binds
/// something.
pub type Bindings = Arc<Map<String, (Binding, Span)>>;

/// The names of a module, or of a function that runs after its module was loaded.
#[derive(Debug, Clone)]
pub struct Scope {
    pub(super) bindings: Bindings,
    /// The file whose names these are.
    home: Arc<str>,
    /// It is read for another file, so that relative imports are written out.
    rooted: bool,
    /// What folding may still produce; a name doubled sixty times would fill the memory.
    pub(super) units_left: usize,
    /// Names of calls are replaced by the calls: the name is about to go.
    pub(super) leaving: bool,
}

impl Scope {
    /// Returns the names of a module as they are once it is loaded. `home` is the path of its file.
    pub fn of_module(module: &PyModule, home: &str) -> Self {
        let mut scope = Self::empty(home);
        for statement in &module.statements {
            scope.enter(statement);
        }
        scope
    }

    /// The same of a module that another one imports: what it imports itself has its path written out.
    pub(super) fn of_imported(module: &PyModule, home: &str) -> Self {
        let mut scope = Self { rooted: true, ..Self::empty(home) };
        for statement in &module.statements {
            scope.enter(statement);
        }
        scope
    }

    /// Returns the names of a module if nothing in a `try` failed. What that gives is a guess.
    pub fn of_module_unfailing(module: &PyModule, home: &str) -> Self {
        let mut scope = Self::empty(home);
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

    fn empty(home: &str) -> Self {
        let units_left = limits::PYTHON_FOLD_UNITS_MAX;
        let (bindings, home) = (Bindings::default(), Arc::from(home));
        Self { bindings, home, rooted: false, units_left, leaving: false }
    }

    /// Returns the path of the file whose names these are.
    pub fn home(&self) -> &Arc<str> {
        &self.home
    }

    /// Returns what a name is bound to and the statement that binds it.
    pub fn get(&self, name: &str) -> Option<(&Binding, Span)> {
        self.bindings.get(name).map(|(binding, span)| (binding, *span))
    }

    /// Returns the names as they are, to come back to.
    pub fn bindings(&self) -> Bindings {
        self.bindings.clone()
    }

    /// Takes back the names that were kept.
    pub fn restore(&mut self, bindings: Bindings) {
        self.bindings = bindings;
    }

    /// Returns the names of another scope, with what this one may still spend.
    pub fn inside(&self, names: &Self) -> Self {
        let (bindings, home) = (names.bindings.clone(), names.home.clone());
        let rooted = names.rooted;
        Self { bindings, home, rooted, units_left: self.units_left, leaving: false }
    }

    /// Takes what another scope has spent.
    pub fn settle(&mut self, other: &Self) {
        self.units_left = self.units_left.min(other.units_left);
    }

    /// Keeps what is bound alike in both; of two ways that the code may have gone one was taken.
    pub fn meet(&mut self, other: &Self) {
        const WHY: &str = "bound inside a block";
        self.settle(other);
        let own = Arc::make_mut(&mut self.bindings);
        for (name, (binding, span)) in &mut *own {
            if other.bindings.get(name).is_none_or(|(also, _)| also != binding) {
                (*binding, *span) = (Binding::Undecided(WHY), *span);
            }
        }
        for (name, (_, span)) in &*other.bindings {
            own.entry(name.clone()).or_insert_with(|| (Binding::Undecided(WHY), *span));
        }
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
                    let mut parts = split_path(&import.path);
                    if let Some(first) = parts.first_mut().filter(|_| self.rooted) {
                        *first = written_out(&self.home, first);
                    }
                    let value = PyValue { kind: PyKind::Path(parts), span };
                    self.bind(&import.name, Binding::Value(value), span);
                }
            }
            PyStmt::Assign { targets, value } => {
                let folded = self.fold(value);
                self.mutated_inside(value, span);
                for target in targets {
                    self.assign(target, &folded, span);
                }
            }
            PyStmt::Rebind { target, value } => self.rebind(target, value.as_ref(), span),
            PyStmt::Function(function) => {
                let closure = Closure::new(function.clone(), self.home.clone());
                let binding = match closure.is_plain() {
                    true => Binding::Function(Arc::new(closure)),
                    false => Binding::Undecided("a decorated function"),
                };
                self.bind(&function.name, binding, span);
            }
            PyStmt::Class(class) => {
                let made = objects::class(self, class);
                let kind = PyKind::Object(Arc::new(made));
                self.bind(&class.name, Binding::Value(PyValue { kind, span }), span);
            }
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
        let own = Arc::make_mut(&mut self.bindings);
        let before = own.insert(name.to_owned(), (binding, span));
        if let Some((Binding::Value(old), _)) = before {
            self.keep_object(name, &old);
        }
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
            ) if names.len() == values.len() && !names.iter().chain(values).any(is_starred) => {
                for (name, value) in names.iter().zip(values) {
                    self.assign(name, value, span);
                }
            }
            (PyKind::Operation { operator: Operator::Subscript, parts }, _) => {
                self.assign_item(parts, value, span);
            }
            _ => self.undecided(target, "unpacked from a value that is not known", span),
        }
    }

    /// `table["key"] = value`
    fn assign_item(&mut self, parts: &[PyValue], value: &PyValue, span: Span) {
        let [of, key] = parts else { return };
        let key = self.fold(key);
        let known = of.as_name().and_then(|name| self.bindings.get(name));
        let changed = match known {
            Some((Binding::Value(PyValue { kind: PyKind::Dict(pairs), span }), _)) => {
                operations::with_item(pairs, &key, value)
                    .map(|pairs| PyValue { kind: PyKind::Dict(pairs), span: *span })
            }
            _ => None,
        };
        match (of.as_name(), changed) {
            (Some(name), Some(changed)) => {
                let name = name.to_owned();
                self.replace_container(&name, changed, span);
            }
            _ => self.undecided(of, "changed in part", span),
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
        if let Some(call) = value.as_call()
            && let PyKind::Path(parts) = &call.function.kind
            && let [name, method] = parts.as_slice()
            && let Some((Binding::Value(known), _)) = self.bindings.get(name)
            && matches!(known.kind, PyKind::List(_) | PyKind::Set(_) | PyKind::Dict(_))
        {
            let known = known.clone();
            let args = call.args.iter().map(|given| self.take_out(given)).collect::<Vec<_>>();
            if call.kwargs.is_empty()
                && let Some(changed) = operations::mutate(&known, method, &args)
                && self.spend(args.len() + known.children().len()).is_none()
            {
                let (name, kind) = (name.clone(), changed);
                self.replace_container(&name, PyValue { kind, span: known.span }, span);
                return;
            }
        }
        self.mutated_inside(value, span);
    }

    /// Gives a list a new content. What else held the same list may be that list.
    fn replace_container(&mut self, name: &str, changed: PyValue, span: Span) {
        let Some((Binding::Value(before), _)) = self.bindings.get(name).cloned() else { return };
        for (other, (binding, _)) in Arc::make_mut(&mut self.bindings) {
            if other != name
                && matches!(binding, Binding::Value(value) if value.kind == before.kind)
            {
                *binding = Binding::Undecided("changed by a method");
            }
        }
        self.bind(name, Binding::Value(changed), span);
    }

    /// Forgets the containers that a method is called on somewhere in an expression, other than one that
    /// only reads.
    fn mutated_inside(&mut self, value: &PyValue, span: Span) {
        const READS: &[&str] =
            &["items", "keys", "values", "get", "copy", "index", "count", "union", "difference"];
        if matches!(value.kind, PyKind::Str(_) | PyKind::None | PyKind::Path(_)) {
            return;
        }
        let mut changed = Vec::new();
        for inside in value.walk() {
            let Some(call) = inside.as_call() else { continue };
            let root = match &call.function.kind {
                PyKind::Path(parts) => match parts.as_slice() {
                    [name, method] if !READS.contains(&method.as_str()) => Some(name.clone()),
                    _ => None,
                },
                PyKind::Attribute { of, name } if !READS.contains(&name.as_str()) => item_root(of),
                _ => None,
            };
            changed.extend(root);
        }
        for name in changed {
            let is_container = match self.bindings.get(&name) {
                Some((Binding::Value(value), _)) => {
                    matches!(value.kind, PyKind::List(_) | PyKind::Set(_) | PyKind::Dict(_))
                }
                _ => false,
            };
            if is_container {
                self.bind(&name, Binding::Undecided("changed by a method"), span);
            }
        }
    }

    /// Marks what a statement binds as not known: it may run or not, once or often.
    pub fn enter_undecided(&mut self, statement: &PyStatement) {
        let why = "bound inside a block";
        let span = statement.span;
        match &statement.kind {
            PyStmt::Import(imports) => {
                for import in imports {
                    self.bind(&import.name, Binding::Undecided(why), span);
                }
            }
            PyStmt::Assign { targets, value } => {
                self.mutated_inside(value, span);
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
            PyStmt::Class(class) => self.bind(&class.name, Binding::Undecided(why), span),
            PyStmt::With { items, .. } => {
                for name in items.iter().filter_map(|item| item.name.as_ref()) {
                    self.undecided(name, why, span);
                }
            }
            PyStmt::Expression(value) => self.mutated_inside(value, span),
            _ => {}
        }
    }
}

/// The name in `name["key"]["other"]`.
fn item_root(of: &PyValue) -> Option<String> {
    let mut inner = of;
    loop {
        match &inner.kind {
            PyKind::Operation { operator: Operator::Subscript, parts } => inner = parts.first()?,
            PyKind::Path(parts) => return parts.first().cloned(),
            _ => return None,
        }
    }
}

pub(super) fn is_starred(value: &PyValue) -> bool {
    matches!(value.kind, PyKind::Starred(_))
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

/// `..names` in `app/db/labels.py` as `/app/names`, which means the same from anywhere.
fn written_out(home: &str, first: &str) -> String {
    let name = first.trim_start_matches('.');
    let dots = first.len() - name.len();
    let mut folder = home;
    for _ in 0..dots {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    match (dots, folder) {
        (0, _) => first.to_owned(),
        (_, "") => format!("/{name}"),
        (_, folder) => format!("/{folder}/{name}"),
    }
}
