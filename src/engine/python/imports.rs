//! What a file imports from another one of the inputs.
//!
//! A module is found by its path: `shop.db.labels` in `…/shop/db/labels.py`.

use std::cell::RefCell;
use std::sync::Arc;

use crate::engine::span::DocumentId;
use crate::ordered::{Map, Set};

use super::{Binding, PyCall, PyKind, PyObject, PyValue, Scope, parse};

/// Modules that are never one of the files, whatever those are called.
const LIBRARIES: &[&str] = &[
    "sqlalchemy",
    "alembic",
    "sqlmodel",
    "enum",
    "typing",
    "os",
    "sys",
    "re",
    "json",
    "uuid",
    "datetime",
    "logging",
    "functools",
    "collections",
    "itertools",
    "pathlib",
    "textwrap",
    "time",
];

/// Imports followed from one file to the next.
const IMPORTS_MAX: usize = 4;

/// Constants that a framework publishes for the migrations of others, for folders that come without it.
const PUBLISHED: &[(&str, &str)] = &[
    ("neutron.db.migration.cli.CONTRACT_BRANCH", "contract"),
    ("neutron.db.migration.cli.EXPAND_BRANCH", "expand"),
];

/// The Python files of a run.
#[derive(Debug, Default)]
pub struct Modules<'a> {
    /// By the last part of the module's name.
    files: Map<&'a str, Vec<(&'a str, &'a str)>>,
    read: RefCell<Map<String, Arc<Scope>>>,
    /// Files whose `import *` is being followed.
    starred: RefCell<Set<String>>,
}

/// What a name of another file stands for.
#[derive(Debug, Clone)]
pub struct Found {
    /// The path of the file that defines it.
    pub home: Arc<str>,
    pub binding: Binding,
    /// Attributes of it that were asked for.
    pub rest: Vec<String>,
}

impl<'a> Modules<'a> {
    /// Returns the modules among files, given as path and text.
    pub fn new(files: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut modules = Self::default();
        for (path, text) in files {
            let Some(name) = path.strip_suffix(".py") else { continue };
            let name = name.strip_suffix("/__init__").unwrap_or(name);
            let last = name.rsplit('/').next().unwrap_or(name);
            modules.files.entry(last).or_default().push((path, text));
        }
        modules
    }

    /// Returns whether a path begins with a module that is never one of the files.
    pub fn is_library(path: &[String]) -> bool {
        path.first().is_some_and(|first| LIBRARIES.contains(&first.as_str()))
    }

    /// Returns the value with every constant put in whose module is known; `from` is the importing file.
    pub fn put_in(&self, from: &str, value: &PyValue) -> PyValue {
        let all = |all: &[PyValue]| all.iter().map(|value| self.put_in(from, value)).collect();
        let kind = match &value.kind {
            PyKind::Path(parts) => match self.constant(from, parts) {
                Some(kind) => kind,
                None => return value.clone(),
            },
            PyKind::Tuple(values) => PyKind::Tuple(all(values)),
            PyKind::List(values) => PyKind::List(all(values)),
            PyKind::Set(values) => PyKind::Set(all(values)),
            _ => return value.clone(),
        };
        PyValue { kind, span: value.span }
    }

    fn constant(&self, from: &str, parts: &[String]) -> Option<PyKind> {
        let Some(found) = self.look_up(from, parts) else {
            let dotted = parts.join(".");
            let known = PUBLISHED.iter().find(|(path, _)| *path == dotted)?;
            return Some(PyKind::Str(known.1.to_owned()));
        };
        let Binding::Value(value) = found.binding else { return None };
        let is_constant = matches!(value.kind, PyKind::Str(_)) || texts_only(&value);
        (is_constant && found.rest.is_empty()).then_some(value.kind)
    }

    /// Returns what an imported path stands for in the file that defines it; `from` is the importing file.
    /// Spans of what it gives belong to that other file.
    pub fn look_up(&self, from: &str, parts: &[String]) -> Option<Found> {
        let mut from = from.to_owned();
        let mut parts = parts.to_vec();
        for _ in 0..IMPORTS_MAX {
            let (path, binding, rest) = self.one_import(&from, &parts)?;
            match binding {
                // Imported there from elsewhere.
                Binding::Value(PyValue { kind: PyKind::Path(further), .. }) => {
                    parts = further.into_iter().chain(rest).collect();
                    from = path;
                }
                binding => return Some(Found { home: Arc::from(path), binding, rest }),
            }
        }
        None
    }

    fn one_import(&self, from: &str, parts: &[String]) -> Option<(String, Binding, Vec<String>)> {
        if Self::is_library(parts) {
            return None;
        }
        for length in (1..parts.len()).rev() {
            let Some((path, text)) = parts.get(..length).and_then(|name| self.find(from, name))
            else {
                continue;
            };
            let name = parts.get(length)?;
            let scope = self.parsed(path, text);
            let binding = match scope.get(name) {
                Some((binding, _)) => binding.clone(),
                None => made_on_demand(&scope, name)?,
            };
            let rest = parts.get(length + 1..).unwrap_or_default().to_vec();
            return Some((path.to_owned(), binding, rest));
        }
        None
    }

