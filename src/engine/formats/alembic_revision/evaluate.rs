//! Expressions: their effects in the order in which Python has them, and their values where known.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine::python::{
    Binding, Comprehension, Modules, Operator, PyCall, PyKind, PyObject, PyValue,
};
use crate::engine::span::Span;
use crate::limits;

use super::body::Outcome;
use super::calls;
use super::catalogue;
use super::context::{Context, Target};
use super::custom_types;
use super::following;
use super::inspect;
use super::lazy;
use super::operations;
use super::reach::{Doubt, Reach};
use super::reflected;
use super::ways::{self, Entry, doubt, emit};

/// How the reader marks what is waited for.
const AWAIT: &str = "`await`";

/// Enters what an expression does, and returns it with what is known put in its place.
pub(super) fn value(context: &mut Context<'_>, given: &PyValue, outcome: &mut Outcome) -> PyValue {
    let given = match is_followed(context, given) {
        true => Cow::Owned(rewrite(context, given, outcome)),
        false => Cow::Borrowed(given),
    };
    match effect(context, &given, outcome) {
        false => given.into_owned(),
        true => spent(context, &given),
    }
}

/// What is left of an expression that has done something, so that it does it once: of a new table the table.
fn spent(context: &mut Context<'_>, given: &PyValue) -> PyValue {
    let Some(call) = given.as_call() else { return unknown(given.span) };
    match context.target(&call.function) {
        Target::Op(name) if name == "create_table" => {
            let path = ["sqlalchemy", "Table"].map(str::to_owned).to_vec();
            let function = PyValue { kind: PyKind::Path(path), span: call.function.span };
            let made = PyCall { function, ..call.clone() };
            PyValue { kind: PyKind::Call(Box::new(made)), span: given.span }
        }
        _ => unknown(given.span),
    }
}

/// Returns the value of an expression that is not run here; unknown when running it would do something.
pub(super) fn quietly(context: &mut Context<'_>, given: &PyValue) -> PyValue {
    let mut found = unknown(given.span);
    let way = ways::way(context, |context, outcome| {
        found = value(context, given, outcome);
    });
    let outcome = way.outcome;
    let touches = !outcome.steps.is_empty() || !outcome.queued.is_empty();
    if touches { unknown(given.span) } else { found }
}

/// A value of which nothing is known.
pub(super) fn unknown(span: Span) -> PyValue {
    PyValue { kind: PyKind::Unknown { why: "not known", parts: Vec::new() }, span }
}

/// Whether there is anything in it to put in place.
fn is_followed(context: &mut Context<'_>, given: &PyValue) -> bool {
    let is_ours = |context: &Context<'_>, parts: &[String]| {
        let Some((binding, _)) = parts.first().and_then(|name| context.scope.get(name)) else {
            return false;
        };
        match binding {
            Binding::Function(_) => true,
            Binding::Value(value) => match &value.kind {
                PyKind::Path(path) => !Modules::is_library(path),
                PyKind::Object(_) | PyKind::Lambda(_) => true,
                // Parts of a table, and what is read back from the database.
                PyKind::Call(made) if made.function.as_name() == Some(catalogue::ROWS) => true,
                PyKind::Call(made) => {
                    let class = made.function.last_name();
                    parts.len() > 1
                        && matches!(class, Some("MetaData" | "Table" | "Column" | reflected::KEY))
                }
                _ => false,
            },
            Binding::Undecided(_) => false,
        }
    };
    given.walk().into_iter().any(|inside| match &inside.kind {
        PyKind::Operation { .. } | PyKind::Attribute { .. } => true,
        PyKind::Unknown { why, .. } => *why == AWAIT,
        PyKind::Path(parts) => is_ours(context, parts),
        PyKind::Call(made) => {
            made.keyword("autoload_with").is_some()
                || made.function.as_name() == Some("globals")
                || made.kwargs.iter().any(|(name, _)| name.is_none())
        }
        _ => false,
    })
}

