//! The body of `upgrade()` or `downgrade()` → [`Step`]s, with every statement in the ledger once.

use std::collections::BTreeMap;

use crate::engine::document::Document;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::{Op, Step};
use crate::engine::python::{
    Binding, PyFunction, PyKind, PyModule, PyStatement, PyStmt, PyValue, Scope, WithItem,
};
use crate::engine::span::Span;
use crate::wire::Certainty;

use super::calls;
use super::context::{Context, Target};
use super::reach::{Doubt, Reach};

/// Which of the two functions is read. A doubt about a downgrade never makes an upgrade doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Upgrade,
    Downgrade,
}

/// What one statement does.
#[derive(Debug, Default)]
struct Outcome {
    steps: Vec<Step>,
    doubts: Vec<(Doubt, Span)>,
    /// Nothing after it runs.
    ends: bool,
}

/// Reads a function's body.
pub(super) fn read(
    document: &Document,
    module: &PyModule,
    scope: &Scope,
    function: &PyFunction,
    direction: Direction,
    revision: &str,
    ledger: &mut Ledger,
) -> Vec<Step> {
    let mut context = Context {
        document,
        scope: scope.clone(),
        functions: functions(module),
        batches: Vec::new(),
        following: Vec::new(),
    };
    for parameter in &function.parameters {
        let span = function.body.first().map(|first| first.span);
        if let Some(span) = span {
            context.scope.bind(parameter, Binding::Undecided("a parameter"), span);
        }
    }
    let mut steps = Vec::new();
    let mut ended = false;
    for (position, statement) in function.body.iter().enumerate() {
        if ended {
            // Code after `return` is part of the file and does nothing.
            ledger.understood(statement.span.document, 1);
            continue;
        }
        let is_last = position + 1 == function.body.len();
        let outcome = read_statement(&mut context, statement, is_last, direction);
        ended = outcome.ends;
        enter(&outcome, statement, direction, revision, ledger);
        steps.extend(outcome.steps);
    }
    steps
}

/// The functions of the file, last definition first in rank.
fn functions(module: &PyModule) -> BTreeMap<&str, &PyFunction> {
    let mut found = BTreeMap::new();
    for statement in &module.statements {
        if let PyStmt::Function(function) = &statement.kind {
            found.insert(function.name.as_str(), &**function);
        }
    }
    found
}

/// Enters a statement in the ledger, once.
fn enter(
    outcome: &Outcome,
    statement: &PyStatement,
    direction: Direction,
    revision: &str,
    ledger: &mut Ledger,
) {
    if outcome.doubts.is_empty() {
        ledger.understood(statement.span.document, 1);
        return;
    }
    let mut reach = Reach::default();
    let mut what: Vec<&str> = Vec::new();
    for (doubt, _) in &outcome.doubts {
        reach.join(doubt.reach.clone());
        if !what.contains(&doubt.what.as_str()) {
            what.push(&doubt.what);
        }
    }
    let span = match outcome.doubts.as_slice() {
        [(_, span)] => *span,
        _ => statement.span,
    };
    let affects = match direction {
        Direction::Upgrade => reach.affects(),
        Direction::Downgrade => Affects::Nothing,
    };
    let revision = Some(revision.to_owned());
    ledger.undecided(Undecided { span, what: what.join("; "), affects, revision });
}

fn read_statement(
    context: &mut Context<'_>,
    statement: &PyStatement,
    is_last: bool,
    direction: Direction,
) -> Outcome {
    let mut outcome = Outcome::default();
    match &statement.kind {
        PyStmt::Expression(_) | PyStmt::Assert(_) | PyStmt::Rebind { .. } => {
            values(context, statement, &mut outcome);
            context.scope.enter(statement);
        }
        PyStmt::Assign { targets, value } => {
            values(context, statement, &mut outcome);
            assign(context, statement, targets, value);
        }
        PyStmt::Return(_) => {
            values(context, statement, &mut outcome);
            outcome.ends = true;
        }
        PyStmt::Raise => {
            outcome.ends = true;
            if direction == Direction::Upgrade {
                let what = "`raise`: this upgrade always fails";
                doubt(&mut outcome, Doubt::everything(what), statement.span);
            }
        }
        PyStmt::With { items, body } => with(context, items, body, direction, &mut outcome),
        PyStmt::If { .. }
        | PyStmt::For { .. }
        | PyStmt::While { .. }
        | PyStmt::Try { .. }
        | PyStmt::Match { .. } => block(context, statement, is_last, &mut outcome),
        PyStmt::Other(word) => {
            let found = Doubt::everything(format!("a `{word}` statement"));
            doubt(&mut outcome, found, statement.span);
        }
        PyStmt::Nothing | PyStmt::Declare => {}
        PyStmt::Import(_) | PyStmt::Function(_) | PyStmt::Class { .. } => {
            context.scope.enter(statement);
        }
    }
    outcome
}

