//! The code of a Python file as a number that its looks do not change: comments, layout, quotes, docstrings,
//! annotations, the order of named arguments, how a thing is imported, and the names that the file itself
//! gives to variables and helpers.
//!
//! Two files with one number say the same; two with different ones need not do different things. Lock files
//! hold these numbers, so what goes into them may change only with the version of those.

use crate::ordered::{Map, Set};

use sha2::{Digest, Sha256};

use super::{Parameter, PyFunction, PyKind, PyModule, PyStatement, PyStmt, PyValue};

/// Returns the fingerprint of those statements of a module that `keeps` accepts by the name that they bind
/// (none for a statement that binds no single name). `fixed` are names that others know the file by.
pub fn fingerprint(
    module: &PyModule,
    text: &str,
    fixed: &[&str],
    keeps: impl Fn(Option<&str>) -> bool,
) -> u64 {
    let mut writer =
        Writer { text, digest: Sha256::new(), imports: Map::new(), scopes: Vec::new() };
    // What is no Python has no tree that could be trusted to hold all of it.
    if !module.errors.is_empty() || module.refused.is_some() {
        let squeezed: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        writer.word(&squeezed.join("\n"));
        return writer.finish();
    }
    writer.import(&module.statements);
    let mut own = bound(&module.statements);
    own.retain(|name| !fixed.contains(name));
    writer.open(own);
    for statement in module.statements.iter().filter(|one| keeps(binds(one))) {
        writer.statement(statement);
    }
    writer.finish()
}

/// The one name that a statement of a module binds.
fn binds(statement: &PyStatement) -> Option<&str> {
    match &statement.kind {
        PyStmt::Function(function) => Some(&function.name),
        PyStmt::Assign { targets, .. } => match targets.as_slice() {
            [one] => one.as_name(),
            _ => None,
        },
        _ => None,
    }
}

/// Every name that a body binds itself, those of nested functions left to them.
fn bound(body: &[PyStatement]) -> Set<&str> {
    let mut names = Set::new();
    for statement in body.iter().flat_map(PyStatement::walk) {
        let targets: Vec<&PyValue> = match &statement.kind {
            PyStmt::Assign { targets, .. } => targets.iter().collect(),
            PyStmt::For { target, .. } | PyStmt::Rebind { target, .. } => vec![target],
            PyStmt::With { items, .. } => {
                items.iter().filter_map(|one| one.name.as_ref()).collect()
            }
            PyStmt::Function(function) => {
                names.insert(function.name.as_str());
                continue;
            }
            PyStmt::Class(class) => {
                names.insert(class.name.as_str());
                continue;
            }
            _ => continue,
        };
        for target in targets {
            take_names(target, &mut names);
        }
    }
    names
}

/// The names of a target: `a`, `a, b`; an attribute or a part of something binds none.
fn take_names<'a>(target: &'a PyValue, names: &mut Set<&'a str>) {
    match &target.kind {
        PyKind::Tuple(all) | PyKind::List(all) => {
            all.iter().for_each(|one| take_names(one, names));
        }
        PyKind::Starred(one) => take_names(one, names),
        _ => names.extend(target.as_name()),
    }
}

struct Writer<'a> {
    text: &'a str,
    digest: Sha256,
    /// What an import binds, with the path that it stands for.
    imports: Map<&'a str, &'a str>,
    /// The names of each scope around, innermost last, with the number of those that were met.
    scopes: Vec<Map<&'a str, Option<usize>>>,
}

impl<'a> Writer<'a> {
    fn finish(self) -> u64 {
        let digest = self.digest.finalize();
        digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }

    fn word(&mut self, word: &str) {
        self.number(word.len());
        self.digest.update(word.as_bytes());
    }

    fn number(&mut self, number: usize) {
        self.digest.update(u64::try_from(number).unwrap_or(u64::MAX).to_le_bytes());
    }

