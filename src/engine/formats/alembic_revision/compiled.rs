//! Functions that a revision file gives to SQLAlchemy's compiler: `@compiles(ForeignKeyConstraint, "postgresql")`.
//!
//! Alembic loads all files before it runs one, so such a function has its say in every revision of the chain.

use crate::engine::dialects::Dialect;
use crate::engine::python::{self, ClassObject, PyFunction, PyModule, PyStmt, PyValue};
use crate::engine::span::DocumentId;

use super::context::Context;

/// What such functions do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Compiled {
    /// They take away the names of foreign keys.
    pub unnames_keys: bool,
    /// There is one that is not understood.
    pub other: bool,
}

/// Reads the functions of a file that the compiler of this dialect asks.
pub(super) fn read(module: &PyModule, dialect: Dialect) -> Compiled {
    let mut found = Compiled::default();
    for statement in &module.statements {
        let PyStmt::Function(function) = &statement.kind else { continue };
        for decorator in &function.decorators {
            let Some(call) = decorator.as_call() else { continue };
            let dialects = || call.args.iter().skip(1).filter_map(PyValue::as_str);
            let is_asked = call.args.len() == 1 || dialects().any(|one| one == dialect.word());
            if call.function.last_name() != Some("compiles") || !is_asked {
                continue;
            }
            match call.args.first().and_then(PyValue::last_name) {
                Some("ForeignKeyConstraint") if only_unnames(function) => found.unnames_keys = true,
                Some(class) if DDL.contains(&class) => found.other = true,
                // Types are asked for where they are read.
                _ => {}
            }
        }
    }
    found
}

/// What SQLAlchemy's compiler prints for a class of the project's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Printed {
    Text(String),
    /// None of the functions is for this dialect.
    AsUsual,
}

/// Reads the functions that the file of a class gives to the compiler for it; `None` where they do more than
/// return a text.
pub(super) fn printed(context: &Context<'_>, class: &ClassObject) -> Option<Printed> {
    let own = *class.home == *context.document.path;
    let text = match context.modules.text_of(&class.home) {
        Some(text) => text,
        None if own => context.document.text.as_str(),
        None => return None,
    };
    let elsewhere = !own && context.document.text.contains(&["compiles(", &class.name].concat());
    let module = python::parse(DocumentId(0), text);
    let (mut by_name, mut for_all) = (None, None);
    for statement in module.statements.iter().filter(|_| !elsewhere) {
        let PyStmt::Function(function) = &statement.kind else { continue };
        let calls = function.decorators.iter().filter_map(PyValue::as_call);
        for call in calls.filter(|call| call.function.last_name() == Some("compiles")) {
            let [first, dialects @ ..] = call.args.as_slice() else { return None };
            if first.as_name() != Some(&class.name) {
                continue;
            }
            let dialects: Vec<&str> =
                dialects.iter().map(PyValue::as_str).collect::<Option<_>>()?;
            let asked = dialects.contains(&context.dialect.word());
            match (asked, dialects.is_empty()) {
                (true, _) => by_name = Some(function),
                (_, true) => for_all = Some(function),
                _ => {}
            }
        }
    }
    if elsewhere || !module.errors.is_empty() {
        return None;
    }
    let Some(function) = by_name.or(for_all) else { return Some(Printed::AsUsual) };
    let is_text =
        |kind: &&PyStmt| !matches!(kind, PyStmt::Expression(text) if text.as_str().is_some());
    let body: Vec<&PyStmt> =
        function.body.iter().map(|statement| &statement.kind).filter(is_text).collect();
    match body.as_slice() {
        [PyStmt::Return(Some(given))] => Some(Printed::Text(given.as_str()?.to_owned())),
        _ => None,
    }
}

/// Elements of statements that change a schema.
const DDL: &[&str] = &[
    "ForeignKeyConstraint",
    "UniqueConstraint",
    "CheckConstraint",
    "PrimaryKeyConstraint",
    "CreateTable",
    "CreateColumn",
    "CreateIndex",
    "DropTable",
    "DropIndex",
    "AddConstraint",
    "DropConstraint",
];

/// `element.name = None`, and then what the compiler does by itself.
fn only_unnames(function: &PyFunction) -> bool {
    use crate::engine::python::PyKind;
    let Some(element) = function.parameters.first() else { return false };
    let name = [element.name.as_str(), "name"];
    let body: Vec<&PyStmt> = function
        .body
        .iter()
        .map(|statement| &statement.kind)
        .filter(|kind| !matches!(kind, PyStmt::Expression(text) if text.as_str().is_some()))
        .collect();
    let [PyStmt::Assign { targets, value }, PyStmt::Return(Some(made))] = body.as_slice() else {
        return false;
    };
    let unnames =
        matches!(targets.as_slice(), [PyValue { kind: PyKind::Path(parts), .. }] if parts == &name);
    let goes_on = made
        .as_call()
        .and_then(|call| call.function.last_name())
        .is_some_and(|name| name == "visit_foreign_key_constraint");
    unnames && value.kind == PyKind::None && goes_on
}
