//! The only door to the Python parser.
//!
//! In: a document's text.
//! Out: [`PyModule`], a small tree of our own with a span on everything, and [`fold`]ed constants.
//! Never: what a migration is; nothing here is executed, and no parser type leaves this folder.

mod nesting;
mod statements;
mod values;
mod builtins;
mod operations;
mod comprehensions;
mod sets;
mod objects;
mod scope;
pub mod parse;
mod rebinding;
pub mod fold;
mod fingerprint;
pub mod imports;
#[cfg(test)]
mod tests;

pub use fingerprint::fingerprint;
pub use imports::{Found, Modules};
pub use objects::{Captured, ClassObject, Closure, Member, PyObject};
pub use parse::{comments, parse};
pub use scope::{Binding, Bindings, Scope};

use std::sync::Arc;

use super::span::Span;

/// A Python file as far as it could be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PyModule {
    pub docstring: Option<String>,
    pub statements: Vec<PyStatement>,
    /// In order of place. Python itself loads nothing of a file that has one.
    pub errors: Vec<SyntaxProblem>,
    /// The file was not given to the parser at all, and why.
    pub refused: Option<String>,
}

/// A place where the text is not Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxProblem {
    pub span: Span,
    pub message: String,
}

/// One statement and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PyStatement {
    pub kind: PyStmt,
    pub span: Span,
}

/// Kinds of statements. Everything that an interpreter of migrations may one day want to follow (loops,
/// conditions, helper functions) keeps its parts.
#[derive(Debug, Clone, PartialEq)]
pub enum PyStmt {
    Import(Vec<Import>),
    /// `a = b = value`, `a: T = value`.
    Assign {
        targets: Vec<PyValue>,
        value: PyValue,
    },
    /// `a += value`, `del a`: `target` no longer has the value it had.
    Rebind {
        target: PyValue,
        value: Option<PyValue>,
    },
    /// `a: T`, which binds nothing.
    Declare,
    Function(Arc<PyFunction>),
    Class(Arc<PyClass>),
    Expression(PyValue),
    Nothing,
    /// `global`, `nonlocal`: names of an outer scope that are assigned here.
    Outer(Vec<String>),
    Break,
    Continue,
    Return(Option<PyValue>),
    Raise,
    Assert(PyValue),
    If {
        /// `None` is the `else`.
        arms: Vec<(Option<PyValue>, Vec<PyStatement>)>,
    },
    For {
        target: PyValue,
        iterable: PyValue,
        body: Vec<PyStatement>,
        otherwise: Vec<PyStatement>,
    },
    While {
        test: PyValue,
        body: Vec<PyStatement>,
        otherwise: Vec<PyStatement>,
    },
    Try {
        body: Vec<PyStatement>,
        handlers: Vec<Vec<PyStatement>>,
        otherwise: Vec<PyStatement>,
        finally: Vec<PyStatement>,
    },
    With {
        items: Vec<WithItem>,
        body: Vec<PyStatement>,
    },
    Match {
        subject: PyValue,
        cases: Vec<Vec<PyStatement>>,
    },
    /// A statement of a kind that Retort does not follow, by its Python word.
    Other(&'static str),
}

/// What one name of an import statement is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The name that is bound; `*` for a star import.
    pub name: String,
    /// The dotted path it stands for: `alembic.op` after `from alembic import op as o`. Relative imports
    /// keep their leading dots.
    pub path: String,
}

/// `def name(parameters): body`.
#[derive(Debug, Clone, PartialEq)]
pub struct PyFunction {
    /// Empty for a lambda.
    pub name: String,
    pub parameters: Vec<Parameter>,
    pub decorators: Vec<PyValue>,
    pub is_async: bool,
    pub body: Vec<PyStatement>,
    /// What it is said to give.
    pub returns: Option<PyValue>,
}

/// What a function takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub name: String,
    /// What it has when it is not given.
    pub default: Option<PyValue>,
    pub kind: ParameterKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    Plain,
    /// After `*`: given by name only.
    Named,
    /// `*args`
    Rest,
    /// `**kwargs`
    Options,
}

/// `class name(bases): body`.
#[derive(Debug, Clone, PartialEq)]
pub struct PyClass {
    pub name: String,
    pub bases: Vec<PyValue>,
    pub decorators: Vec<PyValue>,
    pub body: Vec<PyStatement>,
    /// What stands in its body as `name: annotation`, with a value or without one, in order.
    pub annotations: Vec<(String, PyValue)>,
}

