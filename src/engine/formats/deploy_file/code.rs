//! What application code does to a schema, or says of it, outside of migrations: Python, by its calls.
//!
//! Every call is looked at, with the conditions around it. Whether the function that holds it is called is not
//! followed.

use crate::engine::facts::{Deed, Facts, Guard, Seen};
use crate::engine::python::{Comparison, Operator, PyKind, PyStatement, PyStmt, PyValue};
use crate::engine::span::Span;
use crate::limits;

use super::super::Source;

/// What a text has to contain somewhere, before it is parsed for it.
const MARKS: [&str; 16] = [
    "create_all",
    "command.upgrade",
    "CREATE ",
    "ALTER ",
    "DROP ",
    "HEAD",
    "head",
    "REVISION",
    "revision",
    "commit",
    "health",
    "/ready",
    "alembic_version",
    "FastAPI(",
    "Flask(",
    "Starlette(",
];
/// Words of a route that is asked whether the program is well and may be given requests.
const HEALTH: [&str; 6] = ["health", "healthz", "healthcheck", "ready", "readyz", "readiness"];
/// What makes a route, as a decorator or as a call.
const ROUTES: [&str; 8] =
    ["get", "head", "route", "api_route", "add_api_route", "add_url_rule", "Route", "path"];
/// The first words of statements that change a schema.
const DDL: [&str; 8] = [
    "create table",
    "alter table",
    "drop table",
    "create index",
    "create unique index",
    "drop index",
    "create type",
    "alter type",
];

/// Returns whether a Python file brings a schema about when the program starts.
pub fn is_startup(source: &Source<'_>) -> bool {
    let text = source.document.text.as_str();
    let name = source.document.file_name();
    name.ends_with(".py")
        && (text.contains("metadata.create_all")
            || text.contains(".create_all(")
            || text.contains("command.upgrade("))
        && !is_test(&source.document.path)
}

/// Whether only tests run a file.
fn is_test(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(part, "tests" | "test" | "testing" | "conftest.py" | "docs" | "examples")
            || part.starts_with("test_")
            || part.ends_with("_test.py")
    })
}

/// Enters what a Python file that is no migration does.
pub fn read(source: &Source<'_>, facts: &mut Facts) {
    let document = source.document;
    let text = document.text.as_str();
    if !document.path.ends_with(".py")
        || is_test(&document.path)
        || !MARKS.iter().any(|mark| text.contains(mark))
    {
        return;
    }
    let stem = document.file_name().to_lowercase();
    let is_seed =
        ["seed", "fixture", "populate", "load_data"].iter().any(|word| stem.contains(word));
    let mut looker = Looker {
        path: &document.path,
        is_seed,
        facts,
        commits: 0,
        tests: Vec::new(),
        starts: true,
    };
    looker.statements(&source.python().statements, false, 0);
}

struct Looker<'a> {
    path: &'a str,
    is_seed: bool,
    facts: &'a mut Facts,
    commits: usize,
    /// The place is one that runs when the program starts: outside of functions, or in one of that name.
    starts: bool,
    /// Conditions around the place, and whether they hold there.
    tests: Vec<(PyValue, bool)>,
}

