//! Conditions, loops and `try` (alembic.md 6.2): followed where it is known what runs.

use crate::engine::python::{PyStatement, PyStmt, PyValue};

use super::body::{Flow, Outcome, doubt, run};
use super::calls;
use super::context::Context;
use super::evaluate;
use super::reach::{Doubt, Reach};

/// Runs a block; false when it is not known what of it runs, and nothing was run.
pub(super) fn follow(
    context: &mut Context<'_>,
    statement: &PyStatement,
    is_last: bool,
    outcome: &mut Outcome,
) -> bool {
    match &statement.kind {
        PyStmt::If { arms } => condition(context, arms, is_last, outcome),
        PyStmt::For { target, iterable, body, otherwise } => {
            let items = evaluate::value(context, iterable, outcome);
            let Some(items) = context.scope.items(&items) else { return false };
            let whole = statement.span;
            for item in items {
                if !context.spend() {
                    doubt(outcome, Doubt::everything("a loop too long to be followed"), whole);
                    outcome.flow = Flow::End;
                    return true;
                }
                context.scope.assign(target, &item, whole);
                run(context, body, false, outcome);
                match outcome.flow {
                    Flow::Next => {}
                    Flow::Continue => outcome.flow = Flow::Next,
                    Flow::Break => {
                        outcome.flow = Flow::Next;
                        return true;
                    }
                    Flow::End => return true,
                }
            }
            run(context, otherwise, is_last, outcome);
            true
        }
        PyStmt::While { test, otherwise, .. } => {
            let test = evaluate::quietly(context, test);
            if context.scope.truth(&test) != Some(false) {
                return false;
            }
            run(context, otherwise, is_last, outcome);
            true
        }
        PyStmt::Try { body, handlers, otherwise, finally } => {
            // What fails is found by replay, which reports it; a handler that changes the schema is another
            // matter.
            let mut reach = Reach::default();
            for handler in handlers {
                reach.join(calls::reach_of(context, handler));
            }
            if reach.touches {
                return false;
            }
            for part in [body, otherwise] {
                if outcome.flow == Flow::Next {
                    run(context, part, false, outcome);
                }
            }
            let (flow, value) = (outcome.flow, outcome.value.take());
            outcome.flow = Flow::Next;
            run(context, finally, false, outcome);
            if outcome.flow == Flow::Next {
                (outcome.flow, outcome.value) = (flow, value);
            }
            true
        }
        _ => false,
    }
}

fn condition(
    context: &mut Context<'_>,
    arms: &[(Option<PyValue>, Vec<PyStatement>)],
    is_last: bool,
    outcome: &mut Outcome,
) -> bool {
    for (test, body) in arms {
        let truth = match test {
            None => Some(true),
            Some(test) => {
                let test = evaluate::quietly(context, test);
                context.scope.truth(&test)
            }
        };
        match truth {
            Some(true) => {
                run(context, body, is_last, outcome);
                return true;
            }
            Some(false) => {}
            None => return false,
        }
    }
    true
}

/// Which of its statements run, and how often, is not known.
pub(super) fn undecided(
    context: &mut Context<'_>,
    statement: &PyStatement,
    is_last: bool,
    outcome: &mut Outcome,
) {
    let kind = match &statement.kind {
        PyStmt::If { .. } | PyStmt::Match { .. } => "a condition",
        PyStmt::Try { .. } => "a `try`",
        _ => "a loop",
    };
    context.scope.enter(statement);
    let reach = calls::reach_of(context, std::slice::from_ref(statement));
    let returns = statement.walk().iter().any(|inside| matches!(inside.kind, PyStmt::Return(_)));
    if returns {
        outcome.value = Some(evaluate::unknown(statement.span));
    }
    if returns && !is_last {
        let what = format!("{kind} that may return before the rest runs");
        doubt(outcome, Doubt::everything(what), statement.span);
    } else if reach.touches {
        let found = Doubt { what: format!("{kind} around schema changes"), reach };
        doubt(outcome, found, statement.span);
    }
}
