//! Span → file, line, column, excerpt.

use crate::engine::case::Case;
use crate::engine::document::{Document, Position};
use crate::engine::span::Span;
use crate::limits;
use crate::wire::Excerpt;

/// A place in the words of the report.
pub(super) struct Place {
    pub file: String,
    pub start: Position,
    pub end_line: usize,
    pub excerpt: Option<String>,
    pub context: Option<Excerpt>,
}

/// Where a span is. A span over the whole document has no line.
pub(super) fn place(case: &Case, span: Option<Span>) -> Place {
    let nowhere = Place {
        file: String::new(),
        start: Position { line: 0, column: 0 },
        end_line: 0,
        excerpt: None,
        context: None,
    };
    let Some((span, document)) =
        span.and_then(|span| Some((span, case.documents.get(span.document)?)))
    else {
        return nowhere;
    };
    if span == Span::whole(span.document) {
        return Place { file: document.name.clone(), ..nowhere };
    }
    let start = document.position(span.start);
    let end_line = document.position(span.end.saturating_sub(1).max(span.start)).line;
    Place {
        file: document.name.clone(),
        start,
        end_line,
        excerpt: Some(clip(document.slice(span))),
        context: Some(context(document, start.line, end_line)),
    }
}

/// The file and line of a span, for evidence.
pub(super) fn line(case: &Case, span: Option<Span>) -> (Option<String>, usize) {
    let known = span.and_then(|span| Some((span, case.documents.get(span.document)?)));
    let Some((span, document)) = known else { return (None, 0) };
    let line = match span == Span::whole(span.document) {
        true => 0,
        false => document.position(span.start).line,
    };
    ((!document.name.is_empty()).then(|| document.name.clone()), line)
}

fn context(document: &Document, first: usize, last: usize) -> Excerpt {
    let around = limits::EXCERPT_CONTEXT_LINES;
    let first_line = first.saturating_sub(around).max(1);
    // A statement of hundreds of lines shows its head.
    let last_line = last.min(first + 4 * around) + around;
    let lines =
        (first_line..=last_line).map_while(|number| document.line(number)).map(clip).collect();
    Excerpt { first_line, lines, of_lines: document.line_count() }
}

fn clip(text: &str) -> String {
    match text.char_indices().nth(limits::EXCERPT_LINE_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
