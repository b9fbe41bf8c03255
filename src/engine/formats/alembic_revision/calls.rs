//! Calls → [`Step`]s, or a [`Doubt`].

use crate::engine::dialects::Dialect;
use crate::engine::op::{DropKind, Op, ROWS, Step};
use crate::engine::python::{Binding, Closure, PyCall, PyKind, PyStatement, PyStmt, PyValue};
use crate::engine::schema::{ConstraintKind, Ident, TableName};
use crate::engine::span::Span;
use crate::engine::sql;
use crate::engine::sql::split::PieceKind;
use crate::limits;
use crate::wire::Certainty;

use super::catalogue;
use super::context::{Context, Target};
use super::declared;
use super::directives;
use super::harmless::{HARMLESS_CONTEXT, HARMLESS_FUNCTIONS, HARMLESS_METHODS, HARMLESS_MODULES};
use super::operations;
use super::reach::{Doubt, Reach};
use super::types;

/// Methods that hand a statement to the database.
const EXECUTES: &[&str] = &["execute", "exec_driver_sql", "scalar", "scalars"];

/// What an expression does, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// In the order in which Python makes the calls.
    pub steps: Vec<Step>,
    pub doubts: Vec<Doubt>,
}

/// Reads an expression for what it does. A call that is in doubt does not hide the others. `is_directive`:
/// the expression itself is a call of a directive.
pub(super) fn expression(context: &mut Context<'_>, value: &PyValue, is_directive: bool) -> Effect {
    let mut effect = Effect::default();
    // Outermost first, so the reverse has arguments before the call that takes them.
    let mut calls: Vec<&PyValue> = value.walk();
    calls.retain(|inside| inside.as_call().is_some());
    for inside in calls.into_iter().rev() {
        let Some(call) = inside.as_call() else { continue };
        // What stands among a directive's arguments makes a value, unless it is handed the database.
        let is_argument = is_directive
            && !std::ptr::eq(inside, value)
            && !call.args.iter().any(|given| context.is_database(given));
        let mut span = inside.span;
        match one_call(context, call, is_argument, &mut span) {
            Ok(ops) => {
                for (ix, op) in ops.into_iter().enumerate() {
                    match op {
                        Op::Unknown { what, .. } => {
                            let what = format!("SQL that could not be parsed: {what}");
                            effect.doubts.push(Doubt::everything(what));
                        }
                        Op::UnknownWithin { .. } => {
                            let reach = Reach::of_op(&op);
                            let Op::UnknownWithin { what, .. } = op else { continue };
                            effect.doubts.push(Doubt { what, reach });
                        }
                        op => effect.steps.push(Step {
                            op,
                            certainty: Certainty::Certain,
                            span,
                            joined: ix > 0,
                        }),
                    }
                }
            }
            Err(doubt) => effect.doubts.push(doubt),
        }
    }
    effect
}

/// Reads one call, without those inside it. `span` is narrowed to the SQL where there is some.
fn one_call(
    context: &mut Context<'_>,
    call: &PyCall,
    is_argument: bool,
    span: &mut Span,
) -> Result<Vec<Op>, Doubt> {
    match context.target(&call.function) {
        Target::Op(name) if name == "execute" => sql(context, call, "op.execute", span),
        Target::Op(name) if name == "invoke" => {
            let directive = operations::invoked(context, call)?;
            one_call(context, &directive, is_argument, span)
        }
        Target::Op(name) => directives::read(context, &name, call, None),
        Target::Batch(_, name) if name == "execute" => sql(context, call, "op.execute", span),
        Target::Batch(number, name) => {
            let table: Option<TableName> = context.batches.get(number).cloned().flatten();
            directives::read(context, &name, call, Some(table))
        }
        Target::Connection(name) if EXECUTES.contains(&name.as_str()) => {
            sql(context, call, "execute on the connection", span)
        }
        Target::Method(name) if EXECUTES.contains(&name.as_str()) => {
            // `result.scalar()` fetches; `session.execute(…)` sends.
            if call.args.is_empty() && call.kwargs.is_empty() {
                return Ok(Vec::new());
            }
            sql(context, call, &format!("{name}()"), span)
        }
        Target::Migration(name) if EXECUTES.contains(&name.as_str()) => {
            sql(context, call, "execute on the migration context", span)
        }
        Target::Migration(name) if HARMLESS_CONTEXT.contains(&name.as_str()) => Ok(Vec::new()),
        Target::Connection(name) | Target::Method(name) | Target::Migration(name) => {
            method(context, call, &name)
        }
        Target::Helper(closure) => helper(context, &closure),
        Target::Inspector(..) => Ok(Vec::new()),
        Target::Path(parts) if parts == ["alembic", "context", "execute"] => {
            sql(context, call, "context.execute", span)
        }
        Target::Path(parts) => path(context, call, &parts, is_argument, span),
        Target::Unknown if is_argument => Ok(Vec::new()),
        Target::Unknown => Err(Doubt::everything("a call of something that is not known")),
    }
}

