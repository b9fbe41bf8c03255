//! Code that may run or not: each way is followed by itself, and what they do is then in doubt by name.

use crate::engine::op::{self, Op, Replayed, Step};
use crate::engine::python::{PyStatement, PyValue, Scope};
use crate::engine::span::Span;
use crate::wire::Certainty;

use super::body::{Flow, Outcome, run};
use super::context::Context;
use super::evaluate;
use super::reach::{Doubt, Reach};

/// What one way has done, and how it left names and schema.
pub(super) struct Way {
    pub outcome: Outcome,
    scope: Scope,
    seen: Option<Replayed>,
}

/// Enters steps that happen for certain.
pub(super) fn emit(context: &mut Context<'_>, outcome: &mut Outcome, steps: Vec<Step>) {
    if let Some(seen) = &mut context.seen {
        for step in &steps {
            outcome.clashes |= seen.step(&step.op).is_err();
        }
    }
    outcome.steps.extend(steps);
}

/// Enters a doubt and the step that carries it to replay.
pub(super) fn doubt(context: &mut Context<'_>, outcome: &mut Outcome, found: Doubt, span: Span) {
    let what = found.what.clone();
    let tables = match found.reach.everything {
        true => Vec::new(),
        false => found.reach.tables.iter().cloned().collect(),
    };
    let op = match (found.reach.set_of_tables, found.reach.touches) {
        (true, _) => Some(Op::Unknown { what, tables, opaque: false }),
        (false, true) => Some(Op::UnknownWithin { what, tables }),
        (false, false) => None,
    };
    let step = op.map(|op| Step { op, certainty: Certainty::Unverified, span, joined: false });
    emit(context, outcome, step.into_iter().collect());
    outcome.doubts.push((found, span));
}

/// Follows one way, and leaves names and schema as they were.
pub(super) fn way(
    context: &mut Context<'_>,
    follow: impl FnOnce(&mut Context<'_>, &mut Outcome),
) -> Way {
    let (scope, seen) = (context.scope.clone(), context.seen.clone());
    let mut outcome = Outcome::default();
    follow(context, &mut outcome);
    let inside = std::mem::replace(&mut context.scope, scope);
    context.scope.settle(&inside);
    let seen = std::mem::replace(&mut context.seen, seen);
    Way { outcome, scope: inside, seen }
}

/// How what may happen is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// The names are as the way has left them: what comes next has gone this way.
    Followed,
    /// The names are those that both agree on. What the way does is shown as if it had happened.
    Shown,
    /// It is not shown: another way is.
    Hidden,
}

/// Enters what a way did as something that may happen: each change, and that it is in doubt.
pub(super) fn maybe(context: &mut Context<'_>, way: Way, entry: Entry, outcome: &mut Outcome) {
    let Way { outcome: inner, scope, .. } = way;
    match entry {
        Entry::Followed => context.scope = scope,
        Entry::Shown | Entry::Hidden => context.scope.meet(&scope),
    }
    for step in inner.steps.into_iter().chain(inner.queued) {
        let reach = Reach::of_op(&step.op);
        if step.certainty == Certainty::Unverified {
            emit(context, outcome, vec![step]);
            continue;
        }
        // Where a transaction ends says how the steps between run, if they do.
        if matches!(step.op, Op::Transaction(_)) {
            emit(context, outcome, vec![step]);
            continue;
        }
        // A lock timeout that may be set protects nothing.
        if !reach.touches {
            continue;
        }
        // What may happen to rows leaves the schema as it is.
        if matches!(step.op, Op::Mutate { .. } | Op::Truncate { .. }) {
            emit(context, outcome, vec![Step { certainty: Certainty::Unverified, ..step }]);
            continue;
        }
        if entry != Entry::Hidden {
            let step = Step { certainty: Certainty::Unverified, ..step.clone() };
            emit(context, outcome, vec![step]);
        }
        let what = format!("{}, under a condition that is not known", op::describe(&step.op));
        doubt(context, outcome, Doubt { what, reach }, step.span);
    }
    outcome.doubts.extend(inner.doubts);
    outcome.may_end |= inner.may_end || inner.flow == Flow::End;
    outcome.may_break |= inner.may_break || inner.flow == Flow::Break;
    outcome.may_continue |= inner.may_continue || inner.flow == Flow::Continue;
    outcome.returned.extend(inner.returned);
    outcome.returned.extend(inner.value);
}

