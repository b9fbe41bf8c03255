//! What is known while a function body is read.

use std::sync::Arc;

use crate::engine::dialects::Dialect;
use crate::engine::document::Document;
use crate::engine::op::Replayed;
use crate::engine::python::{
    Binding, Captured, Closure, Modules, PyFunction, PyKind, PyObject, PyValue, Scope,
};
use crate::engine::schema::{Ident, TableName};
use crate::engine::span::Span;
use crate::limits;
use crate::ordered::Map;

use super::body::Direction;
use super::custom_types::{self, Custom};
use super::lazy;
use super::naming::Names;
use super::reflected;

/// Stands for what `op.get_bind()` returned.
const CONNECTION: &str = "<connection>";
/// Stands for what `op.get_context()` returned.
const MIGRATION: &str = "<migration context>";
/// Stands for the object of `op.batch_alter_table`; the number of the batch follows.
const BATCH: &str = "<batch>";

/// Stands for what `sa.inspect(bind)` returned; the number of the inspector follows.
const INSPECTOR: &str = "<inspector>";

/// Stands for a `MetaData` that was filled from the database; its number follows.
pub(super) const METADATA: &str = "<metadata>";
/// Stands for the class of a type that is known by the server's words alone.
pub(super) const CATALOG: &str = "<catalog>";
/// Stands for the function that puts a name between quotes.
pub(super) const QUOTE: &str = "<quote>";
/// Stands for the dialect that a type is asked about.
pub(super) const DIALECT: &str = "<dialect>";
/// Stands for a type of the project's in its own methods; its number follows.
pub(super) const TYPE: &str = "<type>";

/// Names and objects of the function that is being read.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub document: &'a Document,
    /// The database that the migration is read for.
    pub dialect: Dialect,
    pub names: Names<'a>,
    pub modules: &'a Modules<'a>,
    pub scope: Scope,
    /// The names of the files whose functions are called, by path; the own file among them.
    pub files: Map<Arc<str>, Scope>,
    /// Tables of `op.batch_alter_table` blocks; `None` when the table is not known.
    pub batches: Vec<Option<TableName>>,
    /// Functions that are being followed: file and name.
    pub following: Vec<(Arc<str>, String)>,
    /// Which call of a function is running, and how many were made.
    pub activation: usize,
    pub activations: usize,
    /// The calls that wait for the one that is running, with their names.
    pub frames: Vec<(usize, Scope)>,
    pub direction: Direction,
    /// How deep statements and expressions that are being followed are inside one another.
    pub depth: usize,
    /// Statements that may still be run.
    pub steps_left: usize,
    /// The schema that the statement which is read now meets, where the chain has made it.
    pub seen: Option<Replayed>,
    /// Something asked the database for its tables.
    pub asks: bool,
    /// What an inspector has answered: it answers the same ever after.
    pub answered: Map<String, PyValue>,
    inspectors: usize,
    /// What modules have made on demand, by file and name.
    pub on_demand: Map<String, Option<PyValue>>,
    /// What each `MetaData` was filled with.
    pub reflected: Vec<reflected::Reflected>,
    /// Types of the project's that are being worked out.
    pub custom: Vec<Custom>,
    /// Names of outer scopes that a function has assigned.
    pub outer: Vec<String>,
    /// Inside a `try` with handlers.
    pub is_tried: bool,
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
    /// A question to an inspector, by its number.
    Inspector(String, String),
    /// A function of one of the files.
    Helper(Arc<Closure>),
    /// Any other name with its attributes, imports resolved.
    Path(Vec<String>),
    /// A method of what another expression returns.
    Method(String),
    Unknown,
}

impl<'a> Context<'a> {
    /// Returns the context in which a function of a file is read.
    pub fn new(
        (document, dialect, names): (&'a Document, Dialect, Names<'a>),
        modules: &'a Modules<'a>,
        scope: &Scope,
        direction: Direction,
        seen: Option<Replayed>,
    ) -> Self {
        let files = [(scope.home().clone(), scope.clone())].into_iter().collect();
        Self {
            document,
            dialect,
            names,
            modules,
            scope: scope.clone(),
            files,
            batches: Vec::new(),
            following: Vec::new(),
            activation: 0,
            activations: 0,
            frames: Vec::new(),
            direction,
            depth: 0,
            steps_left: limits::PYTHON_STEPS_MAX,
            seen,
            asks: false,
            answered: Map::new(),
            inspectors: 0,
            on_demand: Map::new(),
            reflected: Vec::new(),
            custom: Vec::new(),
            outer: Vec::new(),
            is_tried: false,
        }
    }