/// Enters what the calls in an expression do; false when that is nothing.
fn effect(context: &mut Context<'_>, given: &PyValue, outcome: &mut Outcome) -> bool {
    let target = given.as_call().map(|call| context.target(&call.function));
    let is_queued = matches!(&target, Some(Target::Batch(_, name)) if name != "execute");
    let is_directive = matches!(target, Some(Target::Op(_) | Target::Batch(..)));
    let effect = calls::expression(context, given, is_directive);
    let has_effect = !effect.steps.is_empty() || !effect.doubts.is_empty();
    // Inside a condition or a comprehension it is not known whether, or how often, it happens.
    let maybe = || {
        given.walk().iter().any(|inside| {
            matches!(
                inside.kind,
                PyKind::Operation {
                    operator: Operator::And | Operator::Or | Operator::Conditional,
                    ..
                } | PyKind::Comprehension(_)
                    | PyKind::Lambda(_)
            )
        })
    };
    let mut reach = Reach::default();
    for step in &effect.steps {
        reach.join(Reach::of_op(&step.op));
    }
    if reach.touches && maybe() && !is_argument_only(context, given) {
        let found = Doubt { what: "a condition around schema changes".to_owned(), reach };
        doubt(context, outcome, found, given.span);
    } else if is_queued {
        outcome.queued.extend(effect.steps);
    } else {
        emit(context, outcome, effect.steps);
    }
    for found in effect.doubts {
        doubt(context, outcome, found, given.span);
    }
    has_effect
}

/// The call is made whatever its arguments are: `op.add_column("t", a if x else b)`.
fn is_argument_only(context: &mut Context<'_>, given: &PyValue) -> bool {
    given.as_call().is_some_and(|call| {
        matches!(context.target(&call.function), Target::Op(_) | Target::Batch(..))
    })
}

/// Puts the results of functions, decided conditions and what Alembic decides in their places. Recursion is
/// bounded, functions included; what is deeper stays as it is written.
pub(super) fn rewrite(
    context: &mut Context<'_>,
    given: &PyValue,
    outcome: &mut Outcome,
) -> PyValue {
    if !context.enter_deeper() {
        return given.clone();
    }
    let value = rewrite_inside(context, given, outcome);
    context.depth -= 1;
    value
}

fn rewrite_inside(context: &mut Context<'_>, given: &PyValue, outcome: &mut Outcome) -> PyValue {
    let span = given.span;
    let mut all = |context: &mut Context<'_>, all: &[PyValue]| {
        all.iter().map(|one| rewrite(context, one, outcome)).collect::<Vec<PyValue>>()
    };
    let kind = match &given.kind {
        PyKind::List(items) => PyKind::List(all(context, items)),
        PyKind::Tuple(items) => PyKind::Tuple(all(context, items)),
        PyKind::Set(items) => PyKind::Set(all(context, items)),
        PyKind::Plus(items) => PyKind::Plus(all(context, items)),
        PyKind::Format(items) => PyKind::Format(all(context, items)),
        PyKind::Starred(inner) => PyKind::Starred(Box::new(rewrite(context, inner, outcome))),
        PyKind::Dict(items) => PyKind::Dict(
            items
                .iter()
                .map(|(key, value)| {
                    let key = key.as_ref().map(|key| rewrite(context, key, outcome));
                    (key, rewrite(context, value, outcome))
                })
                .collect(),
        ),
        PyKind::Path(_) => return path(context, given),
        PyKind::Attribute { .. } => attribute(context, given, outcome),
        PyKind::Operation { operator, parts } => {
            return operation(context, operator, parts, span, outcome);
        }
        PyKind::Comprehension(made) => return comprehension(context, made, span, outcome),
        PyKind::Call(call) => return call_value(context, call, span, outcome),
        PyKind::Unknown { why: AWAIT, parts } => {
            let Some(inner) = parts.first() else { return given.clone() };
            let inner = rewrite(context, inner, outcome);
            return operations::waited(context, &inner, outcome).unwrap_or(inner);
        }
        other => other.clone(),
    };
    PyValue { kind, span }
}

/// A name that Alembic decides, or one that another file defines; any other stays a name.
fn path(context: &mut Context<'_>, given: &PyValue) -> PyValue {
    if let PyKind::Path(parts) = &given.kind
        && let Some(kind) = reflected::attribute(context, parts)
    {
        return PyValue { kind, span: given.span };
    }
    let folded = context.scope.fold(given);
    let PyKind::Path(parts) = &folded.kind else { return given.clone() };
    if let Some(kind) = context.constant(parts) {
        return PyValue { kind, span: given.span };
    }
    context.imported(&folded).unwrap_or_else(|| given.clone())
}

/// `op.get_bind().dialect.name`
fn attribute(context: &mut Context<'_>, given: &PyValue, outcome: &mut Outcome) -> PyKind {
    let mut names = Vec::new();
    let mut inner = given;
    while let PyKind::Attribute { of, name } = &inner.kind {
        names.push(name.clone());
        inner = of;
    }
    names.reverse();
    if let Some(mut parts) = context.object(inner) {
        parts.extend(names.iter().cloned());
        if let Some(kind) = context.constant(&parts) {
            return kind;
        }
    }
    let PyKind::Attribute { of, name } = &given.kind else { return given.kind.clone() };
    let of = Box::new(rewrite(context, of, outcome));
    let part = reflected::part_of(&context.fold(&of), name);
    part.unwrap_or_else(|| PyKind::Attribute { of, name: name.clone() })
}

