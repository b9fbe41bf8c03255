//! Values that are no data: functions with the names they see, classes, members of enums.

use crate::ordered::Map;
use std::sync::Arc;

use super::scope::{Binding, Bindings, Scope};
use super::{PyClass, PyFunction, PyKind, PyStatement, PyStmt, PyValue};

/// What a name stands for that is no data.
#[derive(Debug, Clone, PartialEq)]
pub enum PyObject {
    Function(Arc<Closure>),
    Class(ClassObject),
    Member(Member),
    /// `functools.partial(function, …)`: the function and what it is given.
    Partial(PyValue, Vec<PyValue>, Vec<(Option<String>, PyValue)>),
}

/// A function, and where its other names live.
#[derive(Debug, Clone, PartialEq)]
pub struct Closure {
    pub function: Arc<PyFunction>,
    /// The path of the file that it stands in.
    pub home: Arc<str>,
    /// For a function inside a function: the names around it when it was made.
    pub captured: Option<Captured>,
}

/// The names around a function inside a function.
#[derive(Debug, Clone)]
pub struct Captured {
    /// Which call of the outer function it was.
    pub activation: usize,
    pub names: Bindings,
}

/// Two of one call are the same; what they hold may hold them.
impl PartialEq for Captured {
    fn eq(&self, other: &Self) -> bool {
        self.activation == other.activation
    }
}

/// A class: its name, what it is made of, and what it inherits from.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassObject {
    pub name: String,
    pub home: Arc<str>,
    /// Folded where the class is made.
    pub bases: Vec<PyValue>,
    /// In order; a later one of the same name wins.
    pub members: Vec<(String, PyValue)>,
    pub is_enum: bool,
    /// What its body annotates, in order.
    pub annotations: Vec<(String, PyValue)>,
    /// Methods behind other decorators than those that leave a function what it is.
    pub decorated: Vec<Decorated>,
    /// Some of it is not known: a class decorator, or a member bound inside a block.
    pub open: bool,
}

/// A method behind decorators.
#[derive(Debug, Clone, PartialEq)]
pub struct Decorated {
    pub name: String,
    pub decorators: Vec<PyValue>,
    /// What its one `return` gives, in the words of the module; `None` where there is more to it.
    pub gives: Option<PyValue>,
    pub returns: Option<PyValue>,
}

/// `Color.RED`
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub class: String,
    pub name: String,
    pub value: PyValue,
    /// It is its own text, as a member of `StrEnum` is.
    pub is_text: bool,
}

/// Decorators that leave a function what it is.
const PLAIN_DECORATORS: &[&str] = &[
    "staticmethod",
    "functools.lru_cache",
    "functools.cache",
    "lru_cache",
    "cache",
    "override",
    "typing.override",
    "typing.no_type_check",
];

impl Closure {
    /// Returns a function of a module.
    pub fn new(function: Arc<PyFunction>, home: Arc<str>) -> Self {
        Self { function, home, captured: None }
    }

    /// Returns whether calling it runs its body and nothing else.
    pub fn is_plain(&self) -> bool {
        self.function.decorators.iter().all(|decorator| {
            let named = decorator.as_call().map_or(decorator, |call| &call.function);
            named.as_path().is_some_and(|path| PLAIN_DECORATORS.contains(&path.as_str()))
        })
    }
}

