//! Tables that a revision declares and makes through themselves: `table.create(bind)`,
//! `metadata.create_all(bind)`, `Model.__table__.create(bind)`, `Base.metadata.create_all(bind)`.
//!
//! Only what is declared in the file itself: of what other files declare, nobody knows which of them are loaded.

use std::sync::LazyLock;

use crate::engine::op::conventions::{Convention, Naming};
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::python::{Binding, ClassObject, PyCall, PyKind, PyObject, PyValue};
use crate::engine::schema::TableName;

use super::context::Context;
use super::directives;
use super::reach::{Doubt, Reach};

/// A `MetaData()` that was told nothing names as SQLAlchemy does, whatever `env.py` hands to Alembic.
static PLAIN: LazyLock<Naming> =
    LazyLock::new(|| Naming::known(Convention::default(), "SQLAlchemy's own", None));

/// A table with what makes it.
type Made = (TableName, Vec<Op>);

/// Reads a call on a name; `None` for any other, and where not all that it makes is known.
pub(super) fn call(
    context: &mut Context<'_>,
    parts: &[String],
    call: &PyCall,
) -> Option<Result<Vec<Op>, Doubt>> {
    if context.is_abroad() {
        return None;
    }
    let (verb, of) = parts.split_last()?;
    let (mut tables, absent) = match (verb.as_str(), of) {
        ("create", [name]) => (vec![bound(context, name)?], false),
        ("create", [model, own]) if own == "__table__" => (vec![of_model(context, model)?], false),
        ("create_all", [metadata]) => (of_metadata(context, metadata, call)?, true),
        ("create_all", [base, own]) if own == "metadata" => (of_base(context, base, call)?, true),
        _ => return None,
    };
    let declared: Vec<PyCall> = tables.clone();
    let declared: Vec<&PyCall> = declared.iter().collect();
    tables.iter_mut().for_each(|table| typed(table, &declared));
    make(context, &tables, call, absent)
}

/// The table and column that the key of a column leads to which says no type.
pub(super) fn lead(column: &PyCall) -> Option<(&str, &str)> {
    let key = column.args.get(1)?.as_call()?;
    let target = key.args.first().filter(|_| key.function.last_name() == Some("ForeignKey"))?;
    target.as_str()?.split_once('.')
}

/// Gives columns that say no type that of the column which their key leads to, in one of these tables.
pub(super) fn typed(table: &mut PyCall, tables: &[&PyCall]) {
    let is_called =
        |call: &PyCall, name: &str| call.args.first().and_then(PyValue::as_str) == Some(name);
    for column in table.args.iter_mut().skip(1) {
        let PyKind::Call(column) = &mut column.kind else { continue };
        let Some((table, name)) = lead(column) else { continue };
        let table = tables.iter().find(|made| is_called(made, table));
        let mut columns =
            table.iter().flat_map(|table| table.args.iter().filter_map(PyValue::as_call));
        let found = columns.find(|made| is_called(made, name)).filter(|made| lead(made).is_none());
        if let Some(data_type) = found.and_then(|made| made.args.get(1)).cloned() {
            column.args.insert(1, data_type);
        }
    }
}

/// Reads `Table(…).create(bind)`.
pub(super) fn of_call(
    context: &mut Context<'_>,
    table: &PyCall,
    call: &PyCall,
) -> Option<Result<Vec<Op>, Doubt>> {
    let table = own(context, table)?;
    make(context, &[table], call, false)
}

/// What makes the tables that are not there. `absent`: whether they are looked for when nothing is said of it.
fn make(
    context: &mut Context<'_>,
    tables: &[PyCall],
    call: &PyCall,
    absent: bool,
) -> Option<Result<Vec<Op>, Doubt>> {
    let looks = match call.keyword("checkfirst").or_else(|| call.args.get(1)) {
        None => absent,
        Some(given) => match context.fold(given).kind {
            PyKind::Bool(looks) => looks,
            _ => return None,
        },
    };
    let project = std::mem::replace(&mut context.names.naming, &PLAIN);
    let read: Result<Vec<Vec<Op>>, Doubt> =
        tables.iter().map(|table| directives::read(context, "create_table", table, None)).collect();
    context.names.naming = project;
    let read = match read {
        Ok(read) => read,
        Err(doubt) => return Some(Err(doubt)),
    };
    let mut found: Vec<Made> = Vec::new();
    for ops in read {
        let name = ops.iter().find_map(|op| match op {
            Op::CreateTable { table, .. } => Some(table.clone()),
            _ => None,
        })?;
        context.asks |= looks;
        let is_there = match looks {
            true => context.seen.as_ref().and_then(|seen| seen.has_table(&name)),
            false => Some(false),
        };
        match is_there {
            Some(true) => {}
            Some(false) => found.push((name, ops)),
            None => {
                let what = format!("creates table `{name}`, unless it is there");
                return Some(Err(Doubt { what, reach: Reach::table(&name) }));
            }
        }
    }
    Some(Ok(in_order(found)))
}