/// `context as name`.
#[derive(Debug, Clone, PartialEq)]
pub struct WithItem {
    pub context: PyValue,
    pub name: Option<PyValue>,
}

/// An expression and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PyValue {
    pub kind: PyKind,
    pub span: Span,
}

/// Kinds of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum PyKind {
    None,
    Bool(bool),
    /// Absent when it does not fit.
    Int(Option<i64>),
    Str(String),
    Tuple(Vec<PyValue>),
    List(Vec<PyValue>),
    Set(Vec<PyValue>),
    /// A key of `None` is `**value`.
    Dict(Vec<(Option<PyValue>, PyValue)>),
    /// A name with its attributes: `op.f` is `["op", "f"]`.
    Path(Vec<String>),
    /// An attribute of something that is no path: `op.get_bind().dialect`.
    Attribute {
        of: Box<PyValue>,
        name: String,
    },
    Call(Box<PyCall>),
    /// `a + b + c`, flat. Strings written side by side are one [`PyKind::Str`].
    Plus(Vec<PyValue>),
    /// An f-string: literal parts and plain interpolations.
    Format(Vec<PyValue>),
    Starred(Box<PyValue>),
    /// An operator with its operands.
    Operation {
        operator: Operator,
        parts: Vec<PyValue>,
    },
    Comprehension(Box<Comprehension>),
    Lambda(Arc<PyFunction>),
    /// What a name stands for that is no data: a function, a class, a member of an enum. Made while folding.
    Object(Arc<PyObject>),
    /// Seen, not followed; `parts` are the expressions inside it, so that no call is overlooked.
    Unknown {
        why: &'static str,
        parts: Vec<PyValue>,
    },
}

/// Operators that are worked out where their operands are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    And,
    Or,
    Not,
    /// `a < b < c`: one comparison fewer than operands.
    Compare(Vec<Comparison>),
    /// `body if test else otherwise`; the operands are test, body, otherwise.
    Conditional,
    /// `a[b]`
    Subscript,
    /// `%`, of text and of numbers.
    Percent,
    Minus,
    Times,
    /// `|`, of sets and dictionaries.
    Union,
    /// `&`, of sets.
    Intersection,
    /// `start:stop:step`, each `None` where it is left out.
    Slice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Is,
    IsNot,
    In,
    NotIn,
}

/// `[element for target in iterable if condition]`
#[derive(Debug, Clone, PartialEq)]
pub struct Comprehension {
    /// Of a dictionary.
    pub key: Option<PyValue>,
    pub element: PyValue,
    pub generators: Vec<Generator>,
    pub is_set: bool,
}

/// `for target in iterable if condition`
#[derive(Debug, Clone, PartialEq)]
pub struct Generator {
    pub target: PyValue,
    pub iterable: PyValue,
    pub conditions: Vec<PyValue>,
}

/// `function(args, name=value)`.
#[derive(Debug, Clone, PartialEq)]
pub struct PyCall {
    pub function: PyValue,
    pub args: Vec<PyValue>,
    /// A name of `None` is `**value`.
    pub kwargs: Vec<(Option<String>, PyValue)>,
}

impl PyValue {
    /// Returns the text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            PyKind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the dotted path of a name or attribute path.
    pub fn as_path(&self) -> Option<String> {
        match &self.kind {
            PyKind::Path(parts) => Some(parts.join(".")),
            _ => None,
        }
    }

