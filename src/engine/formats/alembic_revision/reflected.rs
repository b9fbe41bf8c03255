//! Tables that are read back from the database: `metadata.reflect(bind)`, `Table(…, autoload_with=bind)`.
//!
//! They are what the chain has made by then, and are written down as the calls that would make them.

use crate::engine::op::Replayed;
use crate::engine::python::{Binding, PyCall, PyKind, PyValue};
use crate::engine::schema::{Column, Constraint, ConstraintKind, Ident, Table, TableName};
use crate::engine::span::Span;

use super::context::{Context, METADATA};
use super::evaluate::unknown;
use super::inspect;

/// The column of Alembic's own table.
const VERSION_COLUMN: &str = "version_num";
/// The class of foreign keys.
pub(super) const KEY: &str = "ForeignKeyConstraint";

/// Returns what a call gives that reads tables back, or that copies a part of one; `None` for any other, and
/// where it is not known what the chain has made by then.
pub(super) fn call(context: &mut Context<'_>, made: &PyCall, span: Span) -> Option<PyValue> {
    let PyKind::Path(parts) = &made.function.kind else { return None };
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    match words.as_slice() {
        [name, "reflect"] => reflect(context, name, made, span),
        [name, "copy" | "_copy"] if made.args.is_empty() && made.kwargs.is_empty() => {
            bound(context, name, "Column")
        }
        ["isinstance"] => is_instance(made, span),
        [.., "Table"] => autoload(context, made, span),
        _ => None,
    }
}

/// Returns a part of a table, a column or a key that a name stands for: `table.columns`, `column.type`.
pub(super) fn attribute(context: &Context<'_>, parts: &[String]) -> Option<PyKind> {
    let [name, part] = parts else { return None };
    let (Binding::Value(value), _) = context.scope.get(name)? else { return None };
    part_of(value, part)
}

/// The same of the call that makes it.
pub(super) fn part_of(made: &PyValue, part: &str) -> Option<PyKind> {
    let call = made.as_call()?;
    let nth = |at: usize| call.args.get(at).map(|value| value.kind.clone());
    match (call.function.last_name()?, part) {
        ("Table", "c" | "columns") => Some(PyKind::List(items(made, "Column")?)),
        // One for each key: none that is read back is of several columns with a name twice.
        ("Table", "foreign_keys" | "foreign_key_constraints") => {
            Some(PyKind::List(items(made, KEY)?))
        }
        (KEY, "name") => call.keyword("name").map(|name| name.kind.clone()),
        ("Table" | "Column", "name") => nth(0).filter(|kind| matches!(kind, PyKind::Str(_))),
        ("Column", "type") => nth(1).filter(|kind| matches!(kind, PyKind::Call(_))),
        ("Column", "nullable") => match call.keyword("nullable")?.kind {
            PyKind::Bool(flag) => Some(PyKind::Bool(flag)),
            _ => None,
        },
        _ => None,
    }
}

/// What of a table is of a class, and what may be.
fn items(table: &PyValue, class: &str) -> Option<Vec<PyValue>> {
    let is_it = |item: &&PyValue| match &item.kind {
        PyKind::Starred(inside) => match inside.as_call() {
            Some(made) => made.function.last_name() == Some(class),
            None => true,
        },
        _ => item.as_call().is_some_and(|made| made.function.last_name() == Some(class)),
    };
    Some(table.as_call()?.args.iter().skip(2).filter(is_it).cloned().collect())
}

/// What a `MetaData` was filled with.
#[derive(Debug, Clone)]
pub(super) struct Reflected {
    seen: Replayed,
    /// The tables that were asked for, without the others that their keys lead to.
    only: Option<Vec<TableName>>,
    span: Span,
}

impl Reflected {
    /// The tables that are there, and whether these are all.
    fn names(&self) -> Option<(Vec<TableName>, bool)> {
        let Some(only) = &self.only else {
            let (known, all) = self.seen.tables_of(None);
            let own = TableName::plain(Ident::exact(inspect::VERSION_TABLE));
            let mut names: Vec<TableName> = known.into_iter().cloned().collect();
            if !names.contains(&own) {
                names.push(own);
            }
            return Some((names, all));
        };
        let (mut names, mut all) = (only.clone(), true);
        let mut at = 0;
        while let Some(name) = names.get(at) {
            let (found, known) = self.seen.parts_of(name)?;
            all &= known;
            for constraint in &found.constraints {
                if let ConstraintKind::ForeignKey(key) = &constraint.kind
                    && !names.contains(&key.ref_table)
                {
                    names.push(key.ref_table.clone());
                }
            }
            at += 1;
        }
        Some((names, all))
    }
}

