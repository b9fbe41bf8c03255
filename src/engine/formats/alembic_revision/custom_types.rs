//! Types that a file of the project defines: decorators of other types, their children, and types that spell
//! themselves.

use std::sync::Arc;

use crate::engine::python::{ClassObject, Operator, PyCall, PyKind, PyObject, PyStmt, PyValue};
use crate::engine::span::Span;

use super::compiled::{self, Printed};
use super::context::{Context, DIALECT, TYPE};
use super::evaluate::unknown;
use super::following;
use super::types::{self, ReadType};

/// Classes that one type inherits from; a longer line is not followed.
const FAMILY_MAX: usize = 16;

/// What a call gives, by place and by name.
pub(super) type Arguments = (Vec<PyValue>, Vec<(Option<String>, PyValue)>);

/// The type that is being worked out.
#[derive(Debug, Clone)]
pub(super) struct Custom {
    /// What the decorator wraps, as it was made.
    implementation: PyValue,
    /// No other class of the family says which type a dialect gets.
    is_last: bool,
    /// What `super().__init__` was given.
    given: Option<Arguments>,
}

/// A class with those that it inherits from.
#[derive(Debug, Default)]
struct Family {
    /// Those of the files, in the order in which Python looks for a name.
    own: Vec<Arc<PyObject>>,
    /// The first of a library.
    library: Option<PyValue>,
}

impl Family {
    fn classes(&self) -> impl Iterator<Item = &ClassObject> {
        self.own.iter().filter_map(|object| match &**object {
            PyObject::Class(class) => Some(class),
            _ => None,
        })
    }

    /// The first member of a name, and whether any class behind has one too; `None` when that is not known.
    fn member(&self, name: &str) -> Option<Option<(PyValue, bool)>> {
        let has = |class: &ClassObject| class.members.iter().any(|(known, _)| known == name);
        let mut classes = self.classes();
        while let Some(class) = classes.next() {
            let found = class.members.iter().find(|(known, _)| known == name);
            match found {
                Some((_, value)) => return Some(Some((value.clone(), classes.any(has)))),
                None if class.open => return None,
                None => {}
            }
        }
        Some(None)
    }
}

/// Reads a type that a class of the files makes.
pub(super) fn read(
    context: &mut Context<'_>,
    class: &Arc<PyObject>,
    call: Option<&PyCall>,
    span: Span,
) -> ReadType {
    if !context.enter_deeper() {
        return ReadType::default();
    }
    let made = meaning(context, class, call, span);
    let read = match made {
        Some(Meaning::Type(value)) => types::read(context, &value),
        Some(Meaning::Text(text)) => types::of_text(context, text),
        None => ReadType::default(),
    };
    context.depth -= 1;
    read
}

/// What a class stands for.
enum Meaning {
    /// Another type.
    Type(PyValue),
    /// These words in a statement.
    Text(String),
}

fn meaning(
    context: &mut Context<'_>,
    class: &Arc<PyObject>,
    call: Option<&PyCall>,
    span: Span,
) -> Option<Meaning> {
    let mut family = Family::default();
    family_of(context, class, &mut family, 0)?;
    let compiled = family.classes().find(|class| is_compiled(context, class));
    if let Some(class) = compiled {
        match compiled::printed(context, class) {
            Some(Printed::Text(text)) => return Some(Meaning::Text(text)),
            // Functions for other databases alone.
            Some(Printed::AsUsual) if family.library.is_some() => {}
            _ => return None,
        }
    }
    let library = family.library.clone()?;
    let given = call.map_or_else(Default::default, |call| (call.args.clone(), call.kwargs.clone()));
    let given = initialised(context, &family, given, span)?;
    match library.last_name()? {
        "TypeDecorator" => decorated(context, &family, given, span).map(Meaning::Type),
        "UserDefinedType" => {
            let (function, _) = family.member("get_col_spec")??;
            let text = method(context, &function, &[unknown(span)], span)?;
            context.text(&text).map(Meaning::Text)
        }
        _ if family.member("__visit_name__")?.is_some() => None,
        _ => Some(Meaning::Type(made_of(&library, given, span))),
    }
}

/// The type behind a decorator: what it gives this dialect, or what it wraps.
fn decorated(
    context: &mut Context<'_>,
    family: &Family,
    given: Arguments,
    span: Span,
) -> Option<PyValue> {
    let (wrapped, _) = family.member("impl")??;
    let wrapped = match &wrapped.kind {
        PyKind::Call(_) => wrapped,
        PyKind::Path(_) | PyKind::Object(_) => made_of(&wrapped, given, span),
        _ => return None,
    };
    let Some((function, more)) = family.member("load_dialect_impl")? else { return Some(wrapped) };
    let number = context.custom.len();
    context.custom.push(Custom { implementation: wrapped, is_last: !more, given: None });
    let path = |parts: &[&str]| {
        let parts = parts.iter().map(|part| (*part).to_owned()).collect();
        PyValue { kind: PyKind::Path(parts), span }
    };
    let own = [path(&[TYPE, &number.to_string()]), path(&[DIALECT])];
    let found = method(context, &function, &own, span);
    context.custom.truncate(number);
    found.filter(|found| !matches!(found.kind, PyKind::Unknown { .. } | PyKind::None))
}

/// What a method of the project's returns.
fn method(
    context: &mut Context<'_>,
    function: &PyValue,
    args: &[PyValue],
    span: Span,
) -> Option<PyValue> {
    let made = PyCall { function: function.clone(), args: args.to_vec(), kwargs: Vec::new() };
    following::value_of(context, &made, span)
}