    /// Returns the name, when it is one without attributes.
    pub fn as_name(&self) -> Option<&str> {
        match &self.kind {
            PyKind::Path(parts) => match parts.as_slice() {
                [name] => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the last part of a name or of an attribute of anything.
    pub fn last_name(&self) -> Option<&str> {
        match &self.kind {
            PyKind::Path(parts) => parts.last().map(String::as_str),
            PyKind::Attribute { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Returns the call, when it is one.
    pub fn as_call(&self) -> Option<&PyCall> {
        match &self.kind {
            PyKind::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Returns the expressions directly inside this one.
    pub fn children(&self) -> Vec<&PyValue> {
        match &self.kind {
            PyKind::Tuple(all) | PyKind::List(all) | PyKind::Set(all) => all.iter().collect(),
            PyKind::Plus(all) | PyKind::Format(all) => all.iter().collect(),
            PyKind::Unknown { parts, .. } | PyKind::Operation { parts, .. } => {
                parts.iter().collect()
            }
            PyKind::Comprehension(made) => {
                let mut all: Vec<&PyValue> = made.key.iter().chain([&made.element]).collect();
                for generator in &made.generators {
                    all.push(&generator.iterable);
                    all.extend(&generator.conditions);
                }
                all
            }
            PyKind::Dict(items) => {
                items.iter().flat_map(|(key, value)| key.iter().chain([value])).collect()
            }
            PyKind::Attribute { of, .. } | PyKind::Starred(of) => vec![of],
            PyKind::Call(call) => {
                let named = call.kwargs.iter().map(|(_, value)| value);
                [&call.function].into_iter().chain(&call.args).chain(named).collect()
            }
            PyKind::Lambda(function) => {
                function.body.iter().flat_map(PyStatement::values).collect()
            }
            PyKind::None
            | PyKind::Bool(_)
            | PyKind::Int(_)
            | PyKind::Str(_)
            | PyKind::Path(_)
            | PyKind::Object(_) => Vec::new(),
        }
    }

    /// Returns this expression and all inside it, outermost first. Walks with a stack of its own.
    pub fn walk(&self) -> Vec<&PyValue> {
        let mut seen = Vec::new();
        let mut stack = vec![self];
        while let Some(value) = stack.pop() {
            seen.push(value);
            match &value.kind {
                // Most of what there is, without a list in between.
                PyKind::None
                | PyKind::Bool(_)
                | PyKind::Int(_)
                | PyKind::Str(_)
                | PyKind::Path(_)
                | PyKind::Object(_) => {}
                PyKind::Call(call) => {
                    stack.extend(call.kwargs.iter().rev().map(|(_, value)| value));
                    stack.extend(call.args.iter().rev());
                    stack.push(&call.function);
                }
                _ => stack.extend(value.children().into_iter().rev()),
            }
        }
        seen
    }
}

impl Operator {
    /// Returns its name, the same in every version.
    fn word(&self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
            Self::Compare(_) => "compare",
            Self::Conditional => "if",
            Self::Subscript => "[]",
            Self::Percent => "%",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Union => "|",
            Self::Intersection => "&",
            Self::Slice => ":",
        }
    }
}

impl PyCall {
    /// Returns the argument that is given by this name.
    pub fn keyword(&self, name: &str) -> Option<&PyValue> {
        self.kwargs.iter().find(|(given, _)| given.as_deref() == Some(name)).map(|(_, value)| value)
    }
}

impl PyStatement {
    /// Returns the expressions written directly in this statement, without those of nested statements.
    pub fn values(&self) -> Vec<&PyValue> {
        match &self.kind {
            PyStmt::Assign { targets, value } => targets.iter().chain([value]).collect(),
            PyStmt::Rebind { target, value } => [target].into_iter().chain(value).collect(),
            PyStmt::Expression(value) | PyStmt::Assert(value) => vec![value],
            PyStmt::Return(value) => value.iter().collect(),
            PyStmt::If { arms } => arms.iter().filter_map(|(test, _)| test.as_ref()).collect(),
            PyStmt::For { target, iterable, .. } => vec![target, iterable],
            PyStmt::While { test, .. } => vec![test],
            PyStmt::Match { subject, .. } => vec![subject],
            PyStmt::With { items, .. } => items.iter().map(|item| &item.context).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the statements directly inside this one; a nested function's body is not among them, since
    /// it runs only when it is called.
    pub fn bodies(&self) -> Vec<&[PyStatement]> {
        match &self.kind {
            PyStmt::If { arms } => arms.iter().map(|(_, body)| body.as_slice()).collect(),
            PyStmt::For { body, otherwise, .. } | PyStmt::While { body, otherwise, .. } => {
                vec![body, otherwise]
            }
            PyStmt::Try { body, handlers, otherwise, finally } => {
                let mut all: Vec<&[PyStatement]> = vec![body];
                all.extend(handlers.iter().map(Vec::as_slice));
                all.push(otherwise);
                all.push(finally);
                all
            }
            PyStmt::With { body, .. } => vec![body],
            PyStmt::Match { cases, .. } => cases.iter().map(Vec::as_slice).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns this statement and all inside it, in order of place.
    pub fn walk(&self) -> Vec<&PyStatement> {
        let mut seen = Vec::new();
        let mut stack = vec![self];
        while let Some(statement) = stack.pop() {
            seen.push(statement);
            for body in statement.bodies().into_iter().rev() {
                stack.extend(body.iter().rev());
            }
        }
        seen
    }
}
