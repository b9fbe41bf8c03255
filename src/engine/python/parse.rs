//! Text → [`PyModule`]; never fails, marks what it could not read.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::span::{DocumentId, Span};

use super::{PyKind, PyModule, PyStmt, SyntaxProblem, nesting, statements};

/// Reads a Python file. Text that is not Python is entered in [`PyModule::errors`] and the rest is read as
/// far as the parser recovers; text that could exhaust the stack is not parsed at all.
pub fn parse(document: DocumentId, text: &str) -> PyModule {
    if let Some(why) = nesting::refuse(text) {
        return PyModule { refused: Some(why), ..PyModule::default() };
    }
    let source = Source { document, text };
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let mut errors: Vec<SyntaxProblem> = parsed
        .errors()
        .iter()
        .map(|error| SyntaxProblem {
            span: source.span(error.range()),
            message: error.error.to_string(),
        })
        .collect();
    crate::ordered::sort_by_key(&mut errors, |problem| problem.span);
    let Some(module) = parsed.try_into_module() else {
        return PyModule { errors, ..PyModule::default() };
    };
    let statements = statements::lower_all(&source, module.suite());
    let docstring = statements.first().and_then(|first| match &first.kind {
        PyStmt::Expression(value) => match &value.kind {
            PyKind::Str(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    });
    PyModule { docstring, statements, errors, refused: None }
}

/// Returns where the comments of a Python file are; none of one that is not parsed.
pub fn comments(document: DocumentId, text: &str) -> Vec<Span> {
    if nesting::refuse(text).is_some() {
        return Vec::new();
    }
    let source = Source { document, text };
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let tokens = parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment);
    tokens.map(|token| source.span(token.range())).collect()
}

/// The text that ranges point into.
pub(super) struct Source<'a> {
    pub document: DocumentId,
    pub text: &'a str,
}

impl Source<'_> {
    /// Returns a parser's range as a span on character boundaries.
    pub fn span(&self, range: TextRange) -> Span {
        let floor = |offset: usize| self.text.floor_char_boundary(offset);
        let start = floor(range.start().to_usize());
        Span::new(self.document, start, floor(range.end().to_usize()).max(start))
    }
}