/// Tables after those that their keys lead to.
fn in_order(mut tables: Vec<Made>) -> Vec<Op> {
    let mut ops = Vec::new();
    while !tables.is_empty() {
        let is_free = |(name, ops): &Made| {
            let needs = |kind: &ConstraintKind, other: &TableName| match kind {
                ConstraintKind::ForeignKey(key) => other != name && key.ref_table == *other,
                _ => false,
            };
            !ops.iter().any(|op| match op {
                Op::CreateTable { constraints, .. } => constraints
                    .iter()
                    .any(|one| tables.iter().any(|(other, _)| needs(&one.kind, other))),
                _ => false,
            })
        };
        let next = tables.iter().position(is_free).unwrap_or(0);
        ops.extend(tables.remove(next).1);
    }
    ops
}

/// The table that a name stands for.
fn bound(context: &mut Context<'_>, name: &str) -> Option<PyCall> {
    let (Binding::Value(value), _) = context.scope.get(name)? else { return None };
    let table = value.as_call()?.clone();
    own(context, &table)
}

/// A declared table as the arguments of `op.create_table`, when its metadata was told nothing.
fn own(context: &mut Context<'_>, table: &PyCall) -> Option<PyCall> {
    let metadata = context.object_of(table.args.get(1)?);
    let reads_back = ["autoload", "autoload_with"].iter().any(|name| table.keyword(name).is_some());
    let is_table = table.function.last_name() == Some("Table") && !reads_back;
    (is_table && is_plain(&metadata)).then(|| without_metadata(table))
}

fn without_metadata(table: &PyCall) -> PyCall {
    let mut table = table.clone();
    if table.args.len() > 1 {
        table.args.remove(1);
    }
    table
}

/// `MetaData()`
fn is_plain(value: &PyValue) -> bool {
    value.as_call().is_some_and(|made| {
        let is_metadata = made.function.last_name() == Some("MetaData");
        is_metadata && made.args.is_empty() && made.kwargs.is_empty()
    })
}

/// The tables of `metadata.create_all(bind)`: all that the file declares, or those that it names.
fn of_metadata(context: &mut Context<'_>, name: &str, call: &PyCall) -> Option<Vec<PyCall>> {
    if let Some(chosen) = call.keyword("tables") {
        return named(context, chosen);
    }
    let (Binding::Value(metadata), _) = context.scope.get(name)? else { return None };
    if !is_plain(metadata) {
        return None;
    }
    let values = values(context);
    let tables = values.iter().filter_map(PyValue::as_call).filter(|made| {
        made.function.last_name() == Some("Table")
            && made.args.get(1).and_then(PyValue::as_name) == Some(name)
    });
    let tables: Vec<PyCall> = tables.map(without_metadata).collect();
    // One that has no name, or more metadata than one: which tables there are is not known.
    (tables.len() == mentions(context, "Table(")).then_some(tables)
}

/// `tables=[users, Model.__table__]`
fn named(context: &mut Context<'_>, chosen: &PyValue) -> Option<Vec<PyCall>> {
    let PyKind::List(chosen) = &chosen.kind else { return None };
    let one = |value: &PyValue| match &value.kind {
        PyKind::Path(parts) => match parts.as_slice() {
            [name] => bound(context, name),
            [model, own] if own == "__table__" => of_model(context, model),
            _ => None,
        },
        _ => None,
    };
    chosen.iter().map(one).collect()
}