/// Makes a class of what stands in its body.
pub(super) fn class(scope: &mut Scope, class: &PyClass) -> PyObject {
    let bases: Vec<PyValue> = class.bases.iter().map(|base| scope.take_out(base)).collect();
    let is_enum = bases.iter().any(is_enum_base);
    let mut inside = scope.inside(scope);
    let mut members: Vec<(String, PyValue)> = Vec::new();
    let mut open = !class.decorators.iter().all(keeps_class);
    for statement in &class.body {
        let names = bound_names(statement);
        inside.enter(statement);
        for name in names {
            let value = match inside.get(&name) {
                Some((Binding::Value(value), _)) => {
                    let value = value.clone();
                    inside.take_out(&value)
                }
                Some((Binding::Function(closure), span)) => {
                    let object = PyObject::Function(closure.clone());
                    PyValue { kind: PyKind::Object(Arc::new(object)), span }
                }
                Some((Binding::Undecided(why), span)) => {
                    open |= !matches!(statement.kind, PyStmt::Function(_));
                    PyValue { kind: PyKind::Unknown { why, parts: Vec::new() }, span }
                }
                None => continue,
            };
            members.retain(|(known, _)| known != &name);
            members.push((name, value));
        }
    }
    let mut leave = |value: &PyValue| inside.take_out(value);
    let annotations =
        class.annotations.iter().map(|(name, value)| (name.clone(), leave(value))).collect();
    let functions = class.body.iter().filter_map(|statement| match &statement.kind {
        PyStmt::Function(function) if !function.decorators.is_empty() => Some(function),
        _ => None,
    });
    let decorated = functions.map(|function| Decorated {
        name: function.name.clone(),
        decorators: function.decorators.iter().map(&mut leave).collect(),
        gives: only_return(&function.body).map(&mut leave),
        returns: function.returns.as_ref().map(&mut leave),
    });
    let decorated = decorated.collect();
    scope.settle(&inside);
    if is_enum {
        number(&bases, &mut members);
    }
    let (name, home) = (class.name.clone(), scope.home().clone());
    PyObject::Class(ClassObject {
        name,
        home,
        bases,
        members,
        is_enum,
        annotations,
        decorated,
        open,
    })
}

/// What a function gives that does nothing else.
fn only_return(body: &[PyStatement]) -> Option<&PyValue> {
    let is_words = |statement: &&PyStatement| match &statement.kind {
        PyStmt::Expression(value) => value.as_str().is_some(),
        _ => false,
    };
    let mut rest = body.iter().filter(|statement| !is_words(statement));
    match (&rest.next()?.kind, rest.next()) {
        (PyStmt::Return(Some(value)), None) => Some(value),
        _ => None,
    }
}

/// Decorators of a class that leave its members what they are.
fn keeps_class(decorator: &PyValue) -> bool {
    const KEEPS: &[&str] = &["unique", "verify", "dataclass", "final", "total_ordering"];
    let named = decorator.as_call().map_or(decorator, |call| &call.function);
    let path = named.as_path();
    path.is_some_and(|path| path.rsplit('.').next().is_some_and(|last| KEEPS.contains(&last)))
}

fn bound_names(statement: &PyStatement) -> Vec<String> {
    let of = |targets: &[PyValue]| {
        let names = targets.iter().flat_map(PyValue::walk).filter_map(PyValue::as_name);
        names.map(str::to_owned).collect()
    };
    match &statement.kind {
        PyStmt::Assign { targets, .. } => of(targets),
        PyStmt::Rebind { target, .. } => of(std::slice::from_ref(target)),
        PyStmt::Function(function) => vec![function.name.clone()],
        PyStmt::Class(class) => vec![class.name.clone()],
        _ => {
            let inside = statement.walk().into_iter().skip(1);
            let simple = inside.filter(|inside| inside.bodies().is_empty());
            simple.flat_map(bound_names).collect()
        }
    }
}

/// `enum.Enum` and its kin, or a class of the file that is one.
fn is_enum_base(base: &PyValue) -> bool {
    const ENUMS: &[&str] = &["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"];
    match &base.kind {
        PyKind::Object(object) => matches!(&**object, PyObject::Class(class) if class.is_enum),
        PyKind::Path(parts) => match parts.as_slice() {
            [module, name] => module == "enum" && ENUMS.contains(&name.as_str()),
            _ => false,
        },
        _ => false,
    }
}

fn is_text_base(base: &PyValue) -> bool {
    match &base.kind {
        PyKind::Path(parts) => parts.last().is_some_and(|name| name == "StrEnum"),
        PyKind::Object(object) => {
            matches!(&**object, PyObject::Class(class) if class.bases.iter().any(is_text_base))
        }
        _ => false,
    }
}

