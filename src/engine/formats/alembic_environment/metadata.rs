//! The naming convention of the metadata that an `env.py` hands to Alembic, followed through the files that
//! it imports (alembic.md 1.5, 5.4). Nothing is run: names are looked up where they are bound.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::engine::op::conventions::{Convention, Naming, Pattern};
use crate::engine::python::{
    self, Modules, PyCall, PyClass, PyKind, PyModule, PyStatement, PyStmt, PyValue,
};
use crate::engine::span::{DocumentId, Span};
use crate::limits;
use crate::ordered::Map;

use super::bindings::{Bound, binding, every_statement, imports, is_flask, split};
use super::things::{Thing, attribute, held, patterns, same, unknown};

/// Packages whose modules have no metadata of the project's in them.
const LIBRARIES: &[&str] = &[
    "alembic",
    "asyncio",
    "configparser",
    "contextlib",
    "dotenv",
    "flask",
    "functools",
    "importlib",
    "logging",
    "os",
    "pathlib",
    "re",
    "sqlalchemy",
    "sqlmodel",
    "sys",
    "typing",
    "urllib",
    "warnings",
    "__future__",
];

/// Said where names lead from one to the next without an end.
const TOO_FAR: &str = "the many names that lead to it";

/// Documents by path, and what was parsed of them.
pub(super) struct Look<'a> {
    modules: &'a Modules<'a>,
    files: &'a Map<&'a str, (DocumentId, &'a str)>,
    parsed: RefCell<Map<String, Arc<PyModule>>>,
    steps_left: Cell<usize>,
}