/// What an operand decides keeps the later ones from running.
fn operation(
    context: &mut Context<'_>,
    operator: &Operator,
    parts: &[PyValue],
    span: Span,
    outcome: &mut Outcome,
) -> PyValue {
    if let (Operator::Conditional, [test, body, otherwise]) = (operator, parts) {
        return conditional(context, (test, body, otherwise), span, outcome);
    }
    let stop = match operator {
        Operator::And => Some(false),
        Operator::Or => Some(true),
        _ => None,
    };
    let mut rewritten = Vec::with_capacity(parts.len());
    let mut is_open = false;
    for part in parts {
        let part = if is_open && stop.is_some() {
            // After an operand that is not known, the next may not run at all.
            let mut found = unknown(part.span);
            let way = ways::way(context, |context, outcome| {
                found = rewrite(context, part, outcome);
            });
            ways::maybe(context, way, Entry::Shown, outcome);
            found
        } else {
            rewrite(context, part, outcome)
        };
        let truth = context.scope.truth(&part);
        rewritten.push(part);
        if stop.is_some() && truth == stop {
            break;
        }
        is_open |= truth.is_none();
    }
    let operation = PyKind::Operation { operator: operator.clone(), parts: rewritten };
    let value = PyValue { kind: operation, span };
    let folded = context.fold(&value);
    // What it leaves open may hold calls, which must be seen.
    if matches!(folded.kind, PyKind::Operation { .. }) { value } else { folded }
}

fn conditional(
    context: &mut Context<'_>,
    (test, body, otherwise): (&PyValue, &PyValue, &PyValue),
    span: Span,
    outcome: &mut Outcome,
) -> PyValue {
    let test = rewrite(context, test, outcome);
    match context.scope.truth(&test) {
        Some(true) => rewrite(context, body, outcome),
        Some(false) => rewrite(context, otherwise, outcome),
        None => {
            let mut parts = vec![test];
            for part in [body, otherwise] {
                let mut found = unknown(part.span);
                let way = ways::way(context, |context, outcome| {
                    found = rewrite(context, part, outcome);
                });
                ways::maybe(context, way, Entry::Shown, outcome);
                parts.push(found);
            }
            PyValue { kind: PyKind::Operation { operator: Operator::Conditional, parts }, span }
        }
    }
}

/// A comprehension whose parts call something is followed row by row.
fn comprehension(
    context: &mut Context<'_>,
    made: &Comprehension,
    span: Span,
    outcome: &mut Outcome,
) -> PyValue {
    let iterables: Vec<PyValue> = made
        .generators
        .iter()
        .take(1)
        .map(|generator| rewrite(context, &generator.iterable, outcome))
        .collect();
    let mut made = made.clone();
    for (generator, iterable) in made.generators.iter_mut().zip(iterables) {
        generator.iterable = iterable;
    }
    let inside: Vec<&PyValue> = made
        .generators
        .iter()
        .flat_map(|generator| &generator.conditions)
        .chain(&made.key)
        .chain([&made.element])
        .collect();
    let calls = inside.into_iter().any(|part| has_followed_call(context, part));
    let plain = PyValue { kind: PyKind::Comprehension(Box::new(made.clone())), span };
    if !calls || made.generators.len() != 1 || made.key.is_some() {
        return plain;
    }
    let names = context.scope.bindings();
    let rows = rows(context, &made, outcome);
    context.scope.restore(names);
    let kind = match (rows, made.is_set) {
        (Some(rows), true) => PyKind::Set(rows),
        (Some(rows), false) => PyKind::List(rows),
        (None, _) => return plain,
    };
    PyValue { kind, span }
}

fn has_followed_call(context: &mut Context<'_>, part: &PyValue) -> bool {
    part.walk().into_iter().filter_map(PyValue::as_call).any(|call| {
        matches!(context.target(&call.function), Target::Helper(_) | Target::Inspector(..))
    })
}