/// The tables of `Base.metadata.create_all(bind)`.
fn of_base(context: &mut Context<'_>, base: &str, call: &PyCall) -> Option<Vec<PyCall>> {
    if let Some(chosen) = call.keyword("tables") {
        return named(context, chosen);
    }
    let (Binding::Value(base), _) = context.scope.get(base)? else { return None };
    let base = is_base(base).then(|| base.clone())?;
    let mut tables = Vec::new();
    for value in values(context) {
        if let Some(class) = class(&value)
            && class.bases.iter().any(|one| one.kind == base.kind)
        {
            tables.push(table_of(class)?);
        }
    }
    let all = tables.len() == mentions(context, "__tablename__ =");
    (all && mentions(context, "Table(") == 0).then_some(tables)
}

/// What the names of the file and of the function stand for.
fn values(context: &Context<'_>) -> Vec<PyValue> {
    let bindings = context.scope.bindings();
    bindings
        .values()
        .filter_map(|(binding, _)| match binding {
            Binding::Value(value) => Some(value.clone()),
            _ => None,
        })
        .collect()
}

/// How often the file has a word.
fn mentions(context: &Context<'_>, word: &str) -> usize {
    let text = &context.document.text;
    let before = |at: usize| text.get(..at).and_then(|before| before.chars().next_back());
    let is_own = |at: usize| before(at).is_none_or(|c| !c.is_alphanumeric() && c != '_');
    text.match_indices(word).filter(|(at, _)| is_own(*at)).count()
}

fn class(value: &PyValue) -> Option<&ClassObject> {
    match &value.kind {
        PyKind::Object(object) => match &**object {
            PyObject::Class(class) => Some(class),
            _ => None,
        },
        _ => None,
    }
}

/// A base of models whose metadata was told nothing.
fn is_base(value: &PyValue) -> bool {
    let of_library = |base: &PyValue| base.last_name() == Some("DeclarativeBase");
    match (value.as_call(), class(value)) {
        (Some(made), _) => {
            let is_it = made.function.last_name() == Some("declarative_base");
            is_it && made.args.is_empty() && made.kwargs.is_empty()
        }
        (_, Some(class)) => {
            class.bases.iter().all(of_library) && class.members.is_empty() && !class.open
        }
        _ => false,
    }
}

fn of_model(context: &Context<'_>, name: &str) -> Option<PyCall> {
    let (Binding::Value(value), _) = context.scope.get(name)? else { return None };
    table_of(class(value)?)
}

/// The table of a model with nothing but columns of its own.
fn table_of(class: &ClassObject) -> Option<PyCall> {
    let [base] = class.bases.as_slice() else { return None };
    if class.open || !is_base(base) {
        return None;
    }
    let member = |wanted: &str| class.members.iter().find(|(name, _)| name == wanted);
    let (_, name) = member("__tablename__")?;
    let (mut args, mut kwargs) = (vec![name.clone()], Vec::new());
    for (name, value) in class.members.iter().filter(|(name, _)| !name.starts_with("__")) {
        let Some(made) = value.as_call() else {
            match &value.kind {
                PyKind::Object(_) => continue,
                _ => return None,
            }
        };
        match made.function.last_name() {
            Some("Column") => {
                let mut column = made.clone();
                if !matches!(column.args.first().map(|first| &first.kind), Some(PyKind::Str(_))) {
                    let name = PyValue { kind: PyKind::Str(name.clone()), span: value.span };
                    column.args.insert(0, name);
                }
                let kind = PyKind::Call(Box::new(column));
                args.push(PyValue { kind, span: value.span });
            }
            Some("relationship") => {}
            // What the annotation says of it is not read.
            _ => return None,
        }
    }
    let more = member("__table_args__").map(|(_, more)| &more.kind);
    let last = match more {
        None => None,
        Some(PyKind::Tuple(all)) => {
            let options = all.last().filter(|last| matches!(last.kind, PyKind::Dict(_)));
            let count = all.len() - usize::from(options.is_some());
            args.extend(all.iter().take(count).cloned());
            options.map(|options| &options.kind)
        }
        Some(other) => Some(other),
    };
    match last {
        None => {}
        Some(PyKind::Dict(pairs)) => {
            for (key, value) in pairs {
                kwargs.push((Some(key.as_ref()?.as_str()?.to_owned()), value.clone()));
            }
        }
        Some(_) => return None,
    }
    let path = ["sqlalchemy", "Table"].map(str::to_owned).to_vec();
    let function = PyValue { kind: PyKind::Path(path), span: name.span };
    Some(PyCall { function, args, kwargs })
}
