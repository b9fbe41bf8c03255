//! What is known while a function body is read.

use std::collections::BTreeMap;

use crate::engine::dialects::Dialect;
use crate::engine::document::Document;
use crate::engine::python::{Binding, PyFunction, PyKind, PyValue, Scope};
use crate::engine::schema::{Ident, TableName};

use super::body::Direction;
use super::naming::Names;

/// Stands for what `op.get_bind()` returned.
const CONNECTION: &str = "<connection>";
/// Stands for what `op.get_context()` returned.
const MIGRATION: &str = "<migration context>";
/// Stands for the object of `op.batch_alter_table`; the number of the batch follows.
const BATCH: &str = "<batch>";

/// Names and objects of the function that is being read.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub document: &'a Document,
    /// The database that the migration is read for.
    pub dialect: Dialect,
    pub names: Names<'a>,
    pub scope: Scope,
    pub functions: BTreeMap<&'a str, &'a PyFunction>,
    /// Tables of `op.batch_alter_table` blocks; `None` when the table is not known.
    pub batches: Vec<Option<TableName>>,
    /// Helper functions that are being followed.
    pub following: Vec<String>,
    /// The names of the file, for functions that are called.
    pub module_scope: Scope,
    pub direction: Direction,
    /// How deep statements and expressions that are being followed are inside one another.
    pub depth: usize,
    /// Statements that may still be run.
    pub steps_left: usize,
}

/// What a call calls.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// A directive of Alembic.
    Op(String),
    /// A directive on a batch, by its number.
    Batch(usize, String),
    Connection(String),
    /// A method of Alembic's migration context.
    Migration(String),
    /// A function of the file.
    Helper(String),
    /// Any other name with its attributes, imports resolved.
    Path(Vec<String>),
    /// A method of what another expression returns.
    Method(String),
    Unknown,
}

impl<'a> Context<'a> {
    /// Counts one statement; false when there is no more to spend.
    pub fn spend(&mut self) -> bool {
        let left = self.steps_left.checked_sub(1);
        self.steps_left = left.unwrap_or(0);
        left.is_some()
    }

    /// Returns a value that no longer needs the names of this function.
    pub fn take_out(&mut self, value: &PyValue) -> PyValue {
        match self.object(value) {
            Some(parts) => PyValue { kind: PyKind::Path(parts), span: value.span },
            None => self.scope.take_out(value),
        }
    }

    /// Returns the value of a path that Alembic decides. A run on a database is taken rather than a script.
    pub fn constant(&mut self, parts: &[String]) -> Option<PyKind> {
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        let dialect = || Some(PyKind::Str(self.dialect.word().to_owned()));
        match words.as_slice() {
            [CONNECTION | MIGRATION, "dialect" | "engine", "name"]
            | [CONNECTION, "engine", "dialect", "name"]
            | [MIGRATION, "bind", "dialect", "name"]
            | [MIGRATION, "connection", "dialect", "name"] => dialect(),
            [MIGRATION, "as_sql"] => Some(PyKind::Bool(false)),
            _ => None,
        }
    }

    pub fn fold(&mut self, value: &PyValue) -> PyValue {
        self.scope.fold(value)
    }

    /// Returns the value of an expression; a name of an object is the call that made it.
    pub fn object_of(&mut self, value: &PyValue) -> PyValue {
        let folded = self.scope.fold(value);
        match folded.as_name().and_then(|name| self.scope.get(name)) {
            Some((Binding::Value(made), _)) if made.as_call().is_some() => made.clone(),
            _ => folded,
        }
    }