    /// Imports of the whole file, those inside of functions included.
    fn import(&mut self, body: &'a [PyStatement]) {
        for statement in body.iter().flat_map(PyStatement::walk) {
            match &statement.kind {
                PyStmt::Import(names) => self.imports.extend(
                    names.iter().map(|import| (import.name.as_str(), import.path.as_str())),
                ),
                PyStmt::Function(function) => self.import(&function.body),
                PyStmt::Class(class) => self.import(&class.body),
                _ => {}
            }
        }
    }

    fn open(&mut self, names: Set<&'a str>) {
        self.scopes.push(names.into_iter().map(|name| (name, None)).collect());
    }

    /// A name: where it is the file's own, by its scope and the order in which names appear there.
    fn name(&mut self, name: &'a str) {
        let depth = self.scopes.iter().rposition(|scope| scope.contains_key(name));
        let Some((depth, scope)) = depth.and_then(|at| Some((at, self.scopes.get_mut(at)?))) else {
            let path = self.imports.get(name).copied().unwrap_or(name);
            return self.word(path);
        };
        let next = scope.values().flatten().count();
        let number = *scope.entry(name).or_default().get_or_insert(next);
        self.word("own");
        self.number(depth);
        self.number(number);
    }

    /// A name with its attributes; of what is imported, the path that it stands for.
    fn path(&mut self, parts: &'a [String]) {
        let Some((first, rest)) = parts.split_first() else { return };
        let is_own = self.scopes.iter().any(|scope| scope.contains_key(first.as_str()));
        match self.imports.get(first.as_str()).filter(|_| !is_own) {
            Some(path) => {
                let whole: Vec<&str> =
                    [*path].into_iter().chain(rest.iter().map(String::as_str)).collect();
                self.word(&whole.join("."));
            }
            None => {
                self.name(first);
                rest.iter().for_each(|part| self.word(part));
            }
        }
    }

    fn body(&mut self, body: &'a [PyStatement]) {
        self.word("{");
        body.iter().for_each(|statement| self.statement(statement));
        self.word("}");
    }

    fn statement(&mut self, statement: &'a PyStatement) {
        match &statement.kind {
            PyStmt::Import(_) | PyStmt::Declare | PyStmt::Nothing => return,
            PyStmt::Expression(value) if matches!(value.kind, PyKind::Str(_)) => return,
            PyStmt::Function(function) => {
                function.decorators.iter().for_each(|one| self.value(one));
                self.name(&function.name);
                return self.function(function);
            }
            PyStmt::Class(class) => {
                class.decorators.iter().chain(&class.bases).for_each(|one| self.value(one));
                self.name(&class.name);
                return self.body(&class.body);
            }
            PyStmt::Outer(names) => names.iter().for_each(|name| self.name(name)),
            PyStmt::With { items, .. } => {
                items.iter().filter_map(|item| item.name.as_ref()).for_each(|one| self.value(one));
            }
            PyStmt::Rebind { .. } | PyStmt::Match { .. } | PyStmt::Other(_) => {
                self.rest(statement.span.start..statement.span.end, false);
            }
            PyStmt::If { arms } => {
                self.word("if");
                return self.arms(arms);
            }
            _ => {}
        }
        self.word(kind(&statement.kind));
        statement.values().into_iter().for_each(|value| self.value(value));
        statement.bodies().into_iter().for_each(|body| self.body(body));
    }

    /// `else` with an `if` alone in it is `elif`.
    fn arms(&mut self, arms: &'a [(Option<PyValue>, Vec<PyStatement>)]) {
        for (test, body) in arms {
            if let (None, [PyStatement { kind: PyStmt::If { arms }, .. }]) = (test, body.as_slice())
            {
                return self.arms(arms);
            }
            self.word(if test.is_some() { "elif" } else { "else" });
            test.iter().for_each(|test| self.value(test));
            self.body(body);
        }
    }

    fn function(&mut self, function: &'a PyFunction) {
        self.number(usize::from(function.is_async));
        for Parameter { default, .. } in &function.parameters {
            default.iter().for_each(|value| self.value(value));
        }
        let mut names = bound(&function.body);
        names.extend(function.parameters.iter().map(|one| one.name.as_str()));
        self.open(names);
        for Parameter { name, kind, .. } in &function.parameters {
            self.number(*kind as usize);
            self.name(name);
        }
        self.body(&function.body);
        self.scopes.pop();
    }