impl Looker<'_> {
    fn see(&mut self, what: Deed, span: Span) {
        self.facts.seen.push(Seen { what, path: self.path.to_owned(), span });
    }

    fn statements(&mut self, all: &[PyStatement], in_loop: bool, depth: usize) {
        if depth > limits::PYTHON_DEPTH_MAX {
            return;
        }
        let outer = self.tests.len();
        for statement in all {
            for value in statement.values() {
                for inner in value.walk() {
                    self.value(inner, in_loop);
                }
            }
            match &statement.kind {
                PyStmt::Assign { targets, value } => {
                    let name = targets.first().and_then(PyValue::last_name).unwrap_or_default();
                    self.bound(name, value);
                }
                PyStmt::Function(function) => {
                    for call in &function.decorators {
                        self.health(call);
                    }
                    let outer = std::mem::replace(&mut self.starts, is_start(&function.name));
                    self.commits = 0;
                    self.statements(&function.body, false, depth + 1);
                    self.starts = outer;
                }
                PyStmt::Class(class) => self.statements(&class.body, false, depth + 1),
                PyStmt::If { arms } => self.arms(arms, in_loop, depth),
                kind => {
                    let loops =
                        in_loop || matches!(kind, PyStmt::For { .. } | PyStmt::While { .. });
                    for body in statement.bodies() {
                        self.statements(body, loops, depth + 1);
                    }
                }
            }
        }
        self.tests.truncate(outer);
    }

    fn arms(&mut self, arms: &[(Option<PyValue>, Vec<PyStatement>)], in_loop: bool, depth: usize) {
        let outer = self.tests.len();
        for (test, body) in arms {
            if let Some(test) = test {
                self.tests.push((test.clone(), true));
            }
            self.statements(body, in_loop, depth + 1);
            // The next arm runs where this test fails.
            if let (Some(_), Some((_, holds))) = (test, self.tests.last_mut()) {
                *holds = false;
            }
        }
        let leaves = |body: &[PyStatement]| {
            body.last().is_some_and(|last| {
                matches!(last.kind, PyStmt::Return(_) | PyStmt::Raise | PyStmt::Continue)
            })
        };
        // `if …: return`: what follows runs where the test fails.
        match arms {
            [(Some(_), body)] if leaves(body) => self.tests.truncate(outer + 1),
            _ => self.tests.truncate(outer),
        }
    }

    fn value(&mut self, value: &PyValue, in_loop: bool) {
        match &value.kind {
            PyKind::Path(parts) => match parts.as_slice() {
                [.., of, last] if last == "create_all" && (of == "metadata" || of == "db") => {
                    let guard = self.guard();
                    self.see(Deed::CreateAll(guard, self.starts), value.span);
                }
                [.., of, last] if last == "upgrade" && of == "command" => {
                    let switch = self
                        .tests
                        .iter()
                        .rev()
                        .find_map(|(test, _)| variable(test).map(|found| found.0));
                    self.see(Deed::Upgrade(switch), value.span);
                }
                _ => {}
            },
            PyKind::Call(call) => {
                let name = call.function.last_name().unwrap_or_default();
                let runs =
                    matches!(name, "execute" | "executescript" | "exec_driver_sql" | "run_sql");
                if let Some(text) = call.args.first().filter(|_| runs) {
                    self.ran(text);
                }
                if self.is_seed {
                    self.seed(value, in_loop);
                }
                if matches!(name, "FastAPI" | "Flask" | "Starlette") {
                    self.see(Deed::Program, value.span);
                }
                self.health(value);
                if matches!(name, "get_current_revision" | "get_current_heads") {
                    self.see(Deed::AsksRevision, value.span);
                }
            }
            PyKind::Str(text) if text.contains("alembic_version") => {
                self.see(Deed::AsksRevision, value.span);
            }
            PyKind::Operation { operator: Operator::Compare(_), parts } => {
                let name = parts.iter().find_map(PyValue::last_name).unwrap_or_default().to_owned();
                for part in parts {
                    self.bound(&name, part);
                }
            }
            _ => {}
        }
    }

    /// A route by whose name the program is asked whether it is well.
    fn health(&mut self, value: &PyValue) {
        let Some(call) = value.as_call() else { return };
        let makes = call.function.last_name().is_some_and(|name| ROUTES.contains(&name));
        let Some(route) = call.args.first().and_then(PyValue::as_str).filter(|_| makes) else {
            return;
        };
        let mut words = route.split(|c: char| !c.is_ascii_alphanumeric());
        if words.any(|word| HEALTH.contains(&word)) {
            self.see(Deed::Health(route.to_owned()), value.span);
        }
    }

    /// A statement that is run: `execute("…")`, `execute(text("…"))`.
    fn ran(&mut self, value: &PyValue) {
        let inner = value.as_call().and_then(|call| call.args.first()).unwrap_or(value);
        let Some(text) = inner.as_str() else { return };
        let words: Vec<&str> = text.split_whitespace().take(6).collect();
        let line = words.join(" ");
        if DDL.iter().any(|start| line.to_lowercase().starts_with(start)) {
            self.see(Deed::Ddl(line), value.span);
        }
    }

    fn seed(&mut self, value: &PyValue, in_loop: bool) {
        let Some(call) = value.as_call() else { return };
        let name = call.function.last_name().unwrap_or_default();
        let autocommit = call.keyword("isolation_level").and_then(PyValue::as_str)
            == Some("AUTOCOMMIT")
            || call.keyword("autocommit").is_some_and(|given| given.kind == PyKind::Bool(true));
        if autocommit {
            self.see(Deed::LooseSeed("each statement is committed by itself"), value.span);
        } else if name == "commit" {
            self.commits += 1;
            let why =
                if in_loop { "it commits within a loop" } else { "it commits more than once" };
            if in_loop || self.commits == 2 {
                self.see(Deed::LooseSeed(why), value.span);
            }
        }
    }

    /// A revision's id, typed by hand.
    fn bound(&mut self, name: &str, value: &PyValue) {
        let Some(text) = value.as_str() else { return };
        let lower = name.to_lowercase();
        let says = ["head", "revision", "alembic", "schema_version"]
            .iter()
            .any(|word| lower.contains(word));
        let plain = (4..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if says && plain {
            self.see(
                Deed::TypedRevision { id: text.to_owned(), name: name.to_owned() },
                value.span,
            );
        }
    }

    /// What the conditions around a place make of it when no variable is set. The nearest that tells decides.
    fn guard(&self) -> Guard {
        for (test, holds) in self.tests.iter().rev() {
            let Some((name, default)) = variable(test) else { continue };
            let by_default = default.as_deref().and_then(|default| outcome(test, default));
            return match (by_default, default) {
                (Some(result), Some(default)) if result == *holds => {
                    Guard::Open { variable: name, default }
                }
                _ => Guard::Closed,
            };
        }
        Guard::None
    }
}