    /// Counts one statement; false when there is no more to spend.
    pub fn spend(&mut self) -> bool {
        let left = self.steps_left.checked_sub(1);
        self.steps_left = left.unwrap_or(0);
        left.is_some()
    }

    /// Counts one level; false when there are no more.
    pub fn enter_deeper(&mut self) -> bool {
        let fits = self.depth < limits::PYTHON_DEPTH_MAX;
        self.depth += usize::from(fits);
        fits
    }

    /// A function assigns names of outer scopes: what they stand for is not known any more.
    pub fn forget_outer(&mut self, names: &[String], span: Span) {
        let home = self.scope.home().clone();
        for name in names {
            let binding = Binding::Undecided("changed by a function");
            if let Some(file) = self.files.get_mut(&home) {
                file.bind(name, binding.clone(), span);
            }
            self.scope.bind(name, binding, span);
        }
        self.outer.extend(names.iter().cloned());
    }

    /// Returns the names that a function sees beside its own.
    pub fn names_of(&mut self, closure: &Closure) -> Option<Scope> {
        if let Some(captured) = &closure.captured {
            if captured.activation == self.activation {
                return Some(self.scope.clone());
            }
            let outer = self.frames.iter().find(|(number, _)| *number == captured.activation);
            let mut names = self.scope.inside(self.files.get(&closure.home)?);
            // The function around it still runs, or has ended.
            names.restore(match outer {
                Some((_, scope)) => scope.bindings(),
                None => captured.names.clone(),
            });
            return Some(names);
        }
        if !self.files.contains_key(&closure.home) {
            let found = self.modules.scope_of(&closure.home)?;
            self.files.insert(closure.home.clone(), (*found).clone());
        }
        Some(self.scope.inside(self.files.get(&closure.home)?))
    }

    /// Returns whether what is read stands in another file than the revision.
    pub fn is_abroad(&self) -> bool {
        **self.scope.home() != *self.document.path
    }

    /// Returns a value that no longer needs the names of this function.
    pub fn take_out(&mut self, value: &PyValue) -> PyValue {
        match self.object(value) {
            Some(parts) => PyValue { kind: PyKind::Path(parts), span: value.span },
            None => {
                let value = self.scope.take_out(value);
                self.imported(&value).unwrap_or(value)
            }
        }
    }

    /// Returns what an imported name stands for in the file that defines it; `None` when that is not one of
    /// the files, or the name is of another kind.
    pub fn imported(&mut self, value: &PyValue) -> Option<PyValue> {
        let PyKind::Path(parts) = &value.kind else { return None };
        // Objects of Alembic have names that no module has.
        let is_object = parts.first().is_some_and(|first| first.starts_with('<'));
        if parts.len() < 2 || is_object || Modules::is_library(parts) {
            return None;
        }
        let home = self.scope.home().clone();
        self.imported_from(&home, value)
    }

    /// The same for a name that another file imports.
    pub fn imported_from(&mut self, home: &str, value: &PyValue) -> Option<PyValue> {
        let PyKind::Path(parts) = &value.kind else { return None };
        let found = self.modules.look_up(home, parts)?;
        let kind = match found.binding {
            Binding::Function(closure) if found.rest.is_empty() => {
                PyKind::Object(Arc::new(PyObject::Function(closure)))
            }
            Binding::Value(known) => {
                let mut names = (*self.modules.scope_of(&found.home)?).clone();
                let root = match lazy::is_on_demand(&known) {
                    true => lazy::made(self, &found.home, &known)?,
                    false => names.take_out(&known),
                };
                if lazy::is_flask(&root) && !found.rest.is_empty() {
                    let parts = std::iter::once("sqlalchemy".to_owned()).chain(found.rest);
                    return Some(PyValue { kind: PyKind::Path(parts.collect()), span: value.span });
                }
                found
                    .rest
                    .iter()
                    .try_fold(root, |of, name| {
                        let kind = PyKind::Attribute { of: Box::new(of), name: name.clone() };
                        let folded = names.fold(&PyValue { kind, span: value.span });
                        (!matches!(folded.kind, PyKind::Attribute { .. })).then_some(folded)
                    })?
                    .kind
            }
            _ => return None,
        };
        Some(PyValue { kind, span: value.span })
    }

