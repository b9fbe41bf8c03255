//! Expressions: their effects in the order in which Python has them, and their values where known.

use crate::engine::python::{Binding, Operator, PyCall, PyFunction, PyKind, PyStatement, PyValue};
use crate::engine::span::Span;
use crate::limits;

use super::body::{Outcome, doubt, run};
use super::calls;
use super::context::{Context, Target};
use super::reach::{Doubt, Reach};

/// Enters what an expression does, and returns it with what is known put in its place.
pub(super) fn value(context: &mut Context<'_>, given: &PyValue, outcome: &mut Outcome) -> PyValue {
    let given =
        if is_followed(context, given) { rewrite(context, given, outcome) } else { given.clone() };
    effect(context, &given, outcome);
    given
}

/// Returns the value of an expression whose effects are entered elsewhere, or that has none.
pub(super) fn quietly(context: &mut Context<'_>, given: &PyValue) -> PyValue {
    let mut outcome = Outcome::default();
    let value = rewrite(context, given, &mut outcome);
    // What an operand before it has decided is not called at all.
    let touches = !outcome.steps.is_empty()
        || !outcome.queued.is_empty()
        || outcome.doubts.iter().any(|(doubt, _)| doubt.reach.touches)
        || calls::reach_of_value(context, &value).touches;
    if touches { unknown(given.span) } else { value }
}

/// A value of which nothing is known.
pub(super) fn unknown(span: Span) -> PyValue {
    PyValue { kind: PyKind::Unknown { why: "not known", parts: Vec::new() }, span }
}

/// Whether there is anything in it to put in place.
fn is_followed(context: &mut Context<'_>, given: &PyValue) -> bool {
    given.walk().into_iter().any(|inside| match &inside.kind {
        PyKind::Operation { .. } => true,
        PyKind::Call(call) => {
            match call.function.as_name().and_then(|name| context.scope.get(name)) {
                Some((binding, _)) => matches!(binding, Binding::Function),
                None => false,
            }
        }
        _ => false,
    })
}

fn effect(context: &mut Context<'_>, given: &PyValue, outcome: &mut Outcome) {
    let is_queued = given.as_call().is_some_and(|call| {
        matches!(context.target(&call.function), Target::Batch(_, name) if name != "execute")
    });
    let effect = calls::expression(context, given);
    // Inside a condition or a comprehension it is not known whether, or how often, it happens.
    let maybe = given.walk().iter().any(|inside| {
        matches!(
            inside.kind,
            PyKind::Operation {
                operator: Operator::And | Operator::Or | Operator::Conditional,
                ..
            } | PyKind::Comprehension(_)
                | PyKind::Unknown { why: "a lambda", .. }
        )
    });
    let mut reach = Reach::default();
    for step in &effect.steps {
        reach.join(Reach::of_op(&step.op));
    }
    if maybe && reach.touches && !is_argument_only(context, given) {
        let found = Doubt { what: "a condition around schema changes".to_owned(), reach };
        doubt(outcome, found, given.span);
    } else if is_queued {
        outcome.queued.extend(effect.steps);
    } else {
        outcome.steps.extend(effect.steps);
    }
    for found in effect.doubts {
        doubt(outcome, found, given.span);
    }
}

/// The call is made whatever its arguments are: `op.add_column("t", a if x else b)`.
fn is_argument_only(context: &mut Context<'_>, given: &PyValue) -> bool {
    given.as_call().is_some_and(|call| {
        matches!(context.target(&call.function), Target::Op(_) | Target::Batch(..))
    })
}

/// Puts the results of helper functions, decided conditions and what Alembic decides in their places.
/// Recursion is bounded, helper functions included; what is deeper stays as it is written.
fn rewrite(context: &mut Context<'_>, given: &PyValue, outcome: &mut Outcome) -> PyValue {
    if context.depth >= limits::PYTHON_DEPTH_MAX {
        return given.clone();
    }
    context.depth += 1;
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
                .map(|(key, value)| (key.clone(), rewrite(context, value, outcome)))
                .collect(),
        ),
        PyKind::Path(_) => match context.fold(given).kind {
            PyKind::Path(parts) => context.constant(&parts).unwrap_or_else(|| given.kind.clone()),
            _ => given.kind.clone(),
        },
        PyKind::Attribute { .. } => attribute(context, given, outcome),
        PyKind::Operation { operator, parts } => {
            return operation(context, operator, parts, span, outcome);
        }
        PyKind::Comprehension(made) => {
            let mut made = made.clone();
            for generator in &mut made.generators {
                generator.iterable = rewrite(context, &generator.iterable, outcome);
            }
            PyKind::Comprehension(made)
        }
        PyKind::Call(call) => return call_value(context, call, span, outcome),
        other => other.clone(),
    };
    PyValue { kind, span }
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
    PyKind::Attribute { of, name: name.clone() }
}