/// Goes on with one way as the only one there is.
pub(super) fn take(context: &mut Context<'_>, way: Way, outcome: &mut Outcome) {
    context.scope = way.scope;
    context.seen = way.seen;
    outcome.join(way.outcome);
}

/// Joins two ways of which one is taken, and it is not known which.
/// `is_option`: the first is taken when somebody asks for it, so that the second is shown.
pub(super) fn join(
    context: &mut Context<'_>,
    (first, second): (Way, Way),
    is_option: bool,
    outcome: &mut Outcome,
) {
    // Where the one fails nothing of it stays, so that only the other can have been taken.
    if !context.is_tried {
        match (first.outcome.flow, second.outcome.flow) {
            (Flow::Raise, _) => return take(context, second, outcome),
            (_, Flow::Raise) => return take(context, first, outcome),
            _ => {}
        }
    }
    if same(&first.outcome, &second.outcome) {
        let other = second.scope;
        take(context, first, outcome);
        context.scope.meet(&other);
        return;
    }
    let flow = match (first.outcome.flow, second.outcome.flow) {
        (a, b) if a == b => a,
        _ => Flow::Next,
    };
    // What comes next sees the names of the way that goes on.
    let goes_on = |way: &Way| way.outcome.flow == Flow::Next;
    let entry = match (goes_on(&first), goes_on(&second)) {
        (true, false) | (false, true) => Entry::Followed,
        _ => Entry::Shown,
    };
    // Of two ways that both do something the first is shown.
    let other = if first.touches() { Entry::Hidden } else { Entry::Shown };
    if goes_on(&first) {
        let entry = if is_option && entry == Entry::Shown { Entry::Hidden } else { entry };
        maybe(context, second, if is_option { Entry::Shown } else { other }, outcome);
        maybe(context, first, entry, outcome);
    } else {
        let shown = match (entry, other) {
            (Entry::Followed, _) => Entry::Followed,
            (_, other) => other,
        };
        let shown = if is_option && shown == Entry::Hidden { Entry::Shown } else { shown };
        maybe(context, first, if is_option { Entry::Hidden } else { Entry::Shown }, outcome);
        maybe(context, second, shown, outcome);
    }
    outcome.flow = flow;
    if flow == Flow::End {
        outcome.value = agreed(outcome, first_span(outcome));
    }
}

impl Way {
    fn touches(&self) -> bool {
        let steps = self.outcome.steps.iter().chain(&self.outcome.queued);
        steps.into_iter().any(|step| Reach::of_op(&step.op).touches)
    }
}

fn first_span(outcome: &Outcome) -> Option<Span> {
    outcome.returned.first().map(|value| value.span)
}

/// What is returned, where every `return` that may have been met returns the same.
pub(super) fn agreed(outcome: &Outcome, span: Option<Span>) -> Option<PyValue> {
    let mut all = outcome.returned.iter().chain(&outcome.value);
    let first = all.next()?;
    let same = all.all(|other| other.kind == first.kind);
    Some(if same { first.clone() } else { evaluate::unknown(span.unwrap_or(first.span)) })
}

/// Whether two ways do the same, so that it does not matter which was taken.
fn same(first: &Outcome, second: &Outcome) -> bool {
    let ops = |outcome: &Outcome| {
        outcome.steps.iter().chain(&outcome.queued).map(|step| step.op.clone()).collect::<Vec<_>>()
    };
    let plain = |outcome: &Outcome| {
        outcome.doubts.is_empty() && !outcome.may_end && !outcome.may_break && !outcome.may_continue
    };
    let queued = first.queued.len() == second.queued.len();
    plain(first)
        && plain(second)
        && queued
        && first.flow == second.flow
        && first.value.as_ref().map(|v| &v.kind) == second.value.as_ref().map(|v| &v.kind)
        && ops(first) == ops(second)
}

/// Runs statements that may run or not, once or often: what they bind is not known when they begin.
pub(super) fn run_maybe(
    context: &mut Context<'_>,
    statement: &PyStatement,
    body: &[PyStatement],
    outcome: &mut Outcome,
) {
    for inside in statement.walk() {
        context.scope.enter_undecided(inside);
    }
    let way = way(context, |context, outcome| run(context, body, outcome));
    maybe(context, way, Entry::Shown, outcome);
    for inside in statement.walk() {
        context.scope.enter_undecided(inside);
    }
}