    /// Returns the value of a path that Alembic decides. A run on a database is taken rather than a script.
    pub fn constant(&mut self, parts: &[String]) -> Option<PyKind> {
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (first, rest) = words.split_first()?;
        match (*first, rest) {
            (DIALECT, ["name"]) => return Some(PyKind::Str(self.dialect.word().to_owned())),
            (METADATA, [number, "tables"]) => return reflected::tables(self, number),
            (METADATA, [number, "sorted_tables"]) => return reflected::sorted(self, number),
            (TYPE, [number, name]) => return custom_types::attribute(self, number, name),
            _ => {}
        }
        if !matches!(*first, CONNECTION | MIGRATION | INSPECTOR) {
            return None;
        }
        match rest {
            [.., "dialect" | "engine", "name"] => Some(PyKind::Str(self.dialect.word().to_owned())),
            [.., "dialect", "supports_sequences"] => {
                Some(PyKind::Bool(self.dialect == Dialect::PostgreSql))
            }
            ["as_sql"] if *first == MIGRATION => Some(PyKind::Bool(false)),
            _ => None,
        }
    }

    pub fn fold(&mut self, value: &PyValue) -> PyValue {
        let folded = self.scope.fold(value);
        self.imported(&folded).unwrap_or(folded)
    }

    /// Returns the value of an expression; a name of an object is the call that made it.
    pub fn object_of(&mut self, value: &PyValue) -> PyValue {
        let folded = self.fold(value);
        match folded.as_name().and_then(|name| self.scope.get(name)) {
            Some((Binding::Value(made), _)) if made.as_call().is_some() => made.clone(),
            _ => folded,
        }
    }

