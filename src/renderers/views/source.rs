//! A document with its words told apart and what was found marked in place.

use super::Query;
use super::finding::numbered;
use super::highlight::Lexer;
use super::words::{input, is_python, link, prose, severity, text};
use crate::renderers::visible::visible;
use crate::wire::words::{count, thousands};
use crate::wire::{Block, Book, FindingRow, Is};

/// Lines that are shown at once, with the one that is asked for among them.
const LINES_MAX: usize = 1_500;
/// Lines shown before the one that is asked for.
const LINES_BEFORE: usize = 500;
/// A line that is longer is cut.
const LINE_BYTES_MAX: usize = 20_000;
/// A text that is longer is changed without colours.
const MARKED_BYTES_MAX: usize = 100_000;

/// Composes the view of a document at a line.
pub fn source(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let asked = query.get("source");
    let (path, line): (&str, usize) = match asked.rsplit_once(':') {
        Some((path, line)) if book.source(asked).is_none() => (path, line.parse().unwrap_or(0)),
        _ => (asked, 0),
    };
    let words = book.source(path).ok_or("The files of this report are not here.")?;
    let about = found_in(path, book);
    let all: Vec<&str> = words.lines().collect();
    let first = line.saturating_sub(LINES_BEFORE).min(all.len().saturating_sub(1));
    let mut lexer = Lexer::new(is_python(path));
    let mut rows = Vec::new();
    for (ix, words) in all.iter().enumerate().take(first + LINES_MAX) {
        let number = ix + 1;
        let end = words.floor_char_boundary(LINE_BYTES_MAX);
        let pieces = lexer.line(words.get(..end).unwrap_or_default());
        if ix < first {
            continue;
        }
        let is_hit = number == line || about.iter().any(|of| is_at(of, number));
        rows.push(numbered(number, pieces, is_hit));
        rows.extend(about.iter().filter(|of| of.line == number).map(|of| remark(of)));
    }
    let shown = match all.len() {
        lines if lines > rows.len() => [
            "lines ",
            &thousands(first + 1),
            " to ",
            &thousands((first + LINES_MAX).min(lines)),
            " of ",
            &thousands(lines),
        ]
        .concat(),
        lines => count(lines, "line", "lines"),
    };
    let caption = Block::of(Is::Caption, vec![text(Is::Span, path), Block::new(Is::Span, shown)]);
    let figure = text(Is::Source, path).with(caption).with(Block::of(Is::Lines, rows));
    Ok(vec![text(Is::Title, super::words::file_name(path)), figure])
}

/// Composes what lies under the field in which a document is changed: its own text, letter for letter, with its
/// words told apart and the lines marked in which something was found.
pub fn marks(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let path = query.get("marks");
    let words = book.source(path).ok_or("The files of this report are not here.")?;
    if words.len() > MARKED_BYTES_MAX || words.lines().any(|line| visible(line) != line) {
        return Err("It would not be the same text.".to_owned());
    }
    let about = found_in(path, book);
    let mut lexer = Lexer::new(is_python(path));
    let line = |(ix, words): (usize, &str)| {
        let is_hit = about.iter().any(|of| is_at(of, ix + 1));
        Block::of(if is_hit { Is::Hit } else { Is::Numbered }, lexer.line(words))
    };
    Ok(words.split('\n').enumerate().map(line).collect())
}

fn found_in<'a>(path: &str, book: &'a dyn Book) -> Vec<&'a FindingRow> {
    let report = book.report();
    let row = input(report, path);
    let is_it =
        |file: &str| file == path || row.is_some_and(|row| file == row.path || file == row.name);
    report.findings.iter().filter(|finding| finding.line > 0 && is_it(&finding.file)).collect()
}

fn is_at(of: &FindingRow, number: usize) -> bool {
    of.line <= number && number <= of.end_line.max(of.line)
}

/// What was found, under the line it begins in.
fn remark(of: &FindingRow) -> Block {
    let way = link("?f=", &of.id, prose(Is::Span, &of.title));
    let said = Block::of(Is::Text, vec![severity(of.severity), Block::new(Is::Row, " "), way]);
    Block::of(Is::Numbered, vec![Block::new(Is::Number, ""), said])
}