    /// Returns the source text of an expression, on one line.
    pub fn source(&self, value: &PyValue) -> String {
        self.document.slice(value.span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns the text of a name: a string, `op.f("…")` or `quoted_name("…")`.
    pub fn text(&mut self, value: &PyValue) -> Option<String> {
        if let Some(call) = value.as_call() {
            let named = match self.target(&call.function) {
                Target::Op(name) | Target::Batch(_, name) => name == "f",
                Target::Path(parts) => parts.last().is_some_and(|last| last == "quoted_name"),
                _ => false,
            };
            let inner = call.args.first().filter(|_| named)?;
            // Without quotes the server folds it.
            let bare = call.kwargs.iter().any(|(name, value)| {
                name.as_deref() == Some("quote") && value.kind == PyKind::Bool(false)
            });
            let text = self.fold(inner).as_str().map(str::to_owned);
            return text.map(|text| if bare { text.to_lowercase() } else { text });
        }
        self.fold(value).as_str().map(str::to_owned)
    }

    /// Returns what a call calls.
    pub fn target(&mut self, function: &PyValue) -> Target {
        match &function.kind {
            PyKind::Path(parts) => {
                if let [name] = parts.as_slice()
                    && matches!(self.scope.get(name), Some((Binding::Function, _)))
                {
                    return Target::Helper(name.clone());
                }
                let known = parts.first().and_then(|name| self.scope.get(name));
                if let Some((Binding::Undecided(_), _)) = known {
                    return match parts.as_slice() {
                        [_, .., method] => Target::Method(method.clone()),
                        _ => Target::Unknown,
                    };
                }
                match self.fold(function).kind {
                    PyKind::Path(parts) => path_target(parts),
                    _ => Target::Unknown,
                }
            }
            PyKind::Attribute { of, name } => match self.object(of) {
                Some(parts) => path_target(parts.into_iter().chain([name.clone()]).collect()),
                None => Target::Method(name.clone()),
            },
            _ => Target::Unknown,
        }
    }

    /// Returns the path that stands for an object, when the expression makes one that is followed.
    pub fn object(&mut self, value: &PyValue) -> Option<Vec<String>> {
        let call = value.as_call()?;
        match self.target(&call.function) {
            Target::Op(name) | Target::Batch(_, name) => match name.as_str() {
                "get_bind" => Some(vec![CONNECTION.to_owned()]),
                "get_context" => Some(vec![MIGRATION.to_owned()]),
                _ => None,
            },
            Target::Path(parts) => {
                let words: Vec<&str> = parts.iter().map(String::as_str).collect();
                let named = matches!(words.as_slice(), ["alembic", "context", "get_context"]);
                let bound = matches!(words.as_slice(), ["alembic", "context", "get_bind"]);
                match (named, bound) {
                    (true, _) => Some(vec![MIGRATION.to_owned()]),
                    (_, true) => Some(vec![CONNECTION.to_owned()]),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Returns whether an expression is `op`, a batch or a connection, through which anything can be done.
    pub fn is_database(&mut self, value: &PyValue) -> bool {
        if self.object(value).is_some() {
            return true;
        }
        let PyKind::Path(parts) = self.fold(value).kind else { return false };
        let first = parts.first().map(String::as_str);
        matches!(first, Some(CONNECTION | BATCH | MIGRATION | "op" | "alembic"))
    }

    /// Registers a batch and returns the path that stands for its object.
    pub fn open_batch(&mut self, table: Option<TableName>) -> Vec<String> {
        self.batches.push(table);
        vec![BATCH.to_owned(), (self.batches.len() - 1).to_string()]
    }

    /// Returns the name of a table, or `None` when either part is not known.
    pub fn table(&mut self, name: &PyValue, schema: Option<&PyValue>) -> Option<TableName> {
        let name = Ident::exact(self.text(name)?);
        let Some(schema) = schema else { return Some(TableName::plain(name)) };
        let schema = self.fold(schema);
        match &schema.kind {
            PyKind::None => Some(TableName::plain(name)),
            PyKind::Str(schema) => {
                let default = self.dialect.row().default_schema;
                Some(TableName::qualified(Ident::exact(schema), name, default))
            }
            _ => None,
        }
    }
}

fn path_target(parts: Vec<String>) -> Target {
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    match words.as_slice() {
        // `op` without an import is how a fragment is pasted.
        ["alembic", "op", name] | ["op", name] => Target::Op((*name).to_owned()),
        [BATCH, number, name] => match number.parse() {
            Ok(number) => Target::Batch(number, (*name).to_owned()),
            Err(_) => Target::Unknown,
        },
        [CONNECTION, name] => Target::Connection((*name).to_owned()),
        [CONNECTION, .., name] => Target::Method((*name).to_owned()),
        [MIGRATION, .., name] => Target::Migration((*name).to_owned()),
        _ => Target::Path(parts),
    }
}