/// The tables of a reflected `MetaData`, by their names.
pub(super) fn tables(context: &Context<'_>, number: &str) -> Option<PyKind> {
    let reflected = context.reflected.get(number.parse::<usize>().ok()?)?;
    let Reflected { seen, span, .. } = reflected;
    let (names, all) = reflected.names()?;
    let text = |name: &TableName| PyValue {
        kind: PyKind::Str(name.name.as_str().to_owned()),
        span: *span,
    };
    let entry = |name: &TableName| {
        let made = table(seen, name, *span).unwrap_or_else(|| unknown(*span));
        (Some(text(name)), made)
    };
    let mut entries: Vec<(Option<PyValue>, PyValue)> = names.iter().map(entry).collect();
    if !all {
        entries.push((None, unknown(*span)));
    }
    Some(PyKind::Dict(entries))
}

/// The same tables in SQLAlchemy's order: those that others refer to first, of what is left by name. What is
/// not known of a table is marked in it, and could at most bring it to another place.
pub(super) fn sorted(context: &Context<'_>, number: &str) -> Option<PyKind> {
    let reflected = context.reflected.get(number.parse::<usize>().ok()?)?;
    let Reflected { seen, span, .. } = reflected;
    let (mut todo, all) = reflected.names()?;
    if !all {
        return None;
    }
    crate::ordered::sort(&mut todo);
    let needs = |name: &TableName, other: &TableName| {
        let keys = seen.columns_of(name).into_iter().flat_map(|(found, _)| &found.constraints);
        let mut keys = keys.map(|one| &one.kind);
        name != other
            && keys.any(
                |kind| matches!(kind, ConstraintKind::ForeignKey(key) if key.ref_table == *other),
            )
    };
    let mut made = Vec::with_capacity(todo.len());
    while !todo.is_empty() {
        let is_free = |name: &TableName| !todo.iter().any(|other| needs(name, other));
        let (free, rest): (Vec<_>, Vec<_>) = todo.iter().cloned().partition(is_free);
        // Where tables refer to each other in a circle it leaves keys out by a rule of its own.
        if free.is_empty() {
            return None;
        }
        for name in &free {
            made.push(table(seen, name, *span)?);
        }
        todo = rest;
    }
    Some(PyKind::List(made))
}

/// What a name stands for, if that is a call of this class.
fn bound(context: &Context<'_>, name: &str, class: &str) -> Option<PyValue> {
    let (Binding::Value(value), _) = context.scope.get(name)? else { return None };
    (value.as_call()?.function.last_name() == Some(class)).then(|| value.clone())
}

/// `metadata.reflect(bind)`: the name stands for the tables of this moment from now on.
fn reflect(context: &mut Context<'_>, name: &str, made: &PyCall, span: Span) -> Option<PyValue> {
    bound(context, name, "MetaData")?;
    let plain = |name: &Option<String>| {
        matches!(name.as_deref(), Some("bind" | "extend_existing" | "autoload_replace" | "only"))
    };
    if made.args.len() > 1 || !made.kwargs.iter().all(|(name, _)| plain(name)) {
        return None;
    }
    context.asks = true;
    let only = match made.keyword("only").map(|given| context.fold(given)) {
        None | Some(PyValue { kind: PyKind::None, .. }) => None,
        // A function of the project's is not asked about each table.
        Some(given) => {
            let names = context.scope.items(&given)?;
            let name = |given: &PyValue| Some(TableName::plain(Ident::exact(given.as_str()?)));
            Some(names.iter().map(name).collect::<Option<_>>()?)
        }
    };
    let seen = context.seen.clone()?;
    let parts = vec![METADATA.to_owned(), context.reflected.len().to_string()];
    context.reflected.push(Reflected { seen, only, span });
    let value = PyValue { kind: PyKind::Path(parts), span };
    context.scope.bind(name, Binding::Value(value), span);
    Some(PyValue { kind: PyKind::None, span })
}

/// `Table("name", metadata, autoload_with=bind)` without columns of its own.
fn autoload(context: &mut Context<'_>, made: &PyCall, span: Span) -> Option<PyValue> {
    let [name, _] = made.args.as_slice() else { return None };
    let plain = |name: &Option<String>| {
        matches!(name.as_deref(), Some("autoload" | "autoload_with" | "extend_existing"))
    };
    let loads = made.keyword("autoload_with").or_else(|| made.keyword("autoload"));
    if loads.is_none() || !made.kwargs.iter().all(|(name, _)| plain(name)) {
        return None;
    }
    context.asks = true;
    let name = TableName::plain(Ident::exact(context.text(name)?));
    table(context.seen.as_ref()?, &name, span)
}

/// Whether a type is of a class, as far as the names say.
fn is_instance(made: &PyCall, span: Span) -> Option<PyValue> {
    let [value, class] = made.args.as_slice() else { return None };
    let own = value.as_call()?.function.last_name()?;
    let found = match class.last_name()? {
        // What was read back has a type.
        "NullType" if own != "NullType" => false,
        name if name == own => true,
        _ => return None,
    };
    Some(PyValue { kind: PyKind::Bool(found), span })
}

