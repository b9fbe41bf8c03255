//! Where the names of a Python file are bound.

use crate::engine::python::{Import, PyClass, PyKind, PyStatement, PyStmt, PyValue};

/// `current_app.extensions["migrate"]…`
pub(super) fn is_flask(value: &PyValue) -> bool {
    value.walk().into_iter().any(|inside| {
        matches!(&inside.kind, PyKind::Path(parts)
            if parts.first().is_some_and(|part| part == "current_app")
                && parts.iter().any(|part| part == "extensions"))
    })
}

/// How a name is bound at the level of a module.
pub(super) enum Bound<'a> {
    Import(&'a Import),
    Value(&'a PyValue),
    Class(&'a PyClass),
    Function(&'a [PyStatement]),
    Several,
    Nowhere,
}

/// The last binding of a name; inside of blocks only where nothing else binds it.
pub(super) fn binding<'a>(statements: &'a [PyStatement], name: &str) -> Bound<'a> {
    let top = statements.iter().rev().find_map(|statement| bound(statement, name));
    if let Some(found) = top {
        return found;
    }
    let mut inside = statements.iter().flat_map(PyStatement::walk);
    let found: Vec<Bound<'a>> = inside.by_ref().filter_map(|one| bound(one, name)).collect();
    let count = found.len();
    match found.into_iter().next() {
        Some(only) if count == 1 => only,
        Some(_) => Bound::Several,
        None => Bound::Nowhere,
    }
}

fn bound<'a>(statement: &'a PyStatement, name: &str) -> Option<Bound<'a>> {
    match &statement.kind {
        PyStmt::Import(imports) => {
            imports.iter().find(|import| import.name == name).map(Bound::Import)
        }
        PyStmt::Assign { targets, value } => {
            let is_it = targets.iter().any(|target| target.as_name() == Some(name));
            is_it.then_some(Bound::Value(value))
        }
        PyStmt::Class(class) if class.name == name => Some(Bound::Class(class)),
        PyStmt::Function(function) if function.name == name => {
            Some(Bound::Function(&function.body))
        }
        _ => None,
    }
}

pub(super) fn imports(statements: &[PyStatement]) -> Vec<&Import> {
    let all = statements.iter().flat_map(PyStatement::walk);
    let all = all.filter_map(|statement| match &statement.kind {
        PyStmt::Import(imports) => Some(imports),
        _ => None,
    });
    all.flatten().collect()
}

/// Statements with those inside of blocks and functions.
pub(super) fn every_statement(statements: &[PyStatement]) -> Vec<&PyStatement> {
    let mut all = Vec::new();
    let mut stack: Vec<&PyStatement> = statements.iter().rev().collect();
    while let Some(statement) = stack.pop() {
        all.push(statement);
        for body in statement.bodies() {
            stack.extend(body.iter().rev());
        }
        if let PyStmt::Function(function) = &statement.kind {
            stack.extend(function.body.iter().rev());
        }
    }
    all
}

/// `..pkg.mod` keeps its dots in the first part, as the finder of modules expects them.
pub(super) fn split(path: &str) -> Vec<String> {
    let dots = path.len() - path.trim_start_matches('.').len();
    let mut parts: Vec<String> =
        path.trim_start_matches('.').split('.').map(str::to_owned).collect();
    if let Some(first) = parts.first_mut() {
        first.insert_str(0, &".".repeat(dots));
    }
    parts
}
