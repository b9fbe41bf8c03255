//! The body of `upgrade()` or `downgrade()` → [`Step`]s, with every statement in the ledger once.

use std::sync::Arc;

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::{Op, Step, Transact, Work};
use crate::engine::python::{
    Binding, PyFunction, PyKind, PyObject, PyStatement, PyStmt, PyValue, WithItem,
};
use crate::engine::schema::TableName;
use crate::engine::span::Span;
use crate::wire::Certainty;

use super::blocks;
use super::calls;
use super::context::{Context, Target};
use super::evaluate;
use super::operations;
use super::reach::{Doubt, Reach};
use super::ways::{self, Entry, doubt, emit};

/// Things of one statement that are named in its entry; the rest is counted.
const WHATS_MAX: usize = 6;

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
    /// The function may have ended, or the loop, or one turn of it.
    pub may_end: bool,
    pub may_break: bool,
    pub may_continue: bool,
    /// What may have been returned.
    pub returned: Vec<PyValue>,
    /// A step cannot happen to the schema that it meets.
    pub clashes: bool,
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
    /// It fails.
    Raise,
}

/// Reads a function's body.
pub(super) fn read(
    context: &mut Context<'_>,
    function: &PyFunction,
    revision: &str,
    ledger: &mut Ledger,
) -> Vec<Step> {
    for parameter in &function.parameters {
        let Some(first) = function.body.first() else { continue };
        let binding = match &parameter.default {
            // Alembic gives `upgrade()` nothing.
            Some(default) => Binding::Value(context.take_out(default)),
            None => Binding::Undecided("a parameter"),
        };
        context.scope.bind(&parameter.name, binding, first.span);
    }
    let mut steps = Vec::new();
    let mut ended = false;
    let mut may_end = false;
    for statement in &function.body {
        if ended {
            // Code after `return` is part of the file and does nothing.
            ledger.understood(statement.span.document, 1);
            continue;
        }
        let mut outcome = Outcome::default();
        if may_end {
            let way = ways::way(context, |context, inner| {
                *inner = read_statement(context, statement);
            });
            ended = way.outcome.flow != Flow::Next;
            ways::maybe(context, way, Entry::Followed, &mut outcome);
        } else {
            outcome = read_statement(context, statement);
            ended = outcome.flow != Flow::Next;
        }
        // One that may fail is taken to pass.
        let fails = outcome.flow == Flow::Raise && !outcome.may_end && !may_end;
        if fails && context.direction == Direction::Upgrade {
            let what = "`raise`: this upgrade always fails";
            doubt(context, &mut outcome, Doubt::everything(what), statement.span);
        }
        may_end |= outcome.may_end;
        let queued = std::mem::take(&mut outcome.queued);
        emit(context, &mut outcome, queued);
        enter(&outcome, statement, context.direction, revision, ledger);
        steps.extend(outcome.steps);
    }
    steps
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
    let shown = what.len().min(WHATS_MAX);
    let more = match what.len() - shown {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let what = format!("{}{more}", what.get(..shown).unwrap_or_default().join("; "));
    let span = match outcome.doubts.as_slice() {
        [(_, span)] => *span,
        _ => statement.span,
    };
    let affects = match direction {
        Direction::Upgrade => reach.affects(),
        Direction::Downgrade => Affects::Nothing,
    };
    let revision = Some(revision.to_owned());
    ledger.undecided(Undecided { span, what, affects, revision });
}

/// Reads one statement.
pub(super) fn read_statement(context: &mut Context<'_>, statement: &PyStatement) -> Outcome {
    let mut outcome = Outcome::default();
    if !context.spend() {
        let found = Doubt::everything("more statements than are followed");
        doubt(context, &mut outcome, found, statement.span);
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
            } else {
                outcome.value = Some(PyValue { kind: PyKind::None, span: statement.span });
            }
            outcome.flow = Flow::End;
        }
        PyStmt::Raise => outcome.flow = Flow::Raise,
        PyStmt::With { items, body } => with(context, items, body, &mut outcome),
        PyStmt::If { .. }
        | PyStmt::For { .. }
        | PyStmt::While { .. }
        | PyStmt::Try { .. }
        | PyStmt::Match { .. } => blocks::follow(context, statement, &mut outcome),
        PyStmt::Other(word) => {
            let found = Doubt::everything(format!("a `{word}` statement"));
            doubt(context, &mut outcome, found, statement.span);
        }
        PyStmt::Break => outcome.flow = Flow::Break,
        PyStmt::Continue => outcome.flow = Flow::Continue,
        PyStmt::Nothing | PyStmt::Declare => {}
        PyStmt::Outer(names) => context.forget_outer(names, statement.span),
        PyStmt::Function(function) => define(context, function, statement),
        PyStmt::Import(_) | PyStmt::Class(_) => context.scope.enter(statement),
    }
    outcome
}