fn method(context: &mut Context<'_>, call: &PyCall, name: &str) -> Result<Vec<Op>, Doubt> {
    if matches!(name, "create" | "drop")
        && let PyKind::Attribute { of, .. } = &call.function.kind
        && let Some(op) = type_object(context, of, name, call)
    {
        return decided(op);
    }
    if name == "create"
        && let PyKind::Attribute { of, .. } = &call.function.kind
        && let Some(table) = of.as_call()
        && let Some(made) = declared::of_call(context, table, call)
    {
        return made;
    }
    if HARMLESS_METHODS.contains(&name) {
        return Ok(Vec::new());
    }
    Err(Doubt::everything(format!("a call of `{name}`, whose effect is not known")))
}

fn decided(op: Op) -> Result<Vec<Op>, Doubt> {
    match op {
        Op::UnknownWithin { what, .. } => Err(Doubt { what, reach: Reach::within(None) }),
        op => Ok(vec![op]),
    }
}

/// `sa.Enum(…).create(bind)` and its like: an object that is no table.
fn type_object(context: &mut Context<'_>, of: &PyValue, verb: &str, call: &PyCall) -> Option<Op> {
    let value = context.object_of(of);
    let made = value.as_call()?;
    let kind = match made.function.last_name()? {
        "Enum" | "ENUM" => DropKind::Type,
        "DOMAIN" => DropKind::Domain,
        "Sequence" => DropKind::Sequence,
        _ => return None,
    };
    let name = types::named(context, made);
    if verb == "drop" {
        let name = name.map_or_else(|| "?".to_owned(), |name| name.to_string());
        return Some(Op::DropOther { kind, name, cascade: false });
    }
    let Some(name) = name else { return Some(Op::Neutral { what: "creates a type or sequence" }) };
    if kind != DropKind::Type {
        return Some(Op::CreateOther { kind, name });
    }
    let checked = call.keyword("checkfirst").or_else(|| call.args.get(1));
    let if_not_exists = match checked {
        None => true,
        Some(value) => context.fold(value).kind != PyKind::Bool(false),
    };
    let values = types::read(context, &value).enumeration.and_then(|found| found.values);
    Some(match values {
        Some(values) => Op::CreateEnum { name, values, if_not_exists },
        None => {
            let what = format!("creates type `{name}` with computed values");
            Op::UnknownWithin { what, tables: Vec::new() }
        }
    })
}

