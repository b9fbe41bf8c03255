//! Text that is laid out as a table → cells: psql's styles, MySQL's and SQLite's boxes, Markdown.

use crate::engine::span::Span;

use super::super::Source;

/// A table of text, with what stands above and below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    /// The line above the header.
    pub title: Option<String>,
    /// In lower case.
    pub headers: Vec<String>,
    pub rows: Vec<Row>,
    /// Lines below the last row, up to an empty one.
    pub footer: Vec<(String, Span)>,
    pub span: Option<Span>,
}

/// One row; an empty cell is `None`, because psql shows NULL and the empty text alike.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub cells: Vec<Option<String>>,
    pub span: Span,
}

impl Grid {
    /// Returns the place of a column by any of these names.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        self.headers.iter().position(|header| names.contains(&header.as_str()))
    }

    pub fn has(&self, name: &str) -> bool {
        self.column(&[name]).is_some()
    }
}

/// A line with the signs of a box as ASCII, one for one.
struct Line {
    chars: Vec<char>,
    span: Span,
}

impl Line {
    fn text(&self) -> String {
        self.chars.iter().collect::<String>().trim_end().to_owned()
    }

    fn is_blank(&self) -> bool {
        self.chars.iter().all(|c| c.is_whitespace())
    }
}

/// Finds every table of the text.
pub(super) fn find(source: &Source<'_>) -> Vec<Grid> {
    let lines: Vec<Line> = source
        .lines()
        .map(|line| Line { chars: line.text.chars().map(ascii).collect(), span: line.span })
        .collect();
    let mut grids = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match records(&lines, at).or_else(|| ruled(&lines, at)) {
            Some((grid, next)) => {
                grids.push(grid);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    grids
}

fn ascii(c: char) -> char {
    match c {
        '─' | '═' | '━' => '-',
        '│' | '║' | '┃' => '|',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '╔' | '╗' | '╚' | '╝' | '╠' | '╣'
        | '╦' | '╩' | '╬' | '╞' | '╡' | '╪' => '+',
        other => other,
    }
}

/// A line that rules a table: `-----+-----`, `+----+----+`, `---- ----`, `|----|:---:|`.
struct Ruling {
    /// Where its columns end.
    ends: Vec<usize>,
    /// They end with a blank, not with a sign.
    spaced: bool,
}

fn ruling(line: &Line) -> Option<Ruling> {
    let mut ends = Vec::new();
    let mut dashes = 0;
    let length = line.chars.iter().rposition(|c| !c.is_whitespace())? + 1;
    let is_spaced = !line.chars.contains(&'+') && !line.chars.contains(&'|');
    for (at, c) in line.chars.iter().take(length).enumerate() {
        match c {
            '-' | ':' => dashes += usize::from(*c == '-'),
            '+' | '|' => ends.push(at),
            ' ' if is_spaced && at > 0 => ends.push(at),
            ' ' => {}
            _ => return None,
        }
    }
    (dashes >= 3).then_some(Ruling { ends, spaced: is_spaced })
}

/// A header, a ruling, and rows; in a box there is a ruling above the header as well.
fn ruled(lines: &[Line], at: usize) -> Option<(Grid, usize)> {
    let boxed = ruling(lines.get(at)?).is_some();
    let header = if boxed { at + 1 } else { at };
    let header_line = lines.get(header)?;
    if header_line.is_blank() || ruling(header_line).is_some() {
        return None;
    }
    let ends = ruling(lines.get(header + 1)?)?;
    let names =
        if ends.ends.is_empty() { vec![header_line.text()] } else { cells(header_line, &ends)? };
    let headers: Vec<String> =
        names.iter().map(|name| name.trim().trim_matches('`').to_lowercase()).collect();
    if headers.iter().all(String::is_empty) {
        return None;
    }
    let above = if boxed { at.checked_sub(1) } else { header.checked_sub(1) };
    let title = above.and_then(|above| lines.get(above)).filter(|line| !line.is_blank());
    let mut grid = Grid {
        title: title.map(|line| line.text().trim().to_owned()),
        headers,
        span: Some(header_line.span),
        ..Grid::default()
    };
    let mut next = header + 2;
    let mut continues = false;
    while let Some(line) = lines.get(next) {
        let is_end = line.is_blank() || ruling(line).is_some();
        let Some(found) = (if is_end { None } else { cells(line, &ends) }) else { break };
        let more = found.iter().any(|cell| cell.trim_end().ends_with('+'));
        let texts = found.iter().map(|cell| {
            let cell = cell.trim();
            if more { cell.trim_end_matches('+').trim_end().to_owned() } else { cell.to_owned() }
        });
        if continues && let Some(row) = grid.rows.last_mut() {
            for (cell, text) in row.cells.iter_mut().zip(texts) {
                if !text.is_empty() {
                    let before = cell.take().map(|text| text + "\n").unwrap_or_default();
                    *cell = Some(before + &text);
                }
            }
        } else {
            let cells = texts.map(|text| Some(text).filter(|text| !text.is_empty())).collect();
            grid.rows.push(Row { cells, span: line.span });
        }
        continues = more;
        next += 1;
    }
    if lines.get(next).is_some_and(|line| ruling(line).is_some()) {
        next += 1;
    }
    while let Some(line) = lines.get(next).filter(|line| !line.is_blank()) {
        if is_title(&line.text()) {
            break;
        }
        grid.footer.push((line.text(), line.span));
        next += 1;
    }
    Some((grid, next))
}

/// Another table begins without an empty line before it.
fn is_title(line: &str) -> bool {
    line.trim_start().starts_with("List of ") || line.trim() == "Did not find any relations."
}

/// The cells of a line between the ends of a ruling; `None` when the line is laid out otherwise.
fn cells(line: &Line, ruling: &Ruling) -> Option<Vec<String>> {
    let length = line.chars.len();
    let at = |end: &usize| line.chars.get(*end);
    if ruling.ends.is_empty() {
        // One column: its lines are indented, the count of rows is not.
        return (at(&0) == Some(&' ')).then(|| vec![line.text()]);
    }
    let sign = if ruling.spaced { ' ' } else { '|' };
    let fits = ruling.ends.iter().all(|end| *end >= length || at(end) == Some(&sign));
    let bars = line.chars.iter().filter(|c| **c == '|').count();
    let mut cells: Vec<String> = Vec::new();
    if fits && (ruling.spaced || bars > 0) && !line.text().starts_with('(') {
        let mut start = 0;
        for end in ruling.ends.iter().copied().chain([length]) {
            let cell = line.chars.get(start.min(length)..end.min(length))?;
            cells.push(cell.iter().collect());
            start = end + 1;
        }
    } else if !ruling.spaced && bars >= ruling.ends.len() {
        // Wide characters shift the signs: then they are trusted themselves.
        cells = line.chars.iter().collect::<String>().split('|').map(str::to_owned).collect();
    } else {
        return None;
    }
    // A box has a sign on both sides.
    if ruling.ends.first() == Some(&0) {
        cells.remove(0);
        if cells.last().is_some_and(|last| last.trim().is_empty()) {
            cells.pop();
        }
    }
    Some(cells)
}

/// psql's expanded display: `-[ RECORD 1 ]-`, then a line for each column.
fn records(lines: &[Line], at: usize) -> Option<(Grid, usize)> {
    let is_record = |line: &Line| line.text().starts_with("-[ RECORD ");
    if !is_record(lines.get(at)?) {
        return None;
    }
    let mut grid = Grid { span: lines.get(at).map(|line| line.span), ..Grid::default() };
    let mut next = at;
    while let Some(line) = lines.get(next).filter(|line| !line.is_blank()) {
        let text = line.text();
        if is_record(line) {
            grid.rows.push(Row { cells: Vec::new(), span: line.span });
        } else if let Some((name, value)) = text.split_once('|') {
            let is_first = grid.rows.len() == 1;
            if is_first {
                grid.headers.push(name.trim().to_lowercase());
            }
            let width = grid.headers.len();
            let row = grid.rows.last_mut()?;
            if row.cells.len() >= width {
                return None;
            }
            let value = value.trim().to_owned();
            row.cells.push(Some(value).filter(|value| !value.is_empty()));
        } else {
            break;
        }
        next += 1;
    }
    Some((grid, next))
}