    fn value(&mut self, value: &'a PyValue) {
        let mut inside = value.children();
        match &value.kind {
            PyKind::None => self.word("None"),
            PyKind::Bool(truth) => self.word(if *truth { "True" } else { "False" }),
            PyKind::Int(Some(number)) => self.digest.update(number.to_le_bytes()),
            PyKind::Int(None) => self.rest(value.span.start..value.span.end, true),
            PyKind::Str(text) => self.word(text),
            PyKind::Path(parts) => self.path(parts),
            PyKind::Attribute { name, .. } => self.word(name),
            PyKind::Operation { operator, .. } => {
                if let super::Operator::Compare(signs) = operator {
                    signs.iter().for_each(|sign| self.number(*sign as usize));
                }
                self.word(operator.word());
            }
            PyKind::Unknown { why, parts } => {
                self.word(why);
                self.rest(value.span.start..value.span.end, parts.is_empty());
            }
            PyKind::Call(call) => {
                inside = [&call.function].into_iter().chain(&call.args).collect();
                let mut named: Vec<_> = call.kwargs.iter().collect();
                crate::ordered::sort_by_key(&mut named, |(name, _)| name.as_deref());
                for (name, given) in named {
                    self.word(name.as_deref().unwrap_or("**"));
                    inside.push(given);
                }
            }
            PyKind::Comprehension(made) => {
                let mut names = Set::new();
                made.generators.iter().for_each(|one| take_names(&one.target, &mut names));
                self.open(names);
                made.generators.iter().for_each(|one| self.value(&one.target));
                self.number(usize::from(made.is_set));
                inside.iter().for_each(|one| self.value(one));
                self.scopes.pop();
                return;
            }
            PyKind::Lambda(function) => return self.function(function),
            PyKind::Dict(items) => {
                items.iter().for_each(|(key, _)| self.number(usize::from(key.is_some())));
            }
            _ => {}
        }
        self.word(shape(&value.kind));
        self.number(inside.len());
        inside.into_iter().for_each(|one| self.value(one));
    }

    /// What the tree leaves out of a text: all of it, or its signs and numbers where the names and strings
    /// in it have parts of their own.
    fn rest(&mut self, range: std::ops::Range<usize>, whole: bool) {
        let text = self.text.get(range).unwrap_or_default();
        let (mut squeezed, mut in_word) = (String::new(), false);
        for c in text.chars().filter(|c| !c.is_whitespace() && !"'\"(),".contains(*c)) {
            in_word = c == '_' || c.is_alphabetic() || (in_word && c.is_alphanumeric());
            if whole || !in_word {
                squeezed.push(c);
            }
        }
        self.word(&squeezed);
    }
}

fn kind(statement: &PyStmt) -> &'static str {
    match statement {
        PyStmt::Assign { .. } => "=",
        PyStmt::Expression(_) => "do",
        PyStmt::Break => "break",
        PyStmt::Continue => "continue",
        PyStmt::Return(None) => "return",
        PyStmt::Return(Some(_)) => "return it",
        PyStmt::Raise => "raise",
        PyStmt::Assert(_) => "assert",
        PyStmt::For { .. } => "for",
        PyStmt::While { .. } => "while",
        PyStmt::Try { .. } => "try",
        PyStmt::With { .. } => "with",
        _ => "other",
    }
}

fn shape(value: &PyKind) -> &'static str {
    match value {
        PyKind::Tuple(_) => "tuple",
        PyKind::List(_) => "list",
        PyKind::Set(_) => "set",
        PyKind::Dict(_) => "dict",
        PyKind::Call(_) => "call",
        PyKind::Plus(_) => "+",
        PyKind::Format(_) => "format",
        PyKind::Starred(_) => "*",
        PyKind::Str(_) => "text",
        PyKind::Int(_) => "number",
        PyKind::Path(_) => "name",
        _ => "",
    }
}
