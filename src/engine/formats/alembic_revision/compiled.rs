//! Functions that a revision file gives to SQLAlchemy's compiler: `@compiles(ForeignKeyConstraint, "postgresql")`.
//!
//! Alembic loads all files before it runs one, so such a function has its say in every revision of the chain.

use crate::engine::dialects::Dialect;
use crate::engine::python::{PyFunction, PyModule, PyStmt, PyValue};

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