/// The call that would make a table: `Table(name, None, Column(…), …)`.
fn table(seen: &Replayed, name: &TableName, span: Span) -> Option<PyValue> {
    let is_version = name.schema.is_none() && name.name.as_str() == inspect::VERSION_TABLE;
    let text = |text: &str| PyValue { kind: PyKind::Str(text.to_owned()), span };
    let mut args = vec![text(name.name.as_str()), PyValue { kind: PyKind::None, span }];
    match seen.columns_of(name) {
        Some((found, all)) => {
            args.extend(found.columns.iter().map(|one| column(seen, found, one, span)));
            args.extend(found.constraints.iter().filter_map(|one| foreign_key(one, span)));
            if !all {
                args.push(starred(unknown(span)));
            } else if seen.parts_of(name).is_none_or(|(_, whole)| !whole) {
                args.push(starred(called(&["sqlalchemy", KEY], Vec::new(), Vec::new(), span)));
            }
        }
        None if is_version => {
            let own = Column {
                name: Ident::exact(VERSION_COLUMN),
                data_type: Some("character varying(32)".to_owned()),
                ..Column::default()
            };
            let key = Ident::exact(VERSION_COLUMN);
            args.push(written(seen, &own, &[key], span));
        }
        None => return None,
    }
    Some(called(&["sqlalchemy", "Table"], args, Vec::new(), span))
}

/// Something that may be there.
fn starred(what: PyValue) -> PyValue {
    let span = what.span;
    PyValue { kind: PyKind::Starred(Box::new(what)), span }
}

/// `ForeignKeyConstraint([column, …], ["table.column", …], name=…)`.
fn foreign_key(constraint: &Constraint, span: Span) -> Option<PyValue> {
    let ConstraintKind::ForeignKey(key) = &constraint.kind else { return None };
    let value = |kind| PyValue { kind, span };
    let text = |text: String| value(PyKind::Str(text));
    let own = key.columns.iter().map(|name| text(name.as_str().to_owned())).collect();
    let other = key.ref_columns.iter().map(|name| text(format!("{}.{name}", key.ref_table)));
    let name = constraint.name.as_ref().map(|name| text(name.as_str().to_owned()));
    let mut kwargs = vec![(Some("name".to_owned()), name.unwrap_or_else(|| unknown(span)))];
    for (word, action) in [("ondelete", &key.on_delete), ("onupdate", &key.on_update)] {
        kwargs.extend(action.iter().map(|action| (Some(word.to_owned()), text(action.clone()))));
    }
    let args = vec![value(PyKind::List(own)), value(PyKind::List(other.collect()))];
    Some(called(&["sqlalchemy", KEY], args, kwargs, span))
}

fn column(seen: &Replayed, table: &Table, column: &Column, span: Span) -> PyValue {
    let is_plain =
        column.identity.is_none() && column.generated.is_none() && column.collation.is_none();
    // What is not written down here is in doubt with its whole table.
    if is_plain { written(seen, column, table.key(), span) } else { starred(unknown(span)) }
}

/// `Column(name, type, nullable=…, primary_key=…, server_default=text(…), comment=…)`. A column that counts up
/// does so again with a sequence of its own.
fn written(seen: &Replayed, column: &Column, key: &[Ident], span: Span) -> PyValue {
    let value = |kind| PyValue { kind, span };
    let in_key = key.contains(&column.name);
    let mut kwargs = vec![
        (Some("nullable".to_owned()), value(PyKind::Bool(column.nullable))),
        (Some("primary_key".to_owned()), value(PyKind::Bool(in_key))),
    ];
    let counts = column.default.as_ref().is_some_and(|text| text.starts_with("nextval("));
    if let Some(default) = column.default.as_ref().filter(|_| !(counts && in_key)) {
        let text = value(PyKind::Str(default.clone()));
        let made = called(&["sqlalchemy", "text"], vec![text], Vec::new(), span);
        kwargs.push((Some("server_default".to_owned()), made));
    }
    if in_key && !counts {
        kwargs.push((Some("autoincrement".to_owned()), value(PyKind::Bool(false))));
    }
    if let Some(comment) = &column.comment {
        kwargs.push((Some("comment".to_owned()), value(PyKind::Str(comment.clone()))));
    }
    let name = value(PyKind::Str(column.name.as_str().to_owned()));
    let data_type = inspect::reflected_type(seen, column.data_type.as_deref(), span);
    called(&["sqlalchemy", "Column"], vec![name, data_type], kwargs, span)
}

/// A call of a function of a library.
pub(super) fn called(
    path: &[&str],
    args: Vec<PyValue>,
    kwargs: Vec<(Option<String>, PyValue)>,
    span: Span,
) -> PyValue {
    let path = path.iter().map(|part| (*part).to_owned()).collect();
    let function = PyValue { kind: PyKind::Path(path), span };
    PyValue { kind: PyKind::Call(Box::new(PyCall { function, args, kwargs })), span }
}