/// What an operand decides keeps the later ones from running.
fn operation(
    context: &mut Context<'_>,
    operator: &Operator,
    parts: &[PyValue],
    span: Span,
    outcome: &mut Outcome,
) -> PyValue {
    let stop = match operator {
        Operator::And => Some(false),
        Operator::Or => Some(true),
        _ => None,
    };
    if let (Operator::Conditional, [test, body, otherwise]) = (operator, parts) {
        let test = rewrite(context, test, outcome);
        return match context.scope.truth(&test) {
            Some(true) => rewrite(context, body, outcome),
            Some(false) => rewrite(context, otherwise, outcome),
            None => {
                let parts = vec![test, body.clone(), otherwise.clone()];
                let operator = Operator::Conditional;
                PyValue { kind: PyKind::Operation { operator, parts }, span }
            }
        };
    }
    let mut rewritten = Vec::with_capacity(parts.len());
    let mut is_open = false;
    for part in parts {
        // After an operand that is not known, the next may not run at all: only its value may be used.
        let part = if is_open && stop.is_some() {
            quietly(context, part)
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
    let kind = PyKind::Operation { operator: operator.clone(), parts: rewritten };
    let folded = context.fold(&PyValue { kind, span });
    match (&folded.kind, stop) {
        // What it leaves open may hold calls, which must be seen.
        (PyKind::Operation { .. }, Some(_)) => {
            let parts = parts.to_vec();
            PyValue { kind: PyKind::Operation { operator: operator.clone(), parts }, span }
        }
        _ => folded,
    }
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
        _ => call.function.clone(),
    };
    let args = call.args.iter().map(|given| rewrite(context, given, outcome)).collect();
    let named = call.kwargs.iter();
    let kwargs =
        named.map(|(name, given)| (name.clone(), rewrite(context, given, outcome))).collect();
    let made = PyCall { function, args, kwargs };
    match context.target(&made.function) {
        Target::Helper(name) => {
            if let Some(value) = helper(context, &name, &made, outcome) {
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

/// Runs a function of the file; `None` when it cannot be followed, and nothing was run.
fn helper(
    context: &mut Context<'_>,
    name: &str,
    call: &PyCall,
    outcome: &mut Outcome,
) -> Option<PyValue> {
    let function = context.functions.get(name).copied()?;
    if function.variadic
        || function.is_async
        || yields(&function.body)
        || context.following.len() >= limits::PYTHON_HELPER_DEPTH_MAX
        || context.following.iter().any(|known| known == name)
    {
        return None;
    }
    let bound = arguments(context, function, call)?;
    let span = call.function.span;
    context.following.push(name.to_owned());
    let inside = context.scope.inside(&context.module_scope);
    let outer = std::mem::replace(&mut context.scope, inside);
    for (parameter, value) in bound {
        context.scope.bind(&parameter, Binding::Value(value), span);
    }
    let is_pure = !calls::reach_of_function(context, function).touches;
    let mut inner = Outcome::default();
    run(context, &function.body, true, &mut inner);
    let spent = std::mem::replace(&mut context.scope, outer);
    context.scope.settle(&spent);
    context.following.pop();
    let value = inner.value.take();
    if !is_pure {
        outcome.steps.append(&mut inner.steps);
        outcome.queued.append(&mut inner.queued);
        outcome.doubts.append(&mut inner.doubts);
    }
    Some(value.unwrap_or(PyValue { kind: PyKind::None, span }))
}

fn yields(body: &[PyStatement]) -> bool {
    let is_yield = |value: &&PyValue| matches!(value.kind, PyKind::Unknown { why: "`yield`", .. });
    body.iter()
        .flat_map(PyStatement::walk)
        .flat_map(PyStatement::values)
        .flat_map(PyValue::walk)
        .any(|value| is_yield(&value))
}

/// What each parameter is bound to; `None` when that is not certain.
fn arguments(
    context: &mut Context<'_>,
    function: &PyFunction,
    call: &PyCall,
) -> Option<Vec<(String, PyValue)>> {
    let list = PyValue { kind: PyKind::List(call.args.clone()), span: call.function.span };
    let given = if call.args.iter().any(|value| matches!(value.kind, PyKind::Starred(_))) {
        context.scope.items(&list)?
    } else {
        call.args.clone()
    };
    if given.len() > function.parameters.len() {
        return None;
    }
    let mut bound = Vec::with_capacity(function.parameters.len());
    for (at, parameter) in function.parameters.iter().enumerate() {
        let named = call.kwargs.iter().find(|(name, _)| name.as_ref() == Some(parameter));
        let value = match (given.get(at), named) {
            (Some(value), None) => context.take_out(value),
            (None, Some((_, value))) => context.take_out(value),
            (None, None) => {
                let default = function.defaults.get(at).and_then(Option::as_ref)?;
                context.module_scope.take_out(default)
            }
            _ => return None,
        };
        bound.push((parameter.clone(), value));
    }
    let known = |name: &Option<String>| {
        name.as_ref().is_some_and(|name| function.parameters.contains(name))
    };
    call.kwargs.iter().all(|(name, _)| known(name)).then_some(bound)
}