fn path(
    context: &mut Context<'_>,
    call: &PyCall,
    parts: &[String],
    is_argument: bool,
    span: &mut Span,
) -> Result<Vec<Op>, Doubt> {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Ok(Vec::new()) };
    // What was asked has been answered.
    if first == catalogue::ROWS {
        return Ok(Vec::new());
    }
    if let Some(made) = declared::call(context, parts, call) {
        return made;
    }
    let object = match (parts, context.scope.get(first)) {
        ([_, _, ..], Some((Binding::Value(value), _))) if value.as_call().is_some() => {
            Some(value.clone())
        }
        _ => None,
    };
    if let Some(object) = &object {
        if matches!(last.as_str(), "create" | "drop")
            && let Some(op) = type_object(context, object, last, call)
        {
            return decided(op);
        }
        if EXECUTES.contains(&last.as_str()) && !call.args.is_empty() {
            return sql(context, call, &parts.join("."), span);
        }
    }
    // Data of the file's own cannot reach the database, whatever it is asked.
    if let ([_, _, ..], Some((Binding::Value(value), _))) = (parts, context.scope.get(first))
        && is_data(&value.kind)
    {
        return Ok(Vec::new());
    }
    if let [first, second, ..] = parts
        && (first, second.as_str()) == (&"alembic".to_owned(), "context")
        && parts.iter().any(|part| HARMLESS_CONTEXT.contains(&part.as_str()))
    {
        return Ok(Vec::new());
    }
    let bound = context.scope.get(first).is_some();
    let imported = bound && object.is_none();
    let module = first.trim_start_matches('.');
    let harmless = match parts {
        [name] => HARMLESS_FUNCTIONS.contains(&name.as_str()),
        _ => !imported && HARMLESS_METHODS.contains(&last.as_str()),
    };
    // `sa.Column.metadata.create_all` is SQLAlchemy's too, so only what builds a value is let through.
    let library = HARMLESS_MODULES.contains(&module)
        && !matches!(
            last.as_str(),
            "create_all" | "drop_all" | "create" | "drop" | "system" | "run"
        );
    let logs = matches!(first.as_str(), "logger" | "log" | "logging" | "LOGGER");
    // A class is made, not called: `myapp.types.GUID()`.
    let class = last.chars().next().is_some_and(char::is_uppercase);
    if harmless || library || logs || class || (is_argument && !is_schema_wide(last)) {
        return Ok(Vec::new());
    }
    Err(Doubt::everything(format!("a call of `{}`, whose effect is not known", parts.join("."))))
}

fn is_data(kind: &PyKind) -> bool {
    matches!(
        kind,
        PyKind::Str(_)
            | PyKind::Int(_)
            | PyKind::Bool(_)
            | PyKind::None
            | PyKind::List(_)
            | PyKind::Tuple(_)
            | PyKind::Set(_)
            | PyKind::Dict(_)
            | PyKind::Plus(_)
            | PyKind::Format(_)
    )
}

fn is_schema_wide(name: &str) -> bool {
    matches!(name, "create_all" | "drop_all") || EXECUTES.contains(&name)
}

/// Follows a function for what it could do; its steps depend on arguments and stay open.
fn helper(context: &mut Context<'_>, closure: &Closure) -> Result<Vec<Op>, Doubt> {
    let function = &closure.function;
    let name = match function.name.as_str() {
        "" => "lambda",
        name => name,
    };
    let what = format!("a call of the helper function `{name}`");
    let key = (closure.home.clone(), function.name.clone());
    if context.following.len() >= limits::PYTHON_HELPER_DEPTH_MAX
        || context.following.contains(&key)
    {
        return Err(Doubt::everything(what));
    }
    let Some(names) = context.names_of(closure) else { return Err(Doubt::everything(what)) };
    context.following.push(key);
    let outer = std::mem::replace(&mut context.scope, names);
    for parameter in &function.parameters {
        let span = Span::whole(crate::engine::span::DocumentId(0));
        context.scope.bind(&parameter.name, Binding::Undecided("a parameter"), span);
    }
    let reach = reach_of(context, &function.body);
    context.scope = outer;
    context.following.pop();
    if reach.touches { Err(Doubt { what, reach }) } else { Ok(Vec::new()) }
}

