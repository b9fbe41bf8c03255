//! Constants that a file imports from another one of the inputs.
//!
//! Only a name that stands for a text, or a list of texts, at the level of the module is followed; what a
//! function returns is not. A module is found by its path: `shop.db.labels` in `…/shop/db/labels.py`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::engine::span::{DocumentId, Span};

use super::{Binding, PyKind, PyValue, Scope, parse};

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
    files: BTreeMap<&'a str, Vec<(&'a str, &'a str)>>,
    read: RefCell<BTreeMap<String, Scope>>,
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

    /// Returns the value with every constant put in whose module is known; `from` is the importing file.
    pub fn put_in(&self, from: &str, value: &PyValue) -> PyValue {
        let all = |all: &[PyValue]| all.iter().map(|value| self.put_in(from, value)).collect();
        let kind = match &value.kind {
            PyKind::Path(parts) => match self.constant(from, parts, 0) {
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

    fn constant(&self, from: &str, parts: &[String], depth: usize) -> Option<PyKind> {
        let (name, module) = parts.split_last().filter(|(_, module)| !module.is_empty())?;
        let Some((path, text)) = self.find(from, module) else {
            let dotted = parts.join(".");
            let known = PUBLISHED.iter().find(|(path, _)| *path == dotted)?;
            return Some(PyKind::Str(known.1.to_owned()));
        };
        let bound = {
            let mut read = self.read.borrow_mut();
            let scope = read
                .entry(path.to_owned())
                .or_insert_with(|| Scope::of_module(&parse(DocumentId(0), text)));
            match scope.get(name) {
                Some((Binding::Value(value), _)) => value.kind.clone(),
                _ => return None,
            }
        };
        match bound {
            PyKind::Str(_) => Some(bound),
            PyKind::Tuple(_) | PyKind::List(_) => {
                let value = PyValue { kind: bound, span: Span::whole(DocumentId(0)) };
                // Spans of another file mean nothing where the value is put in, and are not shown.
                texts_only(&value).then_some(value.kind)
            }
            PyKind::Path(parts) if depth < IMPORTS_MAX => self.constant(path, &parts, depth + 1),
            _ => None,
        }
    }

    /// The file of a module: of several, the one nearest to the importing file.
    fn find(&self, from: &str, module: &[String]) -> Option<(&'a str, &'a str)> {
        let joined = module.join("/");
        let name = joined.trim_start_matches('.');
        let dots = joined.len() - name.len();
        let candidates = self.files.get(name.rsplit('/').next()?)?;
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
            .filter(|(path, _)| is_below(path, name))
            .map(|file| (shared(file.0), *file))
            .collect();
        fitting.sort();
        let (best, file) = *fitting.last()?;
        let ties = fitting.iter().filter(|(count, _)| *count == best).count();
        (ties == 1).then_some(file)
    }
}

fn is_module(path: &str, name: &str) -> bool {
    path.strip_prefix(name).is_some_and(|rest| rest == ".py" || rest == "/__init__.py")
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