/// Whether a function of this name runs when a program starts.
fn is_start(name: &str) -> bool {
    let words = [
        "start",
        "lifespan",
        "create_app",
        "make_app",
        "init_db",
        "init_app",
        "init_database",
        "main",
    ];
    words.iter().any(|word| name.contains(word))
}

/// Names of settings that tell one environment from another.
const ENVIRONMENTS: [&str; 6] = ["test", "environment", "debug", "env", "dev", "production"];

/// The variable that a condition asks for, with the value it has when nobody sets it.
fn variable(test: &PyValue) -> Option<(String, Option<String>)> {
    test.walk().into_iter().find_map(|value| {
        if let Some(call) = value.as_call() {
            let name = call.function.last_name()?;
            let asks = matches!(name, "getenv" | "get" | "env" | "config");
            let key = call.args.first().and_then(PyValue::as_str).filter(|_| asks)?;
            let default = match call.args.get(1) {
                Some(default) => default.as_str().map(str::to_owned),
                None => Some(String::new()),
            };
            return Some((key.to_owned(), default));
        }
        let name = match &value.kind {
            PyKind::Path(_) | PyKind::Attribute { .. } => value.last_name()?,
            PyKind::Str(text) if !text.contains(' ') => text,
            _ => return None,
        };
        let lower = name.to_lowercase();
        let words =
            lower.split('_').any(|word| ENVIRONMENTS.iter().any(|known| word.starts_with(known)));
        (words && !matches!(name, "environ" | "getenv")).then(|| (name.to_owned(), None))
    })
}

/// What a condition comes to when its variable has this value; `None` where that is not known.
fn outcome(test: &PyValue, value: &str) -> Option<bool> {
    match &test.kind {
        PyKind::Operation { operator: Operator::Not, parts } => {
            Some(!outcome(parts.first()?, value)?)
        }
        PyKind::Operation { operator: Operator::Compare(how), parts } => {
            let (how, [_, other]) = (how.first()?, parts.as_slice()) else { return None };
            let texts: Vec<&str> = match &other.kind {
                PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => {
                    all.iter().filter_map(PyValue::as_str).collect()
                }
                _ => vec![other.as_str()?],
            };
            let found = texts.iter().any(|text| text.eq_ignore_ascii_case(value));
            match how {
                Comparison::Equal | Comparison::In => Some(found),
                Comparison::NotEqual | Comparison::NotIn => Some(!found),
                _ => None,
            }
        }
        PyKind::Call(_) => Some(!value.is_empty()),
        _ => None,
    }
}