impl<'a> Look<'a> {
    pub fn new(modules: &'a Modules<'a>, files: &'a Map<&'a str, (DocumentId, &'a str)>) -> Self {
        let steps_left = Cell::new(limits::METADATA_STEPS_MAX);
        Self { modules, files, parsed: RefCell::default(), steps_left }
    }

    /// Returns what this `env.py` hands to Alembic.
    pub fn naming(&self, path: &str) -> Naming {
        let Some(module) = self.module(path) else {
            return Naming::unseen(format!("`{path}` could not be read"), None);
        };
        let mut handed: Vec<Thing> = Vec::new();
        let mut place = None;
        let statements = every_statement(&module.statements);
        let values = statements.iter().flat_map(|statement| statement.values());
        let calls = values.flat_map(PyValue::walk).filter_map(PyValue::as_call);
        for call in calls.filter(|call| self.is_configure(&module, &call.function)) {
            place = place.or(Some(call.function.span));
            handed.push(match call.keyword("target_metadata") {
                Some(value) => {
                    place = Some(value.span);
                    self.eval(path, value)
                }
                None if call.kwargs.iter().any(|(name, _)| name.is_none()) => {
                    Thing::Unknown("`**` arguments".to_owned())
                }
                None => Thing::Nothing,
            });
        }
        let Some(first) = handed.first().cloned() else {
            let told = format!("`{path}` has no call of `context.configure`");
            return Naming::unseen(told, None);
        };
        if handed.iter().any(|other| !same(&first, other)) {
            let told = format!("`{path}` hands different metadata to Alembic at different times");
            return Naming::unseen(told, place);
        }
        self.told(path, first, place)
    }

    /// Returns whether each revision runs in a transaction of its own, which without a word it does not, and
    /// whether it says anywhere how long to wait for a lock.
    pub fn running(&self, path: &str) -> (Option<bool>, bool) {
        let Some(module) = self.module(path) else { return (None, false) };
        let statements = every_statement(&module.statements);
        let (mut own, mut waits) = (Some(false), false);
        for value in statements.iter().flat_map(|one| one.values()).flat_map(PyValue::walk) {
            waits |= value.as_str().is_some_and(|text| text.contains("lock_timeout"))
                || value.as_call().is_some_and(|call| call.keyword("lock_timeout").is_some());
            let Some(call) = value.as_call() else { continue };
            match call.keyword("transaction_per_migration").map(|given| &given.kind) {
                Some(PyKind::Bool(is_own)) => own = Some(*is_own),
                Some(_) => own = None,
                None => {}
            }
        }
        (own, waits)
    }

    /// `context.configure`, however `context` was imported.
    fn is_configure(&self, module: &PyModule, function: &PyValue) -> bool {
        let PyKind::Path(parts) = &function.kind else { return false };
        let Some((first, rest)) = parts.split_first() else { return false };
        let root = match binding(&module.statements, first) {
            Bound::Import(import) => import.path.clone(),
            _ => first.clone(),
        };
        let full = std::iter::once(root).chain(rest.iter().cloned()).collect::<Vec<_>>().join(".");
        full.ends_with("context.configure")
    }

    fn told(&self, path: &str, thing: Thing, place: Option<Span>) -> Naming {
        match thing {
            Thing::Nothing => {
                let told = format!("`{path}` hands no metadata to Alembic");
                Naming::known(Convention::default(), told, place)
            }
            Thing::List => {
                let told = format!(
                    "`{path}` hands a list of metadata to Alembic, which takes no convention from it"
                );
                Naming::known(Convention::default(), told, place)
            }
            Thing::Metadata(convention, span) => {
                let told = match convention.is_empty() {
                    true => "the metadata has no naming convention",
                    false => "the metadata has it",
                };
                Naming::known(convention, told, Some(span))
            }
            Thing::SqlModel => self.of_sqlmodel(path, place),
            Thing::Absent(module) => {
                let told = format!(
                    "`{path}` takes its metadata from `{module}`, which is not among the inputs"
                );
                Naming::unseen(told, place)
            }
            Thing::Unknown(why) => {
                let told = format!("the metadata of `{path}` is not known, because of {why}");
                Naming::unseen(told, place)
            }
            Thing::Holder(..) | Thing::Patterns(..) => {
                let told = format!("what `{path}` hands to Alembic is no metadata");
                Naming::unseen(told, place)
            }
        }
    }

    /// The one metadata of SQLModel has no convention unless a module gives it one.
    fn of_sqlmodel(&self, path: &str, place: Option<Span>) -> Naming {
        for (own, (_, text)) in self.files.iter().filter(|(own, _)| own.ends_with(".py")) {
            if text.contains("SQLModel.metadata.naming_convention")
                && let Some((convention, span)) = self.assigned_convention(own)
            {
                return self.told(path, Thing::Metadata(convention, span), place);
            }
        }
        let module = self.module(path).unwrap_or_default();
        let absent = imports(&module.statements).into_iter().find(|import| {
            let parts = split(&import.path);
            let known = LIBRARIES.contains(&parts.first().map_or("", String::as_str));
            let found = (1..=parts.len())
                .rev()
                .filter_map(|end| parts.get(..end))
                .any(|module| self.modules.find(path, module).is_some());
            !known && !found
        });
        match absent {
            Some(import) => {
                let module = import.path.trim_end_matches(".*").to_owned();
                self.told(path, Thing::Absent(module), place)
            }
            None => Naming::known(Convention::default(), "no module gives SQLModel one", place),
        }
    }

    fn module(&self, path: &str) -> Option<Arc<PyModule>> {
        if let Some(known) = self.parsed.borrow().get(path) {
            return Some(Arc::clone(known));
        }
        let (id, text) = self.files.get(path)?;
        let module = Arc::new(python::parse(*id, text));
        self.parsed.borrow_mut().insert(path.to_owned(), Arc::clone(&module));
        Some(module)
    }

    fn eval(&self, path: &str, value: &PyValue) -> Thing {
        if !self.spend() {
            return unknown(TOO_FAR);
        }
        match &value.kind {
            PyKind::None => Thing::Nothing,
            PyKind::List(_) | PyKind::Tuple(_) => Thing::List,
            PyKind::Dict(items) => patterns(items, value.span, |value| self.text(path, value)),
            PyKind::Path(parts) => self.path(path, parts),
            PyKind::Attribute { of, .. } if is_flask(of) => self.of_flask(path),
            PyKind::Attribute { of, name } => attribute(self.eval(path, of), name),
            PyKind::Call(call) => self.call(path, call, value.span),
            _ => Thing::Unknown("an expression that is not followed".to_owned()),
        }
    }

    fn text(&self, path: &str, value: &PyValue) -> Option<String> {
        if let Some(text) = value.as_str() {
            return Some(text.to_owned());
        }
        let module = self.module(path)?;
        let folded = python::Scope::of_module(&module, path).fold(value);
        folded.as_str().map(str::to_owned)
    }

    fn path(&self, path: &str, parts: &[String]) -> Thing {
        if !self.spend() {
            return unknown(TOO_FAR);
        }
        let Some((first, rest)) = parts.split_first() else { return unknown("an empty name") };
        let Some(module) = self.module(path) else { return unknown("a file that is not there") };
        let along = |found: Thing| rest.iter().fold(found, |found, name| attribute(found, name));
        let found = match binding(&module.statements, first) {
            Bound::Import(import) => {
                let start = split(&import.path).into_iter();
                self.imported(path, &start.chain(rest.iter().cloned()).collect::<Vec<_>>())
            }
            Bound::Value(value) if is_flask(value) => self.of_flask(path),
            Bound::Value(value) => along(self.eval(path, value)),
            Bound::Class(class) => along(self.class(path, class)),
            Bound::Function(body) => along(self.returned(path, body)),
            Bound::Several => unknown(&format!("`{first}`, which is bound more than once")),
            Bound::Nowhere => self.by_star(path, &module, parts),
        };
        match found {
            Thing::Metadata(..) | Thing::Holder(..) => self.changed(path, (&module, first), found),
            found => found,
        }
    }

    /// `Base.metadata = …` and `Base.metadata.naming_convention = …` change what a name stands for.
    fn changed(&self, path: &str, (module, first): (&PyModule, &str), found: Thing) -> Thing {
        let is_it = |target: &PyValue| match &target.kind {
            PyKind::Path(parts) => {
                let ends = matches!(
                    parts.last().map(String::as_str),
                    Some("metadata" | "naming_convention")
                );
                parts.len() > 1 && ends && parts.first().is_some_and(|part| part == first)
            }
            _ => false,
        };
        let given = module.statements.iter().rev().find_map(|statement| match &statement.kind {
            PyStmt::Assign { targets, value } if targets.iter().any(is_it) => Some(value),
            _ => None,
        });
        match (given.map(|value| self.eval(path, value)), found) {
            (None, found) => found,
            (
                Some(Thing::Patterns(own, span) | Thing::Metadata(own, span)),
                Thing::Metadata(..),
            ) => Thing::Metadata(own, span),
            (Some(Thing::Patterns(own, span) | Thing::Metadata(own, span)), _) => {
                Thing::Holder(own, span)
            }
            (Some(_), _) => unknown("a naming convention that is not followed"),
        }
    }

    fn spend(&self) -> bool {
        let left = self.steps_left.get().checked_sub(1);
        self.steps_left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// The convention that a module gives to something's metadata.
    fn assigned_convention(&self, path: &str) -> Option<(Convention, Span)> {
        let module = self.module(path)?;
        every_statement(&module.statements).into_iter().find_map(|statement| {
            let PyStmt::Assign { targets, value } = &statement.kind else { return None };
            let named = |target: &PyValue| {
                target.as_path().is_some_and(|path| path.ends_with(".metadata.naming_convention"))
            };
            targets.iter().any(named).then_some(())?;
            match self.eval(path, value) {
                Thing::Patterns(convention, span) => Some((convention, span)),
                _ => {
                    let mut convention = Convention::default();
                    for key in ["ix", "uq", "ck", "fk", "pk"] {
                        convention.set(key, Pattern::Unknown);
                    }
                    Some((convention, value.span))
                }
            }
        })
    }

    /// A dotted path from an import: the longest beginning that is a file, and the rest within it.
    fn imported(&self, from: &str, all: &[String]) -> Thing {
        for end in (1..=all.len()).rev() {
            let (Some(module), Some(rest)) = (all.get(..end), all.get(end..)) else { continue };
            if let Some((path, _)) = self.modules.find(from, module) {
                return match rest {
                    [] => unknown("a module where metadata is expected"),
                    rest => self.path(path, rest),
                };
            }
        }
        let words: Vec<&str> = all.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["sqlmodel", .., "SQLModel", "metadata"] => Thing::SqlModel,
            ["sqlmodel", .., "SQLModel"] => Thing::SqlModel,
            [first, .., "DeclarativeBase" | "DeclarativeBaseNoMeta"] if *first == "sqlalchemy" => {
                Thing::Holder(Convention::default(), Span::whole(DocumentId(0)))
            }
            _ => {
                let module = all.get(..all.len().saturating_sub(1)).filter(|m| !m.is_empty());
                let dotted = module.unwrap_or(all).join(".");
                let relative = dotted.trim_start_matches('.');
                Thing::Absent(if relative.is_empty() { all.join(".") } else { dotted })
            }
        }
    }

    fn by_star(&self, path: &str, module: &PyModule, parts: &[String]) -> Thing {
        let stars = imports(&module.statements).into_iter().filter(|import| import.name == "*");
        let mut absent = None;
        for star in stars {
            let module = split(star.path.trim_end_matches(".*"));
            match self.modules.find(path, &module) {
                Some((file, _)) => match self.path(file, parts) {
                    Thing::Unknown(_) => {}
                    found => return found,
                },
                None => absent = Some(Thing::Absent(module.join("."))),
            }
        }
        let name = parts.join(".");
        absent.unwrap_or_else(|| unknown(&format!("`{name}`, which is bound nowhere")))
    }

    fn class(&self, path: &str, class: &PyClass) -> Thing {
        let own = class.body.iter().rev().find_map(|statement| match &statement.kind {
            PyStmt::Assign { targets, value }
                if targets
                    .iter()
                    .any(|target| matches!(target.as_name(), Some("metadata" | "registry"))) =>
            {
                Some(value)
            }
            _ => None,
        });
        if let Some(value) = own {
            return held(self.eval(path, value));
        }
        let mut by_decorator = class.decorators.iter().filter_map(PyValue::as_call);
        if let Some(call) = by_decorator.find(|c| c.function.last_name() == Some("as_declarative"))
        {
            return self.declarative(path, call);
        }
        let mut last = unknown("a class without a base that has metadata");
        for base in &class.bases {
            match self.eval(path, base) {
                // With such a base, what other bases say of metadata counts for nothing.
                Thing::Holder(convention, _) if convention.is_empty() => {
                    return Thing::Holder(convention, base.span);
                }
                found @ (Thing::Holder(..) | Thing::SqlModel) => return found,
                found @ Thing::Absent(_) => last = found,
                _ => {}
            }
        }
        last
    }

    /// What every `return` of a function gives, if that is one thing.
    fn returned(&self, path: &str, body: &[PyStatement]) -> Thing {
        let mut found: Option<Thing> = None;
        for statement in every_statement(body) {
            let PyStmt::Return(Some(value)) = &statement.kind else { continue };
            let next = match &value.kind {
                // `metadatas[None]` is the metadata of the default bind.
                PyKind::Operation { .. } => continue,
                _ => self.eval(path, value),
            };
            if found.as_ref().is_some_and(|known| !same(known, &next)) {
                return unknown("a function that returns different things");
            }
            found = Some(next);
        }
        found.unwrap_or_else(|| unknown("a function that is not followed"))
    }

    fn call(&self, path: &str, call: &PyCall, span: Span) -> Thing {
        match call.function.last_name() {
            Some("MetaData") => match call.keyword("naming_convention") {
                None if call.kwargs.iter().any(|(name, _)| name.is_none()) => {
                    unknown("`**` arguments of `MetaData`")
                }
                None => Thing::Metadata(Convention::default(), span),
                Some(value) => match self.eval(path, value) {
                    Thing::Patterns(convention, span) => Thing::Metadata(convention, span),
                    Thing::Nothing => Thing::Metadata(Convention::default(), span),
                    Thing::Absent(module) => Thing::Absent(module),
                    _ => unknown("a naming convention that is not followed"),
                },
            },
            Some("declarative_base" | "automap_base" | "registry" | "SQLAlchemy") => {
                self.declarative(path, call)
            }
            Some("generate_base") => match &call.function.kind {
                PyKind::Attribute { of, .. } => self.eval(path, of),
                PyKind::Path(parts) => {
                    self.path(path, parts.split_last().map_or(&[], |(_, rest)| rest))
                }
                _ => unknown("a call that is not followed"),
            },
            Some("dict") => {
                let named = |(name, value): &(Option<String>, PyValue)| {
                    let key = name
                        .as_ref()
                        .map(|name| PyValue { kind: PyKind::Str(name.clone()), span: value.span });
                    (key, value.clone())
                };
                let items: Vec<_> = call.kwargs.iter().map(named).collect();
                patterns(&items, span, |value| self.text(path, value))
            }
            _ => match &call.function.kind {
                PyKind::Path(parts) => match self.path(path, parts) {
                    Thing::Holder(..) | Thing::Patterns(..) => {
                        unknown("a call that is not followed")
                    }
                    found => found,
                },
                _ => unknown("a call that is not followed"),
            },
        }
    }

    /// What makes a base class, or holds one: with `metadata=`, or with one of its own.
    fn declarative(&self, path: &str, call: &PyCall) -> Thing {
        let span = call.function.span;
        match call.keyword("metadata").or_else(|| call.keyword("model_class")) {
            Some(value) => match held(self.eval(path, value)) {
                Thing::Nothing => Thing::Holder(Convention::default(), span),
                found => found,
            },
            None if call.kwargs.iter().any(|(name, _)| name.is_none()) => {
                unknown("`**` arguments where the metadata may be")
            }
            None => Thing::Holder(Convention::default(), span),
        }
    }

    /// Flask-Migrate's `env.py` takes the metadata of the application's database object.
    fn of_flask(&self, path: &str) -> Thing {
        let mut found: Vec<Thing> = Vec::new();
        for (own, (_, text)) in self.files.iter().filter(|(own, _)| own.ends_with(".py")) {
            if !(text.contains("flask_sqlalchemy") && text.contains("SQLAlchemy(")) {
                continue;
            }
            let Some(module) = self.module(own) else { continue };
            for statement in &module.statements {
                let PyStmt::Assign { value, .. } = &statement.kind else { continue };
                let Some(call) = value.as_call() else { continue };
                if call.function.last_name() == Some("SQLAlchemy") {
                    found.push(attribute(self.declarative(own, call), "metadata"));
                }
            }
        }
        match found.as_slice() {
            [one] => one.clone(),
            [] => unknown("Flask's database object, which is not among the inputs"),
            _ => unknown(&format!("several database objects that `{path}` could mean")),
        }
    }
}
