//! Conditions, loops and `try` (alembic.md 6.2): followed where it is known what runs.

use crate::engine::python::{PyKind, PyStatement, PyStmt, PyValue};

use super::body::{Flow, Outcome, run};
use super::calls;
use super::context::Context;
use super::evaluate;
use super::reach::{Doubt, Reach};
use super::ways::{self, Entry, doubt};

/// Runs a block. What of it may run or not is followed too, and is in doubt by name.
pub(super) fn follow(context: &mut Context<'_>, statement: &PyStatement, outcome: &mut Outcome) {
    match &statement.kind {
        PyStmt::If { arms } => condition(context, arms, outcome),
        PyStmt::For { .. } => each(context, statement, outcome),
        PyStmt::While { test, body, otherwise } => {
            let test = evaluate::quietly(context, test);
            if context.scope.truth(&test) == Some(false) {
                return run(context, otherwise, outcome);
            }
            ways::run_maybe(context, statement, body, outcome);
            (outcome.may_break, outcome.may_continue) = (false, false);
            ways::run_maybe(context, statement, otherwise, outcome);
        }
        PyStmt::Try { body, handlers, otherwise, finally } => {
            attempt(context, (body, handlers, otherwise), outcome);
            let (flow, value) = (outcome.flow, outcome.value.take());
            outcome.flow = Flow::Next;
            run(context, finally, outcome);
            if outcome.flow == Flow::Next {
                (outcome.flow, outcome.value) = (flow, value);
            }
        }
        PyStmt::Match { cases, .. } => {
            for case in cases {
                ways::run_maybe(context, statement, case, outcome);
            }
        }
        _ => {}
    }
}

fn condition(
    context: &mut Context<'_>,
    arms: &[(Option<PyValue>, Vec<PyStatement>)],
    outcome: &mut Outcome,
) {
    for (at, (test, body)) in arms.iter().enumerate() {
        let truth = match test {
            None => Some(true),
            Some(test) => {
                let test = evaluate::value(context, test, outcome);
                context.scope.truth(&test)
            }
        };
        match truth {
            Some(true) => return run(context, body, outcome),
            Some(false) => {}
            None => {
                let rest = arms.get(at + 1..).unwrap_or_default();
                let first = ways::way(context, |context, outcome| run(context, body, outcome));
                let second = ways::way(context, |context, outcome| {
                    if context.enter_deeper() {
                        condition(context, rest, outcome);
                        context.depth -= 1;
                    } else {
                        let what = "a condition with more branches than are followed";
                        let span = rest.first().map(|(_, body)| body).and_then(|body| body.first());
                        if let Some(span) = span.map(|first| first.span) {
                            doubt(context, outcome, Doubt::everything(what), span);
                        }
                    }
                });
                let is_option = test.as_ref().is_some_and(|test| is_option(context, test));
                return ways::join(context, (first, second), is_option, outcome);
            }
        }
    }
}

/// Whether a test asks for an option of the command or of the environment, which is off unless somebody
/// gives it.
fn is_option(context: &mut Context<'_>, test: &PyValue) -> bool {
    const OPTIONS: &[&str] = &["get_x_argument", "getenv", "environ", "get_main_option"];
    let made = context.object_of(test);
    test.walk().into_iter().chain(made.walk()).any(|inside| match &inside.kind {
        PyKind::Path(parts) => parts.iter().any(|part| OPTIONS.contains(&part.as_str())),
        PyKind::Attribute { name, .. } => OPTIONS.contains(&name.as_str()),
        _ => false,
    })
}

fn each(context: &mut Context<'_>, statement: &PyStatement, outcome: &mut Outcome) {
    let PyStmt::For { target, iterable, body, otherwise } = &statement.kind else { return };
    let whole = statement.span;
    let items = evaluate::value(context, iterable, outcome);
    let Some(items) = context.scope.items(&items) else {
        ways::run_maybe(context, statement, body, outcome);
        (outcome.may_break, outcome.may_continue) = (false, false);
        return ways::run_maybe(context, statement, otherwise, outcome);
    };
    for item in items {
        if !context.spend() {
            doubt(context, outcome, Doubt::everything("a loop too long to be followed"), whole);
            outcome.flow = Flow::End;
            return;
        }
        context.scope.assign(target, &item, whole);
        if outcome.may_break || outcome.may_end {
            let way = ways::way(context, |context, outcome| run(context, body, outcome));
            ways::maybe(context, way, Entry::Shown, outcome);
        } else {
            run(context, body, outcome);
        }
        outcome.may_continue = false;
        match outcome.flow {
            Flow::Next => {}
            Flow::Continue => outcome.flow = Flow::Next,
            Flow::Break => {
                outcome.flow = Flow::Next;
                return;
            }
            Flow::End | Flow::Raise => return,
        }
    }
    let may_break = std::mem::take(&mut outcome.may_break);
    match may_break {
        true => ways::run_maybe(context, statement, otherwise, outcome),
        false => run(context, otherwise, outcome),
    }
}

/// What fails is found by replay, which reports it; a handler that changes the schema is another matter.
fn attempt(
    context: &mut Context<'_>,
    (body, handlers, otherwise): (&[PyStatement], &[Vec<PyStatement>], &[PyStatement]),
    outcome: &mut Outcome,
) {
    let mut reach = Reach::default();
    for handler in handlers {
        reach.join(calls::reach_of(context, handler));
    }
    let was_tried = std::mem::replace(&mut context.is_tried, !handlers.is_empty());
    let tried = ways::way(context, |context, outcome| {
        for part in [body, otherwise] {
            if outcome.flow == Flow::Next {
                run(context, part, outcome);
            }
        }
    });
    context.is_tried = was_tried;
    let fails = tried.outcome.flow == Flow::Raise;
    // Against a schema that is known it is seen that nothing fails.
    let passes =
        context.seen.is_some() && !tried.outcome.clashes && tried.outcome.doubts.is_empty();
    if !fails && (!reach.touches || passes) {
        return ways::take(context, tried, outcome);
    }
    ways::maybe(context, tried, Entry::Shown, outcome);
    for handler in handlers {
        let handled = ways::way(context, |context, outcome| run(context, handler, outcome));
        if handled.outcome.flow != Flow::Raise {
            ways::maybe(context, handled, Entry::Hidden, outcome);
        }
    }
}
