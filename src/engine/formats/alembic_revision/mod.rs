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
mod sql_text;
mod columns;
mod naming;
mod constraints;
mod table_directives;
mod column_directives;
mod constraint_directives;
mod type_directives;
mod directives;
mod harmless;
mod calls;
mod evaluate;
mod blocks;
mod body;
mod header;
mod format;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod ddl_tests;
#[cfg(test)]
mod oracle_tests;

pub use format::FORMAT;

use std::cell::RefCell;

use crate::engine::chain::{DowngradeKind, Revision};
use crate::engine::dialects::Dialect;
use crate::engine::document::Document;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::conventions::{Convention, Naming};
use crate::engine::op::{Op, Step};
use crate::engine::python::{self, Binding, Modules, PyFunction, PyKind, PyModule, PyStmt, Scope};
use crate::engine::span::{DocumentId, Span};
use crate::wire::Certainty;

use body::Direction;
use naming::Names;

/// Reads a revision file (alembic.md 1.2, 1.3, 4) for PostgreSQL, without a naming convention. `None` when it
/// has no id that could be read; the ledger then says why.
pub fn read(document_id: DocumentId, document: &Document, ledger: &mut Ledger) -> Option<Revision> {
    let module = python::parse(document_id, &document.text);
    let naming = Naming::known(Convention::default(), "SQLAlchemy's own", None);
    let dialect = Dialect::PostgreSql;
    read_module((&Modules::default(), &module, &naming), document_id, document, dialect, ledger)
}

/// The same for a file that is parsed, with those that it may import constants from.
fn read_module(
    (modules, module, naming): (&Modules<'_>, &PyModule, &Naming),
    document_id: DocumentId,
    document: &Document,
    dialect: Dialect,
    ledger: &mut Ledger,
) -> Option<Revision> {
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
    let scope = Scope::of_module(module);
    let names = header::Names { document, module, scope: &scope, modules };
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
    let assumed = RefCell::default();
    let names = Names { naming, assumed: &assumed };
    let reader = Reader { dialect, names, document, module, scope: &scope, revision: &id };
    let upgrade = reader.steps("upgrade", Direction::Upgrade, revision.span, ledger);
    revision.upgrade.extend(upgrade);
    revision.downgrade = reader.steps("downgrade", Direction::Downgrade, revision.span, ledger);
    revision.downgrade_kind = reader.downgrade_kind();
    revision.assumed_names = assumed.into_inner();
    Some(revision)
}

fn enter_everything(ledger: &mut Ledger, span: Span, revision: Option<&str>, what: String) {
    let revision = revision.map(str::to_owned);
    ledger.undecided(Undecided { span, what, affects: Affects::Everything, revision });
}

fn unknown(span: Span, what: &str) -> Step {
    Step { op: Op::Unknown { what: what.to_owned() }, certainty: Certainty::Unverified, span }
}

struct Reader<'a> {
    dialect: Dialect,
    names: Names<'a>,
    document: &'a Document,
    module: &'a PyModule,
    scope: &'a Scope,
    revision: &'a str,
}

/// A function of the file, as its name stands once the file is loaded.
enum Found<'a> {
    Function(&'a PyFunction),
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
        ledger: &mut Ledger,
    ) -> Vec<Step> {
        let (span, what) = match self.find(name) {
            Found::Function(function) => {
                return body::read(
                    (self.document, self.dialect, self.names),
                    self.module,
                    self.scope,
                    function,
                    direction,
                    self.revision,
                    ledger,
                );
            }
            Found::Absent if direction == Direction::Downgrade => return Vec::new(),
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
        vec![step]
    }

    /// Follows `upgrade = other` to the function it names.
    fn find(&self, name: &str) -> Found<'a> {
        let mut name = name.to_owned();
        for _ in 0..8 {
            let Some((binding, span)) = self.scope.get(&name) else { return Found::Absent };
            match binding {
                Binding::Function => return self.function(&name, span),
                Binding::Undecided(why) => {
                    return Found::Undecided(span, format!("`{name}` is {why}"));
                }
                Binding::Value(value) => match value.as_name() {
                    Some(next) => next.clone_into(&mut name),
                    None => {
                        let what = format!("`{name}` is not a function of this file");
                        return Found::Undecided(span, what);
                    }
                },
            }
        }
        Found::Absent
    }

    fn function(&self, name: &str, span: Span) -> Found<'a> {
        let all = self.module.statements.iter().rev();
        let found = all.filter_map(|statement| match &statement.kind {
            PyStmt::Function(function) => Some(&**function),
            _ => None,
        });
        match found.into_iter().find(|function| function.name == name) {
            Some(function) if function.is_async => {
                Found::Undecided(span, format!("`{name}` is an async function"))
            }
            Some(function) => Found::Function(function),
            None => Found::Absent,
        }
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
