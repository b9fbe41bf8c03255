//! The parser's statements → ours.

use std::sync::Arc;

use ruff_python_ast::{
    Decorator, ExceptHandler, Identifier, Parameters, Stmt, StmtImport, StmtImportFrom, StmtTry,
};
use ruff_text_size::Ranged;

use super::parse::Source;
use super::values::lower as value;
use super::{
    Import, Parameter, ParameterKind, PyClass, PyFunction, PyStatement, PyStmt, PyValue, WithItem,
};

/// Lowers a body. Recursion is bounded: [`super::nesting`] has refused deep texts.
pub(super) fn lower_all(source: &Source<'_>, suite: &[Stmt]) -> Vec<PyStatement> {
    suite
        .iter()
        .map(|statement| PyStatement {
            kind: lower(source, statement),
            span: source.span(statement.range()),
        })
        .collect()
}

fn lower(source: &Source<'_>, statement: &Stmt) -> PyStmt {
    let body = |suite: &[Stmt]| lower_all(source, suite);
    match statement {
        Stmt::Import(import) => PyStmt::Import(plain_import(import)),
        Stmt::ImportFrom(import) => PyStmt::Import(import_from(import)),
        Stmt::Assign(assign) => PyStmt::Assign {
            targets: assign.targets.iter().map(|target| value(source, target)).collect(),
            value: value(source, &assign.value),
        },
        Stmt::AnnAssign(assign) => match &assign.value {
            Some(given) => PyStmt::Assign {
                targets: vec![value(source, &assign.target)],
                value: value(source, given),
            },
            None => PyStmt::Declare,
        },
        Stmt::AugAssign(assign) => PyStmt::Rebind {
            target: value(source, &assign.target),
            value: Some(value(source, &assign.value)),
        },
        Stmt::Delete(delete) => PyStmt::Rebind {
            target: PyValue {
                kind: super::PyKind::Tuple(
                    delete.targets.iter().map(|target| value(source, target)).collect(),
                ),
                span: source.span(delete.range()),
            },
            value: None,
        },
        Stmt::FunctionDef(function) => PyStmt::Function(Arc::new(PyFunction {
            name: function.name.to_string(),
            parameters: parameters(source, &function.parameters),
            decorators: decorators(source, &function.decorator_list),
            is_async: function.is_async,
            body: body(&function.body),
            returns: function.returns.as_deref().map(|given| value(source, given)),
        })),
        Stmt::ClassDef(class) => PyStmt::Class(Arc::new(PyClass {
            name: class.name.to_string(),
            bases: class.bases().iter().map(|base| value(source, base)).collect(),
            decorators: decorators(source, &class.decorator_list),
            body: body(&class.body),
            annotations: annotations(source, &class.body),
        })),
        Stmt::Expr(expression) => PyStmt::Expression(value(source, &expression.value)),
        Stmt::Pass(_) => PyStmt::Nothing,
        Stmt::Global(outer) => PyStmt::Outer(names(&outer.names)),
        Stmt::Nonlocal(outer) => PyStmt::Outer(names(&outer.names)),
        Stmt::Break(_) => PyStmt::Break,
        Stmt::Continue(_) => PyStmt::Continue,
        Stmt::Return(given) => PyStmt::Return(given.value.as_deref().map(|v| value(source, v))),
        Stmt::Raise(_) => PyStmt::Raise,
        Stmt::Assert(assert) => PyStmt::Assert(value(source, &assert.test)),
        _ => lower_block(source, statement),
    }
}

fn annotations(source: &Source<'_>, body: &[Stmt]) -> Vec<(String, PyValue)> {
    let annotated = body.iter().filter_map(|statement| match statement {
        Stmt::AnnAssign(assign) => {
            let name = value(source, &assign.target).as_name()?.to_owned();
            Some((name, value(source, &assign.annotation)))
        }
        _ => None,
    });
    annotated.collect()
}

