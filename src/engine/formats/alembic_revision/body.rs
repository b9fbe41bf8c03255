//! The body of `upgrade()` or `downgrade()` → [`Step`]s, with every statement in the ledger once.

use std::collections::BTreeMap;

use crate::engine::dialects::Dialect;
use crate::engine::document::Document;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::{Op, Step};
use crate::engine::python::{
    Binding, PyFunction, PyKind, PyModule, PyStatement, PyStmt, PyValue, Scope, WithItem,
};
use crate::engine::span::Span;
use crate::limits;
use crate::wire::Certainty;

use super::blocks;
use super::calls;
use super::context::{Context, Target};
use super::evaluate;
use super::naming::Names;
use super::reach::{Doubt, Reach};

/// Which of the two functions is read. A doubt about a downgrade never makes an upgrade doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Upgrade,
    Downgrade,
}

/// What one statement does.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub steps: Vec<Step>,
    /// What waits for the end of a batch: Alembic queues it (alembic.md 4.6).
    pub queued: Vec<Step>,
    pub doubts: Vec<(Doubt, Span)>,
    pub flow: Flow,
    /// What is returned.
    pub value: Option<PyValue>,
}

/// What runs next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Flow {
    #[default]
    Next,
    Break,
    Continue,
    /// Nothing after it runs.
    End,
}

/// Reads a function's body.
pub(super) fn read(
    (document, dialect, names): (&Document, Dialect, Names<'_>),
    module: &PyModule,
    scope: &Scope,
    function: &PyFunction,
    direction: Direction,
    revision: &str,
    ledger: &mut Ledger,
) -> Vec<Step> {
    let mut context = Context {
        document,
        dialect,
        names,
        scope: scope.clone(),
        functions: functions(module),
        module_scope: scope.clone(),
        batches: Vec::new(),
        following: Vec::new(),
        direction,
        depth: 0,
        steps_left: limits::PYTHON_STEPS_MAX,
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
        let mut outcome = read_statement(&mut context, statement, is_last);
        ended = outcome.flow != Flow::Next;
        let queued = std::mem::take(&mut outcome.queued);
        outcome.steps.extend(queued);
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

/// Reads one statement. `is_last`: nothing of the function comes after it.
pub(super) fn read_statement(
    context: &mut Context<'_>,
    statement: &PyStatement,
    is_last: bool,
) -> Outcome {
    let mut outcome = Outcome::default();
    if !context.spend() {
        let found = Doubt::everything("more statements than are followed");
        doubt(&mut outcome, found, statement.span);
        outcome.flow = Flow::End;
        return outcome;
    }
    match &statement.kind {
        PyStmt::Expression(_) | PyStmt::Assert(_) | PyStmt::Rebind { .. } => {
            for value in statement.values() {
                evaluate::value(context, value, &mut outcome);
            }
            context.scope.enter(statement);
        }
        PyStmt::Assign { targets, value } => {
            assign(context, statement, targets, value, &mut outcome);
        }
        PyStmt::Return(value) => {
            if let Some(value) = value {
                let value = evaluate::value(context, value, &mut outcome);
                outcome.value = Some(context.take_out(&value));
            }
            outcome.flow = Flow::End;
        }
        PyStmt::Raise => {
            outcome.flow = Flow::End;
            if context.direction == Direction::Upgrade {
                let what = "`raise`: this upgrade always fails";
                doubt(&mut outcome, Doubt::everything(what), statement.span);
            }
        }
        PyStmt::With { items, body } => with(context, items, body, is_last, &mut outcome),
        PyStmt::If { .. } | PyStmt::For { .. } | PyStmt::While { .. } | PyStmt::Try { .. } => {
            if !blocks::follow(context, statement, is_last, &mut outcome) {
                blocks::undecided(context, statement, is_last, &mut outcome);
            }
        }
        PyStmt::Match { .. } => blocks::undecided(context, statement, is_last, &mut outcome),
        PyStmt::Other(word) => {
            let found = Doubt::everything(format!("a `{word}` statement"));
            doubt(&mut outcome, found, statement.span);
        }
        PyStmt::Break => outcome.flow = Flow::Break,
        PyStmt::Continue => outcome.flow = Flow::Continue,
        PyStmt::Nothing | PyStmt::Declare => {}
        PyStmt::Import(_) | PyStmt::Function(_) | PyStmt::Class { .. } => {
            context.scope.enter(statement);
        }
    }
    outcome
}

/// Reads statements one after the other, until one of them ends it.
pub(super) fn run(
    context: &mut Context<'_>,
    body: &[PyStatement],
    is_last: bool,
    outcome: &mut Outcome,
) {
    for (position, statement) in body.iter().enumerate() {
        if context.depth >= limits::PYTHON_DEPTH_MAX {
            doubt(outcome, Doubt::everything("code that is too deep to follow"), statement.span);
            outcome.flow = Flow::End;
            return;
        }
        context.depth += 1;
        let inner = read_statement(context, statement, is_last && position + 1 == body.len());
        context.depth -= 1;
        outcome.join(inner);
        if outcome.flow != Flow::Next {
            break;
        }
    }
}

impl Outcome {
    /// Appends what comes after it.
    pub fn join(&mut self, other: Self) {
        self.steps.extend(other.steps);
        self.queued.extend(other.queued);
        self.doubts.extend(other.doubts);
        self.flow = other.flow;
        self.value = other.value.or_else(|| self.value.take());
    }
}

/// Enters a doubt and the step that carries it to replay.
pub(super) fn doubt(outcome: &mut Outcome, found: Doubt, span: Span) {
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
    outcome: &mut Outcome,
) {
    for target in targets {
        evaluate::value(context, target, outcome);
    }
    let value = evaluate::value(context, value, outcome);
    let object = context.object(&value);
    let kind = PyStmt::Assign { targets: targets.to_vec(), value };
    context.scope.enter(&PyStatement { kind, span: statement.span });
    let Some(parts) = object else { return };
    for name in targets.iter().filter_map(PyValue::as_name) {
        let value = PyValue { kind: PyKind::Path(parts.clone()), span: statement.span };
        context.scope.bind(name, Binding::Value(value), statement.span);
    }
}

/// A batch, an autocommit block or a transaction: the body runs as usual, and what was asked of the batch
/// happens when it ends.
fn with(
    context: &mut Context<'_>,
    items: &[WithItem],
    body: &[PyStatement],
    is_last: bool,
    outcome: &mut Outcome,
) {
    let mut is_batch = false;
    for item in items {
        let batch = calls::batch_table(context, &item.context).is_some();
        is_batch |= batch;
        if !batch && !is_transaction(context, item) {
            evaluate::value(context, &item.context, outcome);
        }
        calls::open(context, item);
    }
    run(context, body, is_last, outcome);
    if is_batch {
        let queued = std::mem::take(&mut outcome.queued);
        outcome.steps.extend(queued);
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
