//! A revision file of Alembic.
//!
//! In: a document.
//! Out: a [`Revision`], and every statement of its two functions in the ledger.
//! Never: other revisions; whether parents exist is the graph's business.

mod reach;
mod context;
mod arguments;
mod type_classes;
mod types;
mod custom_types;
mod sql_text;
mod columns;
mod naming;
mod constraints;
mod kept;
mod table_directives;
mod table_options;
mod column_directives;
mod mysql_columns;
mod constraint_directives;
mod type_directives;
mod directives;
mod declared;
mod harmless;
mod calls;
mod evaluate;
mod blocks;
mod ways;
mod following;
mod operations;
mod catalogue;
mod annotated;
mod model_classes;
mod models;
mod lazy;
mod inspect;
mod reflected;
mod compiled;
mod body;
mod header;
mod format;
mod answer;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod ddl_tests;
#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod doors_tests;
#[cfg(test)]
mod oracle_tests;

pub use answer::Answers;
pub use format::FORMAT;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use crate::engine::chain::{Code, DowngradeKind, Revision};
use crate::engine::dialects::Dialect;
use crate::engine::document::Document;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::conventions::{Convention, Naming};
use crate::engine::op::{Op, Replayed, Step};
use crate::engine::python::{
    self, Binding, Modules, PyFunction, PyKind, PyModule, PyObject, PyStatement, PyStmt, Scope,
};
use crate::engine::span::{DocumentId, Span};
use crate::wire::Certainty;

use body::Direction;
use context::Context;
use naming::Names;

/// Reads a revision file (alembic.md 1.2, 1.3, 4) for PostgreSQL, without a naming convention. `None` when it
/// has no id that could be read; the ledger then says why.
pub fn read(id: DocumentId, document: &Document, ledger: &mut Ledger) -> Option<Revision> {
    let module = python::parse(id, &document.text);
    let naming = Naming::known(Convention::default(), "SQLAlchemy's own", None);
    let file = File { id, document, dialect: Dialect::PostgreSql, naming: &naming };
    let scope = Scope::of_module(&module, &document.path);
    let reading = read_module(&Modules::default(), (&module, &scope), file, None, ledger);
    reading.map(|reading| reading.revision)
}

/// A revision file, and the database that it is read for.
#[derive(Debug, Clone, Copy)]
struct File<'a> {
    id: DocumentId,
    document: &'a Document,
    dialect: Dialect,
    naming: &'a Naming,
}

/// What a revision file says.
struct Reading {
    revision: Revision,
    /// What its upgrade does depends on the schema that it meets.
    asks: bool,
}

/// The same for a file that is parsed, with those that it may import from. `seen` is the schema that its
/// upgrade meets, where that is known.
fn read_module(
    modules: &Modules<'_>,
    (module, scope): (&PyModule, &Scope),
    file: File<'_>,
    seen: Option<&Replayed>,
    ledger: &mut Ledger,
) -> Option<Reading> {
    let File { id: document_id, document, .. } = file;
    if let Some(why) = &module.refused {
        enter_everything(
            ledger,
            Span::whole(document_id),
            None,
            format!(
                "a Python file that was not read, because of {why}; simplify it, or read it yourself"
            ),
        );
        return None;
    }
    let mut starred = Cow::Borrowed(scope);
    if scope.get("*").is_some() {
        modules.stars(&document.path, starred.to_mut());
    }
    let scope = &*starred;
    let names = header::Names { document, module, scope, modules };
    let mut revision = header::read(document_id, &names, ledger)?;
    if let Some(problem) = module.errors.first() {
        let more = match module.errors.len() {
            1 => String::new(),
            count => format!(" ({} more below)", count - 1),
        };
        let message = &problem.message;
        let what = format!(
            "a syntax error, {message}{more}: Python cannot load this file, so fix it first"
        );
        revision.upgrade.push(unknown(problem.span, &what));
        enter_everything(ledger, problem.span, Some(&revision.id), what);
    }
    let id = revision.id.clone();
    let (assumed, in_sql) = (RefCell::default(), RefCell::default());
    let names = Names { naming: file.naming, assumed: &assumed, in_sql: &in_sql };
    let reader = Reader { file, names, modules, scope, revision: &id };
    let place = revision.span;
    let (upgrade, asks) = reader.steps("upgrade", Direction::Upgrade, place, seen, ledger);
    revision.upgrade.extend(upgrade);
    (revision.downgrade, _) = reader.steps("downgrade", Direction::Downgrade, place, None, ledger);
    revision.downgrade_kind = reader.downgrade_kind();
    revision.assumed_names = assumed.into_inner();
    revision.keys_in_sql = in_sql.into_inner();
    let compiled = compiled::read(module, file.dialect);
    revision.unnames_keys = compiled.unnames_keys;
    if compiled.other {
        let what = "a function of this file's for SQLAlchemy's compiler, which may write anything";
        enter_everything(ledger, place, Some(&revision.id), what.to_owned());
    }
    Some(Reading { revision, asks })
}

/// The variables of a revision file that Alembic itself reads: what they say is the graph's business.
const HEADER: &[&str] = &["revision", "down_revision", "branch_labels", "depends_on"];