    /// Returns the source text of an expression, on one line.
    pub fn source(&self, value: &PyValue) -> String {
        let own = self.document.slice(value.span);
        let abroad = self.modules.text_of(self.scope.home());
        let text = match abroad.filter(|_| self.is_abroad()) {
            Some(text) => text.get(value.span.start..value.span.end).unwrap_or("…"),
            None => own,
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns the text of a name: a string, `op.f("…")` or `quoted_name("…")`.
    pub fn text(&mut self, value: &PyValue) -> Option<String> {
        if let Some(call) = value.as_call() {
            let named = match self.target(&call.function) {
                Target::Op(name) | Target::Batch(_, name) => name == "f",
                Target::Path(parts) => parts.last().is_some_and(|last| last == "quoted_name"),
                _ => false,
            };
            let Some(inner) = call.args.first().filter(|_| named) else {
                return self.fold(value).as_str().map(str::to_owned);
            };
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
                let known = parts.first().and_then(|name| self.scope.get(name));
                match (known, parts.as_slice()) {
                    (Some((Binding::Function(closure), _)), [_]) => {
                        return Target::Helper(closure.clone());
                    }
                    (Some((Binding::Undecided(_), _)), [_, .., method]) => {
                        return Target::Method(method.clone());
                    }
                    (Some((Binding::Undecided(_), _)), _) => return Target::Unknown,
                    (Some((Binding::Value(value), _)), names)
                        if matches!(value.kind, PyKind::Unknown { .. }) =>
                    {
                        return match names {
                            [_, .., method] => Target::Method(method.clone()),
                            _ => Target::Unknown,
                        };
                    }
                    _ => {}
                }
                let folded = self.fold(function);
                self.target_of_value(folded)
            }
            PyKind::Attribute { of, name } => {
                if let Some(parts) = self.object(of) {
                    return path_target([parts.as_slice(), std::slice::from_ref(name)].concat());
                }
                let folded = self.fold(function);
                match self.target_of_value(folded) {
                    Target::Unknown => Target::Method(name.clone()),
                    found => found,
                }
            }
            PyKind::Object(_) | PyKind::Lambda(_) => self.target_of_value(function.clone()),
            _ => Target::Unknown,
        }
    }

    fn target_of_value(&mut self, folded: PyValue) -> Target {
        match folded.kind {
            PyKind::Path(parts) => path_target(parts),
            PyKind::Object(object) => match &*object {
                PyObject::Function(closure) => Target::Helper(closure.clone()),
                PyObject::Class(class) => Target::Path(vec![class.name.clone()]),
                _ => Target::Unknown,
            },
            PyKind::Lambda(function) => Target::Helper(Arc::new(self.closure(function))),
            _ => Target::Unknown,
        }
    }

    /// Returns a function that is made while another one runs, with the names around it.
    pub fn closure(&self, function: Arc<PyFunction>) -> Closure {
        let names = self.scope.bindings();
        let captured = Captured { activation: self.activation, names };
        let home = self.scope.home().clone();
        Closure { function, home, captured: Some(captured) }
    }

    /// Returns the path that stands for an object, when the expression makes one that is followed.
    pub fn object(&mut self, value: &PyValue) -> Option<Vec<String>> {
        if let PyKind::Attribute { of, name } = &value.kind {
            let parts = self.object(of)?;
            return Some(normal([parts.as_slice(), std::slice::from_ref(name)].concat()));
        }
        let call = value.as_call()?;
        match self.target(&call.function) {
            Target::Op(name) | Target::Batch(_, name) => match name.as_str() {
                "get_bind" => Some(vec![CONNECTION.to_owned()]),
                "get_context" => Some(vec![MIGRATION.to_owned()]),
                _ => None,
            },
            Target::Path(parts) => {
                let words: Vec<&str> = parts.iter().map(String::as_str).collect();
                match words.as_slice() {
                    ["alembic", "context", "get_context"] => Some(vec![MIGRATION.to_owned()]),
                    ["alembic", "context", "get_bind"] => Some(vec![CONNECTION.to_owned()]),
                    ["sqlalchemy" | "sa", .., "inspect" | "from_engine" | "Inspector"] => {
                        let given =
                            call.args.first().or_else(|| call.kwargs.first().map(|(_, v)| v));
                        self.is_database(given?).then(|| self.inspector())
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Returns what stands for a connection.
    pub fn connection(&self, span: Span) -> PyValue {
        PyValue { kind: PyKind::Path(vec![CONNECTION.to_owned()]), span }
    }

    fn inspector(&mut self) -> Vec<String> {
        self.inspectors += 1;
        vec![INSPECTOR.to_owned(), self.inspectors.to_string()]
    }

    /// Returns whether an expression is `op`, a batch or a connection, through which anything can be done.
    pub fn is_database(&mut self, value: &PyValue) -> bool {
        if self.object(value).is_some() {
            return true;
        }
        let PyKind::Path(parts) = self.scope.fold(value).kind else { return false };
        let first = parts.first().map(String::as_str);
        matches!(first, Some(CONNECTION | BATCH | MIGRATION | INSPECTOR | "op" | "alembic"))
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

/// The context's connection is the connection.
fn normal(parts: Vec<String>) -> Vec<String> {
    match parts.split_first_chunk() {
        Some(([first, second], rest))
            if first == MIGRATION && matches!(second.as_str(), "bind" | "connection") =>
        {
            [&[CONNECTION.to_owned()], rest].concat()
        }
        _ => parts,
    }
}

fn path_target(parts: Vec<String>) -> Target {
    let parts = normal(parts);
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    match words.as_slice() {
        // `op` without an import is how a fragment is pasted.
        ["alembic", "op", name] | ["op", name] => Target::Op((*name).to_owned()),
        [BATCH, number, name] => match number.parse() {
            Ok(number) => Target::Batch(number, (*name).to_owned()),
            Err(_) => Target::Unknown,
        },
        [CONNECTION | MIGRATION, .., "identifier_preparer", "quote" | "quote_identifier"] => {
            Target::Path(vec![QUOTE.to_owned()])
        }
        // It looks at the database each time.
        [CONNECTION | MIGRATION, .., "dialect", name] => {
            Target::Inspector(String::new(), (*name).to_owned())
        }
        [CONNECTION, name] => Target::Connection((*name).to_owned()),
        [CONNECTION, .., name] => Target::Method((*name).to_owned()),
        [INSPECTOR, number, name] => Target::Inspector((*number).to_owned(), (*name).to_owned()),
        [INSPECTOR, .., name] => Target::Method((*name).to_owned()),
        [MIGRATION, .., name] => Target::Migration((*name).to_owned()),
        _ => Target::Path(parts),
    }
}