/// The rows of a comprehension with one loop; `None` when they are not known.
fn rows(
    context: &mut Context<'_>,
    made: &Comprehension,
    outcome: &mut Outcome,
) -> Option<Vec<PyValue>> {
    let generator = made.generators.first()?;
    let items = context.scope.items(&generator.iterable)?;
    let mut rows = Vec::new();
    for item in items {
        context.spend().then_some(())?;
        context.scope.assign(&generator.target, &item, generator.target.span);
        let mut passes = true;
        for condition in &generator.conditions {
            let condition = rewrite(context, condition, outcome);
            passes = context.scope.truth(&condition)?;
            if !passes {
                break;
            }
        }
        if passes {
            let element = value(context, &made.element, outcome);
            rows.push(context.take_out(&element));
        }
    }
    Some(rows)
}

fn call_value(
    context: &mut Context<'_>,
    call: &PyCall,
    span: Span,
    outcome: &mut Outcome,
) -> PyValue {
    let function = match &call.function.kind {
        PyKind::Attribute { of, name } => {
            let of = Box::new(rewrite(context, of, outcome));
            let kind = PyKind::Attribute { of, name: name.clone() };
            PyValue { kind, span: call.function.span }
        }
        PyKind::Path(parts) => method_of_constant(context, parts, call.function.span),
        _ => call.function.clone(),
    };
    let args = call.args.iter().map(|given| rewrite(context, given, outcome)).collect();
    let mut kwargs = Vec::with_capacity(call.kwargs.len());
    for (name, given) in &call.kwargs {
        let given = rewrite(context, given, outcome);
        match name {
            Some(_) => kwargs.push((name.clone(), given)),
            None => spread(context, given, &mut kwargs),
        }
    }
    let mut made = PyCall { function, args, kwargs };
    partial(context, &mut made);
    if let Some(value) = custom_types::call(context, &made, span) {
        return value;
    }
    if let Some(value) = reflected::call(context, &made, span) {
        return value;
    }
    let target = context.target(&made.function);
    if let Some(value) = catalogue::call(context, &target, &made, span) {
        return value;
    }
    if let Some(value) = operations::handed(context, &target, &made, span, outcome) {
        return value;
    }
    if let Some(value) = lazy::call(context, &target, &made, span, outcome) {
        return value;
    }
    match target {
        Target::Helper(closure) => {
            if let Some(value) = following::call(context, &closure, &made, span, outcome) {
                return value;
            }
        }
        Target::Inspector(number, method) => {
            if let Some(value) = inspect::call(context, &number, &method, &made, span) {
                return value;
            }
        }
        Target::Path(parts) if parts.last().is_some_and(|last| last == "is_offline_mode") => {
            return PyValue { kind: PyKind::Bool(false), span };
        }
        _ => {}
    }
    PyValue { kind: PyKind::Call(Box::new(made)), span }
}

/// `**options`: each of them by its name, where all names are known.
fn spread(context: &mut Context<'_>, given: PyValue, kwargs: &mut Vec<(Option<String>, PyValue)>) {
    let PyKind::Dict(pairs) = context.fold(&given).kind else {
        return kwargs.push((None, given));
    };
    let text = |key: Option<PyValue>| key.and_then(|key| key.as_str().map(str::to_owned));
    let named = pairs.into_iter().map(|(key, value)| (text(key), value));
    let named: Vec<_> = named.collect();
    match named.iter().all(|(name, _)| name.is_some()) {
        true => kwargs.extend(named),
        false => kwargs.push((None, given)),
    }
}

/// `bind.dialect.name.startswith(…)` is a method of a text.
fn method_of_constant(context: &mut Context<'_>, parts: &[String], span: Span) -> PyValue {
    let whole = PyValue { kind: PyKind::Path(parts.to_vec()), span };
    let Some((name, of @ [_, _, ..])) = parts.split_last() else { return whole };
    let of = path(context, &PyValue { kind: PyKind::Path(of.to_vec()), span });
    match of.kind {
        PyKind::Path(_) => whole,
        _ => {
            let kind = PyKind::Attribute { of: Box::new(of), name: name.clone() };
            PyValue { kind, span }
        }
    }
}

/// `partial(function, first)(second)` is `function(first, second)`.
fn partial(context: &mut Context<'_>, made: &mut PyCall) {
    for _ in 0..limits::PYTHON_HELPER_DEPTH_MAX {
        let object = match context.fold(&made.function).kind {
            PyKind::Object(object) => object,
            _ => return,
        };
        let PyObject::Partial(function, args, kwargs) = Arc::unwrap_or_clone(object) else {
            return;
        };
        made.function = function;
        made.args.splice(0..0, args);
        let given: Vec<Option<String>> = made.kwargs.iter().map(|(name, _)| name.clone()).collect();
        let rest = kwargs.into_iter().filter(|(name, _)| !given.contains(name));
        made.kwargs.extend(rest);
    }
}