/// Works out the code of a revision file.
pub fn code(id: DocumentId, text: &str) -> Code {
    let module = &python::parse(id, text);
    let fixed = &["upgrade", "downgrade"];
    let is_down = |name: Option<&str>| name == Some("downgrade");
    let is_header = |name: Option<&str>| name.is_some_and(|name| HEADER.contains(&name));
    let turns = |statement: &PyStatement| {
        matches!(
            statement.kind,
            PyStmt::If { .. }
                | PyStmt::For { .. }
                | PyStmt::While { .. }
                | PyStmt::Try { .. }
                | PyStmt::Match { .. }
        )
    };
    let bodies = module.statements.iter().flat_map(|one| match &one.kind {
        PyStmt::Function(function) => function.body.iter().collect(),
        _ => vec![one],
    });
    Code {
        is_straight: !bodies.flat_map(PyStatement::walk).any(turns),
        upgrade: python::fingerprint(module, text, fixed, |name| {
            !is_down(name) && !is_header(name)
        }),
        downgrade: python::fingerprint(module, text, fixed, is_down),
    }
}

/// Reads a revision file once more, now that the schema is known which its upgrade meets. What the ledger
/// has of the file is replaced.
fn read_against(
    seen: &Replayed,
    modules: &Modules<'_>,
    file: File<'_>,
    ledger: &mut Ledger,
) -> Option<Revision> {
    let module = python::parse(file.id, &file.document.text);
    ledger.forget(file.id);
    let scope = Scope::of_module(&module, &file.document.path);
    let reading = read_module(modules, (&module, &scope), file, Some(seen), ledger)?;
    Some(reading.revision)
}

fn enter_everything(ledger: &mut Ledger, span: Span, revision: Option<&str>, what: String) {
    let revision = revision.map(str::to_owned);
    ledger.undecided(Undecided { span, what, affects: Affects::Everything, revision });
}

fn unknown(span: Span, what: &str) -> Step {
    Step {
        op: Op::Unknown { what: what.to_owned(), tables: Vec::new(), opaque: false },
        certainty: Certainty::Unverified,
        span,
        joined: false,
    }
}

struct Reader<'a> {
    file: File<'a>,
    names: Names<'a>,
    modules: &'a Modules<'a>,
    scope: &'a Scope,
    revision: &'a str,
}

/// A function of the file, as its name stands once the file is loaded.
enum Found {
    Function(Arc<PyFunction>),
    Absent,
    /// Bound to something that is not followed; where, and what.
    Undecided(Span, String),
}

impl<'a> Reader<'a> {
    fn steps(
        &self,
        name: &str,
        direction: Direction,
        place: Span,
        seen: Option<&Replayed>,
        ledger: &mut Ledger,
    ) -> (Vec<Step>, bool) {
        let (span, what) = match self.find(name) {
            Found::Function(function) => {
                let (scope, seen) = (self.scope, seen.cloned());
                let file = (self.file.document, self.file.dialect, self.names);
                let mut context = Context::new(file, self.modules, scope, direction, seen);
                let mut steps = body::read(&mut context, &function, self.revision, ledger);
                // Thousands of them are kept, most with one step.
                steps.shrink_to_fit();
                return (steps, context.asks);
            }
            Found::Absent if direction == Direction::Downgrade => return (Vec::new(), false),
            Found::Absent => {
                let what = "a file without `upgrade()`, which Alembic cannot run; add the function";
                (place, what.to_owned())
            }
            Found::Undecided(span, what) => (span, what),
        };
        let affects = match direction {
            Direction::Upgrade => Affects::Everything,
            Direction::Downgrade => Affects::Nothing,
        };
        let step = unknown(span, &what);
        let revision = Some(self.revision.to_owned());
        ledger.undecided(Undecided { span, what, affects, revision });
        (vec![step], false)
    }

    /// Follows `upgrade = other` to the function it names.
    fn find(&self, name: &str) -> Found {
        let mut name = name.to_owned();
        for _ in 0..8 {
            let Some((binding, span)) = self.scope.get(&name) else { return Found::Absent };
            match binding {
                Binding::Function(closure) if closure.function.is_async => {
                    return Found::Undecided(span, format!("`{name}` is an async function"));
                }
                Binding::Function(closure) => return Found::Function(closure.function.clone()),
                Binding::Undecided(why) => {
                    return Found::Undecided(span, format!("`{name}` is {why}"));
                }
                Binding::Value(value) => match (&value.kind, value.as_name()) {
                    (PyKind::Object(object), _) => match &**object {
                        PyObject::Function(closure) if !closure.function.is_async => {
                            return Found::Function(closure.function.clone());
                        }
                        _ => {
                            let what = format!("`{name}` is not a function of this file");
                            return Found::Undecided(span, what);
                        }
                    },
                    (_, Some(next)) => next.clone_into(&mut name),
                    (_, None) => {
                        let what = format!("`{name}` is not a function of this file");
                        return Found::Undecided(span, what);
                    }
                },
            }
        }
        Found::Absent
    }

    fn downgrade_kind(&self) -> DowngradeKind {
        let function = match self.find("downgrade") {
            Found::Function(function) => function,
            Found::Absent => return DowngradeKind::Absent,
            Found::Undecided(..) => return DowngradeKind::Present,
        };
        let first = function.body.iter().find(|statement| match &statement.kind {
            PyStmt::Nothing | PyStmt::Declare | PyStmt::Return(None) => false,
            PyStmt::Expression(value) => !matches!(
                value.kind,
                PyKind::Str(_) | PyKind::None | PyKind::Unknown { why: "`...`", .. }
            ),
            _ => true,
        });
        match first.map(|statement| &statement.kind) {
            None => DowngradeKind::Empty,
            Some(PyStmt::Raise) => DowngradeKind::Raises,
            Some(_) => DowngradeKind::Present,
        }
    }
}