/// What the library's class is given in the end: each `__init__` hands on what it wants.
fn initialised(
    context: &mut Context<'_>,
    family: &Family,
    given: Arguments,
    span: Span,
) -> Option<Arguments> {
    let Some((function, more)) = family.member("__init__")? else { return Some(given) };
    let PyKind::Object(object) = &function.kind else { return None };
    let PyObject::Function(closure) = &**object else { return None };
    let hands_on = closure.function.body.iter().filter(|statement| match &statement.kind {
        PyStmt::Expression(value) => {
            value.as_call().is_some_and(|call| call.function.last_name() == Some("__init__"))
        }
        _ => false,
    });
    // One that stands under a condition, or leads through another class of the files, is not followed.
    if more || hands_on.count() != 1 {
        return None;
    }
    let number = context.custom.len();
    context.custom.push(Custom { implementation: unknown(span), is_last: true, given: None });
    let (mut args, kwargs) = given;
    args.insert(0, unknown(span));
    let call = PyCall { function: function.clone(), args, kwargs };
    following::run_quietly(context, closure, &call, span);
    let found = context.custom.get_mut(number).and_then(|custom| custom.given.take());
    context.custom.truncate(number);
    found
}

/// Returns what a call means inside of a type's own methods: `super().load_dialect_impl(dialect)`,
/// `dialect.type_descriptor(type)`, `super().__init__(…)`.
pub(super) fn call(context: &mut Context<'_>, made: &PyCall, span: Span) -> Option<PyValue> {
    context.custom.last()?;
    let (of_super, name) = match &made.function.kind {
        PyKind::Attribute { of, name } => {
            (of.as_call().is_some_and(|of| of.function.last_name() == Some("super")), name.clone())
        }
        PyKind::Path(parts) => (false, parts.last()?.clone()),
        _ => return None,
    };
    let folded = context.scope.fold(&made.function);
    let of_dialect = matches!(&folded.kind, PyKind::Path(parts) if parts.first().is_some_and(|it| it == DIALECT));
    match name.as_str() {
        "type_descriptor" if of_dialect => made.args.first().cloned(),
        "load_dialect_impl" if of_super => {
            let custom = context.custom.last()?;
            Some(if custom.is_last { custom.implementation.clone() } else { unknown(span) })
        }
        "__init__" => {
            let skipped = usize::from(!of_super);
            let given = handed_on(context, made, skipped);
            context.custom.last_mut()?.given = given;
            Some(PyValue { kind: PyKind::None, span })
        }
        _ => None,
    }
}

/// The arguments of a call without `*args` and `**kwargs`; `None` when they are not known.
fn handed_on(context: &mut Context<'_>, made: &PyCall, skipped: usize) -> Option<Arguments> {
    let mut args = Vec::new();
    for given in made.args.iter().skip(skipped) {
        match &given.kind {
            PyKind::Starred(all) => args.extend(context.scope.items(all)?),
            _ => args.push(context.take_out(given)),
        }
    }
    let mut kwargs = Vec::new();
    for (name, value) in &made.kwargs {
        let value = context.take_out(value);
        match (name, &value.kind) {
            (Some(_), _) => kwargs.push((name.clone(), value)),
            (None, PyKind::Dict(pairs)) => {
                for (key, value) in pairs {
                    kwargs.push((Some(key.as_ref()?.as_str()?.to_owned()), value.clone()));
                }
            }
            (None, _) => return None,
        }
    }
    Some((args, kwargs))
}

/// Returns an attribute of a type that is being worked out.
pub(super) fn attribute(context: &Context<'_>, number: &str, name: &str) -> Option<PyKind> {
    let custom = context.custom.get(number.parse::<usize>().ok()?)?;
    matches!(name, "impl" | "impl_instance").then(|| custom.implementation.kind.clone())
}

fn made_of(class: &PyValue, (args, kwargs): Arguments, span: Span) -> PyValue {
    let call = PyCall { function: class.clone(), args, kwargs };
    PyValue { kind: PyKind::Call(Box::new(call)), span }
}

/// Enters a class and those that it inherits from; `None` when one of them is not known.
fn family_of(
    context: &mut Context<'_>,
    object: &Arc<PyObject>,
    family: &mut Family,
    depth: usize,
) -> Option<()> {
    let PyObject::Class(class) = &**object else { return None };
    if depth > FAMILY_MAX || family.own.len() > FAMILY_MAX {
        return None;
    }
    family.own.push(object.clone());
    for base in &class.bases {
        // `TypeDecorator[datetime]`
        let base = match &base.kind {
            PyKind::Operation { operator: Operator::Subscript, parts } => parts.first()?,
            _ => base,
        };
        match &base.kind {
            PyKind::Object(next) => family_of(context, next, family, depth + 1)?,
            PyKind::Path(parts) if types::is_library(parts) => {
                family.library.get_or_insert_with(|| base.clone());
            }
            PyKind::Path(parts) => match context.imported_from(&class.home, base) {
                Some(PyValue { kind: PyKind::Object(next), .. }) => {
                    family_of(context, &next, family, depth + 1)?;
                }
                Some(PyValue { kind: PyKind::Path(path), span }) if types::is_library(&path) => {
                    let kind = PyKind::Path(path);
                    family.library.get_or_insert(PyValue { kind, span });
                }
                // A class of Python's own says nothing of the type.
                None if parts.first().is_some_and(|it| it == "typing" || it == "abc") => {}
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(())
}

/// Whether a file gives the compiler a function of its own for a class (`@compiles(Class)`).
fn is_compiled(context: &Context<'_>, class: &ClassObject) -> bool {
    let wanted = format!("compiles({}", class.name);
    let has = |text: &str| text.contains(&wanted);
    context.modules.text_of(&class.home).is_some_and(has) || has(&context.document.text)
}