    /// Returns the names of a file of the run.
    pub fn scope_of(&self, path: &str) -> Option<Arc<Scope>> {
        let name = path.strip_suffix(".py")?;
        let name = name.strip_suffix("/__init__").unwrap_or(name);
        let candidates = self.files.get(name.rsplit('/').next()?)?;
        let (path, text) = candidates.iter().find(|(known, _)| *known == path)?;
        Some(self.parsed(path, text))
    }

    /// Returns the text of a file of the run.
    pub fn text_of(&self, path: &str) -> Option<&'a str> {
        let name = path.strip_suffix(".py")?;
        let name = name.strip_suffix("/__init__").unwrap_or(name);
        let candidates = self.files.get(name.rsplit('/').next()?)?;
        candidates.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
    }

    fn parsed(&self, path: &str, text: &str) -> Arc<Scope> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let mut scope = Scope::of_imported(&parse(DocumentId(0), text), path);
        self.stars(path, &mut scope);
        let scope = Arc::new(scope);
        self.read.borrow_mut().insert(path.to_owned(), scope.clone());
        scope
    }

    /// Puts the names in that `from .base import *` brings, unless the file binds them itself.
    pub fn stars(&self, path: &str, scope: &mut Scope) {
        let Some((Binding::Value(star), span)) = scope.get("*") else { return };
        let PyKind::Path(parts) = &star.kind else { return };
        let Some((_, module)) = parts.split_last() else { return };
        let Some((other, text)) = self.find(path, module) else { return };
        // A file that is being read imports itself in a circle.
        let begun = self.starred.borrow_mut().insert(other.to_owned());
        if !begun {
            return;
        }
        let found = self.parsed(other, text);
        self.starred.borrow_mut().remove(other);
        for (name, (binding, _)) in &*found.bindings() {
            if scope.get(name).is_none() && !name.starts_with('_') {
                scope.bind(name, binding.clone(), span);
            }
        }
    }

    /// Returns path and text of a module's file: of several, the one nearest to the importing file.
    pub fn find(&self, from: &str, module: &[String]) -> Option<(&'a str, &'a str)> {
        let joined = module.join("/");
        let name = joined.trim_start_matches('.');
        let dots = joined.len() - name.len();
        let candidates = self.files.get(name.rsplit('/').next()?)?;
        if let Some(whole) = name.strip_prefix('/') {
            return candidates.iter().find(|(path, _)| is_module(path, whole)).copied();
        }
        let mut folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        if dots > 0 {
            for _ in 1..dots {
                folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            }
            let whole =
                if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            return candidates.iter().find(|(path, _)| is_module(path, &whole)).copied();
        }
        let shared = |path: &str| {
            let pairs = path.split('/').zip(folder.split('/'));
            pairs.take_while(|(one, other)| one == other).count()
        };
        let mut fitting: Vec<(usize, (&str, &str))> = candidates
            .iter()
            .filter(|(path, _)| is_below(path, name) || is_cut(path, name, from))
            .map(|file| (shared(file.0), *file))
            .collect();
        crate::ordered::sort(&mut fitting);
        let (best, file) = *fitting.last()?;
        let ties = fitting.iter().filter(|(count, _)| *count == best).count();
        (ties == 1).then_some(file)
    }
}

/// What a module's own `__getattr__` is asked for a name that the module doesn't bind.
fn made_on_demand(scope: &Scope, name: &str) -> Option<Binding> {
    let (Binding::Function(closure), span) = scope.get("__getattr__")? else { return None };
    let object = PyKind::Object(Arc::new(PyObject::Function(closure.clone())));
    let function = PyValue { kind: object, span };
    let args = vec![PyValue { kind: PyKind::Str(name.to_owned()), span }];
    let kind = PyKind::Call(Box::new(PyCall { function, args, kwargs: Vec::new() }));
    Some(Binding::Value(PyValue { kind, span }))
}

fn is_module(path: &str, name: &str) -> bool {
    path.strip_prefix(name).is_some_and(|rest| rest == ".py" || rest == "/__init__.py")
}

/// Whether a file is the module of a package of which only a folder was handed over: what is left of its path
/// ends the module's name, and both files lie in that folder.
fn is_cut(path: &str, name: &str, from: &str) -> bool {
    let own = path.strip_suffix(".py").unwrap_or(path);
    let own = own.strip_suffix("/__init__").unwrap_or(own);
    let top = own.split_once('/').map(|(top, _)| top);
    let shares = top.is_some() && top == from.split_once('/').map(|(top, _)| top);
    shares && name.strip_suffix(own).is_some_and(|rest| rest.ends_with('/'))
}

fn is_below(path: &str, name: &str) -> bool {
    let own = path.strip_suffix(".py").unwrap_or(path);
    let own = own.strip_suffix("/__init__").unwrap_or(own);
    own.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

fn texts_only(value: &PyValue) -> bool {
    match &value.kind {
        PyKind::Tuple(all) | PyKind::List(all) => {
            all.iter().all(|value| matches!(value.kind, PyKind::Str(_)))
        }
        _ => false,
    }
}
