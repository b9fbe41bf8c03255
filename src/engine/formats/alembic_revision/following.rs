//! Calls of functions that stand in one of the files.

use std::sync::Arc;

use crate::engine::python::{
    Binding, Closure, Parameter, ParameterKind, PyCall, PyKind, PyStatement, PyValue,
};
use crate::engine::span::Span;
use crate::limits;

use super::body::{Flow, Outcome, run};
use super::context::{Context, Target};
use super::ways;

/// Runs a function; `None` when it cannot be followed, and nothing was run. What an async one does is done
/// when somebody waits for it.
pub(super) fn call(
    context: &mut Context<'_>,
    closure: &Arc<Closure>,
    call: &PyCall,
    span: Span,
    outcome: &mut Outcome,
) -> Option<PyValue> {
    match closure.function.is_async {
        true => None,
        false => awaited(context, closure, call, span, outcome),
    }
}

/// Runs a function that is waited for, if it is an async one.
pub(super) fn awaited(
    context: &mut Context<'_>,
    closure: &Arc<Closure>,
    call: &PyCall,
    span: Span,
    outcome: &mut Outcome,
) -> Option<PyValue> {
    let function = closure.function.clone();
    let key = (closure.home.clone(), function.name.clone());
    if !closure.is_plain()
        || yields(&function.body)
        || context.following.len() >= limits::PYTHON_HELPER_DEPTH_MAX
        || (!key.1.is_empty() && context.following.contains(&key))
    {
        return None;
    }
    let names = context.names_of(closure)?;
    let bound = arguments(context, &names, &function.parameters, call)?;
    context.following.push(key);
    let outer = std::mem::replace(&mut context.scope, names);
    context.activations += 1;
    let activation = std::mem::replace(&mut context.activation, context.activations);
    context.frames.push((activation, outer));
    for (parameter, value) in &bound {
        context.scope.bind(parameter, Binding::Value(value.clone()), span);
    }
    let mut inner = Outcome::default();
    run(context, &function.body, &mut inner);
    let (activation, outer) = context.frames.pop()?;
    let inside = std::mem::replace(&mut context.scope, outer);
    context.scope.settle(&inside);
    context.activation = activation;
    context.following.pop();
    // Functions of the file that is read see its names as they are now.
    for name in std::mem::take(&mut context.outer) {
        context.scope.bind(&name, Binding::Undecided("changed by a function"), span);
    }
    changed_arguments(context, call, &function.parameters, (&bound, &inside), span);
    let abroad = *closure.home != **context.scope.home();
    let mut value = match inner.may_end {
        true => ways::agreed(&inner, Some(span)),
        false => inner.value.take(),
    };
    if inner.may_end && inner.flow == Flow::Next && value.is_some() {
        // It may have come to its end without `return`.
        value = Some(super::evaluate::unknown(span));
    }
    if abroad {
        replaced(&mut inner, span);
    }
    outcome.steps.append(&mut inner.steps);
    outcome.queued.append(&mut inner.queued);
    outcome.doubts.append(&mut inner.doubts);
    outcome.clashes |= inner.clashes;
    // It may have ended before it fails, and what fails is taken not to happen.
    if inner.flow == Flow::Raise && !inner.may_end {
        outcome.flow = Flow::Raise;
    }
    let mut value = value.unwrap_or(PyValue { kind: PyKind::None, span });
    if abroad {
        value.span = span;
    }
    Some(value)
}

/// Returns what a function gives that does nothing to the database; `None` when that is not known.
pub(super) fn value_of(context: &mut Context<'_>, made: &PyCall, span: Span) -> Option<PyValue> {
    let Target::Helper(closure) = context.target(&made.function) else { return None };
    let mut found = None;
    let way = ways::way(context, |context, outcome| {
        found = call(context, &closure, made, span, outcome);
    });
    (way.outcome.steps.is_empty() && way.outcome.doubts.is_empty()).then_some(found)?
}

/// Runs a function for what its calls are given, whatever it does.
pub(super) fn run_quietly(
    context: &mut Context<'_>,
    closure: &Arc<Closure>,
    made: &PyCall,
    span: Span,
) {
    let _way = ways::way(context, |context, outcome| {
        call(context, closure, made, span, outcome);
    });
}

/// What another file does has the place of the call: places of that file mean nothing here.
fn replaced(inner: &mut Outcome, span: Span) {
    for step in inner.steps.iter_mut().chain(&mut inner.queued) {
        step.span = span;
    }
    for (_, place) in &mut inner.doubts {
        *place = span;
    }
}

/// A list that the function has changed is no longer what the caller knows.
fn changed_arguments(
    context: &mut Context<'_>,
    call: &PyCall,
    parameters: &[Parameter],
    (bound, inside): (&[(String, PyValue)], &crate::engine::python::Scope),
    span: Span,
) {
    for (parameter, value) in bound {
        let is_container = matches!(value.kind, PyKind::List(_) | PyKind::Set(_) | PyKind::Dict(_));
        let kept = matches!(inside.get(parameter), Some((Binding::Value(now), _)) if now == value);
        if !is_container || kept {
            continue;
        }
        let position = parameters.iter().position(|known| &known.name == parameter);
        let by_place = position.and_then(|at| call.args.get(at));
        let by_name = call.kwargs.iter().find(|(name, _)| name.as_ref() == Some(parameter));
        if let Some(name) = by_place.or(by_name.map(|(_, v)| v)).and_then(PyValue::as_name) {
            let name = name.to_owned();
            context.scope.bind(&name, Binding::Undecided("changed by a function"), span);
        }
    }
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
    names: &crate::engine::python::Scope,
    parameters: &[Parameter],
    call: &PyCall,
) -> Option<Vec<(String, PyValue)>> {
    let span = call.function.span;
    let list = PyValue { kind: PyKind::List(call.args.clone()), span };
    let given = if call.args.iter().any(|value| matches!(value.kind, PyKind::Starred(_))) {
        context.scope.items(&list)?
    } else {
        call.args.clone()
    };
    let mut positional = given.iter();
    let mut named: Vec<(String, &PyValue)> = Vec::new();
    for (name, value) in &call.kwargs {
        named.push((name.clone()?, value));
    }
    let mut bound = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        let by_name = named.iter().position(|(name, _)| name == &parameter.name);
        let value = match parameter.kind {
            ParameterKind::Rest => {
                let rest = positional.by_ref().map(|value| context.take_out(value)).collect();
                PyValue { kind: PyKind::Tuple(rest), span }
            }
            ParameterKind::Options => {
                let pair = |context: &mut Context<'_>, (name, value): (String, &PyValue)| {
                    let key = PyValue { kind: PyKind::Str(name), span: value.span };
                    (Some(key), context.take_out(value))
                };
                let all = named.drain(..).map(|given| pair(context, given)).collect();
                PyValue { kind: PyKind::Dict(all), span }
            }
            kind => {
                let next = match kind {
                    ParameterKind::Plain => positional.next(),
                    _ => None,
                };
                match (next, by_name) {
                    (Some(value), None) => context.take_out(value),
                    (None, Some(at)) => {
                        let (_, value) = named.remove(at);
                        context.take_out(value)
                    }
                    (None, None) => names.clone().take_out(parameter.default.as_ref()?),
                    _ => return None,
                }
            }
        };
        bound.push((parameter.name.clone(), value));
    }
    (positional.next().is_none() && named.is_empty()).then_some(bound)
}
