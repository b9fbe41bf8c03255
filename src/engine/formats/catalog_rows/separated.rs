//! Rows as files and clipboards hold them: separated values, JSON, HTML.

use serde_json::Value;

use crate::engine::span::Span;

use super::super::Source;
use super::grids::{Grid, Row};

/// Values between commas, tabs, semicolons or bars, where the first line names columns that are known.
pub(super) fn values(source: &Source<'_>, is_known: impl Fn(&str) -> bool) -> Option<Grid> {
    let text = source.cleaned.as_str();
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let separator = [',', '\t', ';', '|'].into_iter().find(|separator| {
        let names: Vec<String> = split_line(first, *separator);
        names.len() > 1 && names.iter().any(|name| is_known(&name.to_lowercase()))
    });
    // A single column needs no separator.
    let single = is_known(first.trim().trim_matches('"').to_lowercase().as_str());
    let separator = separator.or(single.then_some('\t'))?;
    let mut records = Records { source, text, at: 0, separator };
    let headers = records.next()?.cells.into_iter();
    let headers: Vec<String> =
        headers.map(|name| name.unwrap_or_default().trim().to_lowercase()).collect();
    let mut grid = Grid { headers, span: Some(Span::whole(source.id)), ..Grid::default() };
    for row in records {
        let is_count = matches!(row.cells.as_slice(), [Some(cell)] if is_row_count(cell));
        if is_count {
            continue;
        }
        if row.cells.len() != grid.headers.len() {
            grid.footer.push((String::new(), row.span));
            continue;
        }
        grid.rows.push(row);
    }
    Some(grid)
}

/// `(21 rows)`.
pub(super) fn is_row_count(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('(') && (text.ends_with(" rows)") || text.ends_with(" row)"))
}

fn split_line(line: &str, separator: char) -> Vec<String> {
    line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
}

/// Rows of separated values; a value between quotes may hold anything, line breaks too.
struct Records<'a, 'b> {
    source: &'b Source<'a>,
    text: &'b str,
    at: usize,
    separator: char,
}

impl Iterator for Records<'_, '_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let rest = self.text.get(self.at..)?;
            let blank = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
            self.at += blank;
            let start = self.at;
            let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
            let (cells, length) = record(rest, self.separator);
            self.at += length;
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let end = start + rest.get(..length).map_or(0, |text| text.trim_end().len());
            let span = self.source.cleaned.span(self.source.id, start, end);
            return Some(Row { cells, span });
        }
    }
}

/// The cells of one record, and its length with the line break.
fn record(text: &str, separator: char) -> (Vec<Option<String>>, usize) {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let (mut quoted, mut was_quoted) = (false, false);
    let mut chars = text.char_indices().peekable();
    let mut length = text.len();
    while let Some((at, c)) = chars.next() {
        if quoted {
            if c == '"' && chars.peek().is_some_and(|(_, next)| *next == '"') {
                chars.next();
                cell.push('"');
            } else if c == '"' {
                quoted = false;
            } else {
                cell.push(c);
            }
        } else if c == '"' && cell.trim().is_empty() {
            (quoted, was_quoted) = (true, true);
            cell.clear();
        } else if c == separator {
            cells.push(value(std::mem::take(&mut cell), was_quoted));
            was_quoted = false;
        } else if c == '\n' {
            length = at + 1;
            break;
        } else {
            cell.push(c);
        }
    }
    cells.push(value(cell, was_quoted));
    (cells, length)
}

/// Without quotes, `null` is what some tools write for none.
fn value(cell: String, was_quoted: bool) -> Option<String> {
    let text = if was_quoted { cell } else { cell.trim().to_owned() };
    let is_none = text.is_empty() || (!was_quoted && text.eq_ignore_ascii_case("null"));
    (!is_none).then_some(text)
}

/// An array of objects, or one under the text of its query.
pub(super) fn json(source: &Source<'_>) -> Option<Grid> {
    let text = source.cleaned.text.trim();
    if !text.starts_with(['[', '{']) {
        return None;
    }
    let found: Value = serde_json::from_str(text).ok()?;
    let rows = match &found {
        Value::Array(rows) => rows,
        Value::Object(only) if only.len() == 1 => only.values().next()?.as_array()?,
        _ => return None,
    };
    let first = rows.first()?.as_object()?;
    let names: Vec<&String> = first.keys().collect();
    let mut grid = Grid {
        headers: names.iter().map(|name| name.to_lowercase()).collect(),
        span: Some(Span::whole(source.id)),
        ..Grid::default()
    };
    for row in rows {
        let row = row.as_object()?;
        let cell = |name: &&String| match row.get(name.as_str()) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
        };
        let span = Span::whole(source.id);
        grid.rows.push(Row { cells: names.iter().map(cell).collect(), span });
    }
    Some(grid)
}

/// psql's HTML: the first `<table>`.
pub(super) fn html(source: &Source<'_>) -> Option<Grid> {
    let text = source.cleaned.as_str();
    if !text.trim_start().to_lowercase().starts_with("<table") {
        return None;
    }
    let mut grid = Grid { span: Some(Span::whole(source.id)), ..Grid::default() };
    for line in source.lines() {
        let tag = line.text.trim();
        if tag.starts_with("<tr") {
            grid.rows.push(Row { cells: Vec::new(), span: line.span });
        }
        let inner = |end: &str| {
            let inner = tag.strip_suffix(end)?.split_once('>')?.1;
            Some(inner.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">"))
                .map(|text| text.replace("&quot;", "\"").replace("&amp;", "&").trim().to_owned())
        };
        if tag.starts_with("<th") {
            grid.headers.extend(inner("</th>").map(|text| text.to_lowercase()));
        } else if tag.starts_with("<td")
            && let (Some(text), Some(row)) = (inner("</td>"), grid.rows.last_mut())
        {
            row.cells.push(Some(text).filter(|text| !text.is_empty()));
        }
    }
    grid.rows.retain(|row| !row.cells.is_empty());
    Some(grid)
}

/// psql's AsciiDoc: rows of cells that begin with a bar, between two lines of `|====`.
pub(super) fn asciidoc(source: &Source<'_>) -> Option<Grid> {
    let mut grid = Grid { span: Some(Span::whole(source.id)), ..Grid::default() };
    let mut inside = false;
    for line in source.lines() {
        let text = line.text.trim();
        if text == "|====" {
            if inside {
                return Some(grid);
            }
            inside = true;
        } else if inside && !text.is_empty() {
            let is_header = grid.headers.is_empty();
            let cells = text.split('|').skip(1).map(|cell| {
                let cell =
                    cell.trim_end_matches(" ^l").trim_end_matches(" >l").trim_end_matches(" <l");
                cell.trim().to_owned()
            });
            if is_header {
                grid.headers = cells.map(|name| name.to_lowercase()).collect();
            } else {
                let cells = cells.map(|cell| Some(cell).filter(|cell| !cell.is_empty())).collect();
                grid.rows.push(Row { cells, span: line.span });
            }
        }
    }
    None
}