/// Puts in what `auto()` gives: the name in lower case for text, the next number otherwise.
fn number(bases: &[PyValue], members: &mut [(String, PyValue)]) {
    let is_text = bases.iter().any(is_text_base);
    let mut last = Some(0_i64);
    for (name, value) in members.iter_mut().filter(|(name, _)| !name.starts_with('_')) {
        let auto = value.as_call().is_some_and(|call| {
            call.args.is_empty()
                && matches!(&call.function.kind, PyKind::Path(parts)
                    if parts.last().is_some_and(|last| last == "auto"))
        });
        if auto {
            last = last.and_then(|last| last.checked_add(1));
            value.kind = match is_text {
                true => PyKind::Str(name.to_lowercase()),
                false => PyKind::Int(last),
            };
        }
        if let PyKind::Int(number) = value.kind {
            last = number;
        }
    }
}

impl ClassObject {
    /// Returns a member as it is reached through the class; `None` when there is none, or it may be another.
    pub fn member(&self, name: &str) -> Option<PyValue> {
        if let Some((_, value)) = self.members.iter().find(|(known, _)| known == name) {
            let is_function =
                matches!(&value.kind, PyKind::Object(o) if matches!(**o, PyObject::Function(_)));
            if self.is_enum && !is_function && !name.starts_with('_') {
                return Some(self.as_member(name, value));
            }
            return Some(value.clone());
        }
        if self.open {
            return None;
        }
        self.bases.iter().find_map(|base| match &base.kind {
            PyKind::Object(object) => match &**object {
                PyObject::Class(class) => class.member(name),
                _ => None,
            },
            _ => None,
        })
    }

    /// Returns the members of an enum in order; `None` when it is none, or not all are known.
    pub fn enum_members(&self) -> Option<Vec<PyValue>> {
        if !self.is_enum || self.open {
            return None;
        }
        let mut seen: Map<String, ()> = Map::new();
        let mut all = Vec::new();
        for (name, value) in self.members.iter().filter(|(name, _)| !name.starts_with('_')) {
            match &value.kind {
                PyKind::Object(object) if matches!(**object, PyObject::Function(_)) => continue,
                // A second name for the same value is no member of its own.
                PyKind::Str(text) if seen.insert(text.clone(), ()).is_some() => continue,
                PyKind::Unknown { why: "a decorated function", .. } => continue,
                _ => all.push(self.as_member(name, value)),
            }
        }
        Some(all)
    }

    fn as_member(&self, name: &str, value: &PyValue) -> PyValue {
        let member = Member {
            class: self.name.clone(),
            name: name.to_owned(),
            value: value.clone(),
            is_text: self.bases.iter().any(is_text_base),
        };
        let kind = PyKind::Object(Arc::new(PyObject::Member(member)));
        PyValue { kind, span: value.span }
    }
}

/// Returns what `object.name` is; `None` when that is not known.
pub(super) fn attribute(object: &PyObject, name: &str) -> Option<PyKind> {
    let text = |text: &str| Some(PyKind::Str(text.to_owned()));
    match object {
        PyObject::Class(class) => match name {
            "__name__" | "__qualname__" => text(&class.name),
            _ => class.member(name).map(|value| value.kind),
        },
        PyObject::Member(member) => match name {
            "value" | "_value_" => Some(member.value.kind.clone()),
            "name" | "_name_" => text(&member.name),
            _ => None,
        },
        PyObject::Function(closure) if name == "__name__" => text(&closure.function.name),
        _ => None,
    }
}

/// The same for several attributes, one of the other.
pub(super) fn attributes(object: &Arc<PyObject>, names: &[String]) -> Option<PyKind> {
    let mut kind = PyKind::Object(object.clone());
    for name in names {
        kind = match &kind {
            PyKind::Object(object) => attribute(object, name)?,
            PyKind::Path(parts) => {
                PyKind::Path([parts.as_slice(), std::slice::from_ref(name)].concat())
            }
            _ => return None,
        };
    }
    Some(kind)
}

/// A function as a value, or an attribute of it.
pub(super) fn attribute_of_function(closure: &Arc<Closure>, rest: &[String]) -> PyKind {
    let object = Arc::new(PyObject::Function(closure.clone()));
    attributes(&object, rest).unwrap_or_else(|| {
        let name = [closure.function.name.clone()];
        PyKind::Path(name.iter().chain(rest).cloned().collect())
    })
}