fn lower_block(source: &Source<'_>, statement: &Stmt) -> PyStmt {
    let body = |suite: &[Stmt]| lower_all(source, suite);
    match statement {
        Stmt::If(block) => {
            let mut arms = vec![(Some(value(source, &block.test)), body(&block.body))];
            arms.extend(block.elif_else_clauses.iter().map(|clause| {
                (clause.test.as_ref().map(|test| value(source, test)), body(&clause.body))
            }));
            PyStmt::If { arms }
        }
        Stmt::For(block) => PyStmt::For {
            target: value(source, &block.target),
            iterable: value(source, &block.iter),
            body: body(&block.body),
            otherwise: body(&block.orelse),
        },
        Stmt::While(block) => PyStmt::While {
            test: value(source, &block.test),
            body: body(&block.body),
            otherwise: body(&block.orelse),
        },
        Stmt::With(block) => PyStmt::With {
            items: block
                .items
                .iter()
                .map(|item| WithItem {
                    context: value(source, &item.context_expr),
                    name: item.optional_vars.as_deref().map(|name| value(source, name)),
                })
                .collect(),
            body: body(&block.body),
        },
        Stmt::Try(block) => lower_try(source, block),
        Stmt::Match(block) => PyStmt::Match {
            subject: value(source, &block.subject),
            cases: block.cases.iter().map(|case| body(&case.body)).collect(),
        },
        Stmt::TypeAlias(_) => PyStmt::Other("type"),
        _ => PyStmt::Other("escape command"),
    }
}

fn lower_try(source: &Source<'_>, block: &StmtTry) -> PyStmt {
    PyStmt::Try {
        body: lower_all(source, &block.body),
        handlers: block
            .handlers
            .iter()
            .map(|ExceptHandler::ExceptHandler(handler)| lower_all(source, &handler.body))
            .collect(),
        otherwise: lower_all(source, &block.orelse),
        finally: lower_all(source, &block.finalbody),
    }
}

fn plain_import(import: &StmtImport) -> Vec<Import> {
    import
        .names
        .iter()
        .map(|alias| {
            let path = alias.name.to_string();
            match &alias.asname {
                Some(name) => Import { name: name.to_string(), path },
                // `import a.b` binds `a`; the rest is reached as an attribute.
                None => {
                    let first = path.split('.').next().unwrap_or_default().to_owned();
                    Import { name: first.clone(), path: first }
                }
            }
        })
        .collect()
}

fn import_from(import: &StmtImportFrom) -> Vec<Import> {
    let dots = ".".repeat(usize::try_from(import.level).unwrap_or(1).min(64));
    let module = import.module.as_ref().map(ToString::to_string).unwrap_or_default();
    import
        .names
        .iter()
        .map(|alias| {
            let name = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
            let joint = if module.is_empty() { "" } else { "." };
            Import { name, path: format!("{dots}{module}{joint}{}", alias.name) }
        })
        .collect()
}

fn names(all: &[Identifier]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn decorators(source: &Source<'_>, all: &[Decorator]) -> Vec<PyValue> {
    all.iter().map(|decorator| value(source, &decorator.expression)).collect()
}

pub(super) fn parameters(source: &Source<'_>, given: &Parameters) -> Vec<Parameter> {
    let named = given.kwonlyargs.iter().map(|parameter| parameter.name().as_str());
    let named: Vec<&str> = named.collect();
    let rest = given.vararg.as_ref().map(|parameter| parameter.name.as_str());
    let options = given.kwarg.as_ref().map(|parameter| parameter.name.as_str());
    let parameter = |name: &str, default: Option<PyValue>| {
        let kind = match Some(name) {
            name if name == rest => ParameterKind::Rest,
            name if name == options => ParameterKind::Options,
            _ if named.contains(&name) => ParameterKind::Named,
            _ => ParameterKind::Plain,
        };
        Parameter { name: name.to_owned(), default, kind }
    };
    given
        .iter()
        .map(|found| {
            let default = found.default().map(|given| value(source, given));
            parameter(found.name().as_str(), default)
        })
        .collect()
}