/// Returns what an expression could change if it runs.
pub(super) fn reach_of_value(context: &mut Context<'_>, value: &PyValue) -> Reach {
    let mut reach = Reach::default();
    let target = value.as_call().map(|call| context.target(&call.function));
    let is_directive = matches!(target, Some(Target::Op(_) | Target::Batch(..)));
    let effect = expression(context, value, is_directive);
    for step in &effect.steps {
        reach.join(Reach::of_op(&step.op));
    }
    for doubt in effect.doubts {
        reach.join(doubt.reach);
    }
    reach
}

/// Returns what statements could change if all, some or none of them run.
pub(super) fn reach_of(context: &mut Context<'_>, statements: &[PyStatement]) -> Reach {
    let mut reach = Reach::default();
    for statement in statements.iter().flat_map(PyStatement::walk) {
        for value in statement.values() {
            reach.join(reach_of_value(context, value));
        }
        match &statement.kind {
            PyStmt::With { items, .. } => {
                for item in items {
                    open(context, item);
                }
            }
            PyStmt::Other(_) => reach.join(Reach::everything()),
            // The names a block binds are known to be unknown from its start: it may run many times.
            PyStmt::Expression(_) => {}
            _ => context.scope.enter(statement),
        }
    }
    reach
}

/// Enters the name of a `with` item; a batch, a connection or a migration context is followed.
pub(super) fn open(context: &mut Context<'_>, item: &crate::engine::python::WithItem) {
    let Some(name) = item.name.as_ref().and_then(|name| name.as_name()) else { return };
    let binding = match batch_table(context, &item.context) {
        Some(table) => {
            let parts = context.open_batch(table);
            Binding::Value(PyValue { kind: PyKind::Path(parts), span: item.context.span })
        }
        None => Binding::Undecided("made by `with`"),
    };
    context.scope.bind(name, binding, item.context.span);
}

/// Returns the table of `op.batch_alter_table(…)`, or `None` when the expression is something else.
pub(super) fn batch_table(context: &mut Context<'_>, value: &PyValue) -> Option<Option<TableName>> {
    let call = value.as_call()?;
    match context.target(&call.function) {
        Target::Op(name) if name == "batch_alter_table" => {}
        _ => return None,
    }
    let name = call.args.first().or_else(|| call.keyword("table_name"));
    let schema = call.args.get(1).or_else(|| call.keyword("schema"));
    Some(name.and_then(|name| context.table(name, schema)))
}

/// Returns whether a batch builds its table anew by its own words; `None` where it leaves that to Alembic.
pub(super) fn recreate(context: &mut Context<'_>, value: &PyValue) -> Option<bool> {
    let given = value.as_call()?.keyword("recreate")?;
    match context.text(given)?.as_str() {
        "always" => Some(true),
        "never" => Some(false),
        _ => None,
    }
}

/// The statement that a call hands to the database.
fn sql(
    context: &mut Context<'_>,
    call: &PyCall,
    how: &str,
    span: &mut Span,
) -> Result<Vec<Op>, Doubt> {
    let given =
        call.args.first().or_else(|| call.keyword("sqltext")).or_else(|| call.keyword("statement"));
    let Some(given) = given else { return Err(Doubt::everything(format!("{how} without text"))) };
    if let Some((text, place)) = literal_sql(context, given) {
        *span = place;
        let ops = statements(&text, context.dialect);
        context.names.in_sql.borrow_mut().extend(ops.iter().flat_map(named_keys));
        return Ok(ops);
    }
    if let Some(ops) = schema_object(context, given) {
        return Ok(ops);
    }
    if changes_rows(context, given) {
        return Ok(vec![Op::Neutral { what: ROWS }]);
    }
    Err(Doubt::everything(format!("{how} with a computed string")))
}

/// What the statements of a text do.
fn statements(text: &str, dialect: Dialect) -> Vec<Op> {
    sql::split::split(text)
        .into_iter()
        .filter(|piece| piece.kind == PieceKind::Statement)
        .flat_map(|piece| {
            sql::read_in(dialect, text.get(piece.start..piece.end).unwrap_or_default()).ops
        })
        .collect()
}