/// Reads the expressions of a statement.
fn values(context: &mut Context<'_>, statement: &PyStatement, outcome: &mut Outcome) {
    for value in statement.values() {
        effect(context, value, outcome);
    }
}

fn effect(context: &mut Context<'_>, value: &PyValue, outcome: &mut Outcome) {
    let effect = calls::expression(context, value);
    outcome.steps.extend(effect.steps);
    for found in effect.doubts {
        doubt(outcome, found, value.span);
    }
}

/// Enters a doubt and the step that carries it to replay.
fn doubt(outcome: &mut Outcome, found: Doubt, span: Span) {
    let what = found.what.clone();
    let op = match (found.reach.set_of_tables, found.reach.touches) {
        (true, _) => Some(Op::Unknown { what }),
        (false, true) => Some(Op::UnknownWithin { what }),
        (false, false) => None,
    };
    outcome.steps.extend(op.map(|op| Step { op, certainty: Certainty::Unverified, span }));
    outcome.doubts.push((found, span));
}

/// `bind = op.get_bind()` makes the name stand for the connection.
fn assign(
    context: &mut Context<'_>,
    statement: &PyStatement,
    targets: &[PyValue],
    value: &PyValue,
) {
    let object = context.object(value);
    context.scope.enter(statement);
    let Some(parts) = object else { return };
    for name in targets.iter().filter_map(PyValue::as_name) {
        let value = PyValue { kind: PyKind::Path(parts.clone()), span: statement.span };
        context.scope.bind(name, Binding::Value(value), statement.span);
    }
}

/// A batch, an autocommit block or a transaction: the body runs as usual.
fn with(
    context: &mut Context<'_>,
    items: &[WithItem],
    body: &[PyStatement],
    direction: Direction,
    outcome: &mut Outcome,
) {
    for item in items {
        if calls::batch_table(context, &item.context).is_none() && !is_transaction(context, item) {
            effect(context, &item.context, outcome);
        }
        calls::open(context, item);
    }
    for (position, statement) in body.iter().enumerate() {
        let is_last = position + 1 == body.len();
        let inner = read_statement(context, statement, is_last, direction);
        outcome.steps.extend(inner.steps);
        outcome.doubts.extend(inner.doubts);
        if inner.ends {
            outcome.ends = true;
            break;
        }
    }
}

fn is_transaction(context: &mut Context<'_>, item: &WithItem) -> bool {
    let Some(call) = item.context.as_call() else { return false };
    match context.target(&call.function) {
        Target::Migration(name) => name == "autocommit_block" || name == "begin_transaction",
        Target::Connection(name) => name == "begin" || name == "begin_nested",
        _ => false,
    }
}

/// A condition, a loop, a `try`: which of its statements run, and how often, is not worked out.
fn block(context: &mut Context<'_>, statement: &PyStatement, is_last: bool, outcome: &mut Outcome) {
    let kind = match &statement.kind {
        PyStmt::If { .. } | PyStmt::Match { .. } => "a condition",
        PyStmt::Try { .. } => "a `try`",
        _ => "a loop",
    };
    context.scope.enter(statement);
    let reach = calls::reach_of(context, std::slice::from_ref(statement));
    let returns = statement.walk().iter().any(|inside| matches!(inside.kind, PyStmt::Return(_)));
    if returns && !is_last {
        let what = format!("{kind} that may return before the rest runs");
        doubt(outcome, Doubt::everything(what), statement.span);
    } else if reach.touches {
        doubt(
            outcome,
            Doubt { what: format!("{kind} around schema changes"), reach },
            statement.span,
        );
    }
}