/// A function inside a function sees the names around it.
fn define(context: &mut Context<'_>, function: &Arc<PyFunction>, statement: &PyStatement) {
    let closure = context.closure(function.clone());
    if closure.is_plain() {
        let binding = Binding::Function(Arc::new(closure));
        context.scope.bind(&function.name, binding, statement.span);
    } else {
        context.scope.enter(statement);
    }
}

/// Reads statements one after the other, until one of them ends it. What comes after one that may have
/// ended it may run or not.
pub(super) fn run(context: &mut Context<'_>, body: &[PyStatement], outcome: &mut Outcome) {
    let mut may_leave = false;
    for statement in body {
        if !context.enter_deeper() {
            let found = Doubt::everything("code that is too deep to follow");
            doubt(context, outcome, found, statement.span);
            outcome.flow = Flow::End;
            return;
        }
        if may_leave {
            let way = ways::way(context, |context, inner| {
                *inner = read_statement(context, statement);
            });
            let flow = way.outcome.flow;
            ways::maybe(context, way, Entry::Followed, outcome);
            outcome.flow = flow;
        } else {
            let inner = read_statement(context, statement);
            may_leave = inner.may_end || inner.may_break || inner.may_continue;
            outcome.join(inner);
        }
        context.depth -= 1;
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
        self.may_end |= other.may_end;
        self.may_break |= other.may_break;
        self.may_continue |= other.may_continue;
        self.returned.extend(other.returned);
        self.clashes |= other.clashes;
    }
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
    // A lambda that is kept sees the names around it.
    let value = match value.kind {
        PyKind::Lambda(function) => {
            let closure = Arc::new(context.closure(function));
            let kind = PyKind::Object(Arc::new(PyObject::Function(closure)));
            PyValue { kind, span: value.span }
        }
        _ => value,
    };
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
    outcome: &mut Outcome,
) {
    let mut batch = None;
    let mut autocommit = None;
    for item in items {
        let found = calls::batch_table(context, &item.context);
        if let Some(what) = operations::other_shape(context, &item.context) {
            let reach = Reach::within(found.iter().flatten().next());
            let other = Doubt { what: what.to_owned(), reach };
            doubt(context, outcome, other, item.context.span);
        }
        let is_batch = found.is_some();
        if let Some(table) = found {
            batch = Some((table, calls::recreate(context, &item.context), item.context.span));
        }
        match transaction(context, item) {
            _ if is_batch => {}
            Some(true) => autocommit = Some(item.context.span),
            Some(false) => {}
            None => {
                evaluate::value(context, &item.context, outcome);
            }
        }
        calls::open(context, item);
    }
    let mark = |what, outcome: &mut Outcome| {
        outcome.steps.extend(autocommit.map(|span| Step {
            op: Op::Transaction(what),
            certainty: Certainty::Certain,
            span,
            joined: false,
        }));
    };
    mark(Transact::Autocommit, outcome);
    run(context, body, outcome);
    mark(Transact::AutocommitEnd, outcome);
    if let Some((table, how, span)) = batch {
        let queued = std::mem::take(&mut outcome.queued);
        let builds = builds_anew(context, how, &queued);
        let on: Vec<TableName> = table.into_iter().collect();
        let mark = |work| Step {
            op: Op::Upkeep { work, on: on.clone(), concurrently: false },
            certainty: Certainty::Certain,
            span,
            joined: false,
        };
        outcome.steps.extend(builds.then(|| mark(Work::Recreate)));
        emit(context, outcome, queued);
        outcome.steps.extend(builds.then(|| mark(Work::Recreated)));
    }
}

/// Whether Alembic makes a new table and copies the rows (alembic.md 4.6): always where it is told to, and on
/// SQLite for whatever its ALTER TABLE does not know.
fn builds_anew(context: &Context<'_>, how: Option<bool>, queued: &[Step]) -> bool {
    let known = |op: &Op| match op {
        // What is worked out for each row can't be added to rows that are there.
        Op::AddColumn { column, .. } => {
            column.generated.is_none()
                && !column.default.as_deref().is_some_and(|text| text.starts_with('('))
        }
        Op::CreateIndex { .. } | Op::DropIndex { .. } | Op::Neutral { .. } => true,
        _ => false,
    };
    let asks = context.dialect == Dialect::Sqlite && !queued.iter().all(|step| known(&step.op));
    how.unwrap_or(asks)
}

/// Whether an item is a transaction of Alembic's or of the connection, and then whether it is the opposite.
fn transaction(context: &mut Context<'_>, item: &WithItem) -> Option<bool> {
    let call = item.context.as_call()?;
    match context.target(&call.function) {
        Target::Migration(name) if name == "autocommit_block" => Some(true),
        Target::Migration(name) if name == "begin_transaction" => Some(false),
        Target::Connection(name) if name == "begin" || name == "begin_nested" => Some(false),
        _ => None,
    }
}