/// The foreign keys of a statement that have a name in it.
fn named_keys(op: &Op) -> Vec<(TableName, Ident)> {
    let is_key = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(_));
    match op {
        Op::CreateTable { table, constraints, .. } => constraints
            .iter()
            .filter(|one| is_key(&one.kind))
            .filter_map(|one| Some((table.clone(), one.name.clone()?)))
            .collect(),
        Op::AddConstraint { table, name: Some(name), kind, .. } if is_key(kind) => {
            vec![(table.clone(), name.clone())]
        }
        _ => Vec::new(),
    }
}

/// `CreateSchema("x")`, `DropSchema("x")`, `CreateSequence(Sequence("x"))`: DDL as an object.
fn schema_object(context: &mut Context<'_>, given: &PyValue) -> Option<Vec<Op>> {
    let value = context.object_of(given);
    let call = value.as_call()?;
    let first = call.args.first().or_else(|| call.keyword("name"))?;
    let cascade = call.keyword("cascade").is_some_and(|v| v.kind == PyKind::Bool(true));
    Some(vec![match call.function.last_name()? {
        "CreateSchema" => Op::Neutral { what: "creates a schema" },
        "DropSchema" => {
            Op::DropOther { kind: DropKind::Schema, name: context.text(first)?, cascade }
        }
        word @ ("CreateSequence" | "DropSequence") => {
            let made = context.object_of(first);
            let name = types::named(context, made.as_call()?)?;
            let kind = DropKind::Sequence;
            match word {
                "CreateSequence" => Op::CreateOther { kind, name },
                _ => Op::DropOther { kind, name: name.to_string(), cascade: false },
            }
        }
        _ => return None,
    }])
}

/// The text of a string, of `text("…")` or of `text("…").bindparams(…)`, and where it is written.
pub(super) fn literal_sql(context: &mut Context<'_>, value: &PyValue) -> Option<(String, Span)> {
    let mut inner = value;
    loop {
        if let Some(text) = context.fold(inner).as_str() {
            let place = match inner.as_name().and_then(|name| context.scope.get(name)) {
                Some((Binding::Value(known), _)) => known.span,
                _ => inner.span,
            };
            return Some((text.to_owned(), place));
        }
        let call = inner.as_call()?;
        inner = match (&call.function.kind, call.function.last_name()?) {
            (PyKind::Path(_), "text" | "DDL") => call.args.first()?,
            (
                PyKind::Attribute { of, .. },
                "bindparams" | "execution_options" | "columns" | "execute_if",
            ) => of,
            _ => return None,
        };
    }
}

/// `table.update().where(…)`, `sa.insert(table)`: a statement built of methods, which can only be DML when
/// its root is a table that was made here or one of SQLAlchemy's own functions.
fn changes_rows(context: &mut Context<'_>, value: &PyValue) -> bool {
    let mut inner = value;
    loop {
        let Some(call) = inner.as_call() else { return false };
        match &call.function.kind {
            PyKind::Attribute { of, name } if HARMLESS_METHODS.contains(&name.as_str()) => {
                inner = of
            }
            PyKind::Path(parts) => return is_dml_root(context, &call.function, parts),
            _ => return false,
        }
    }
}

fn is_dml_root(context: &mut Context<'_>, function: &PyValue, parts: &[String]) -> bool {
    let dml = |name: &str| matches!(name, "insert" | "update" | "delete" | "select");
    if let [table, verb] = parts
        && dml(verb)
        && let Some((Binding::Value(made), _)) = context.scope.get(table)
        && let Some(call) = made.as_call()
    {
        return matches!(call.function.last_name(), Some("table" | "Table" | "create_table"));
    }
    match context.target(function) {
        Target::Path(parts) => {
            let library = parts.first().is_some_and(|first| first == "sqlalchemy");
            library && parts.last().is_some_and(|last| dml(last))
        }
        _ => false,
    }
}
