//! Text → pieces with exact byte ranges. Every byte belongs to exactly one piece.
//!
//! The lexical rules of PostgreSQL (documentation, chapter 4.1): `''` and `""` inside quotes, `E'\''`,
//! dollar quotes, nested block comments, `BEGIN ATOMIC … END` bodies (14 and later); and psql's:
//! backslash commands at the start of a line, `COPY … FROM stdin` data up to `\.`. Of MySQL: backslashes in
//! every string, names between backticks, `#`, comments that don't nest, the client's `DELIMITER`. Of SQLite:
//! names between brackets, bodies of triggers.

use crate::engine::dialects::Dialect;
use crate::limits;

/// What a piece of a script is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    Statement,
    /// `--` or `/* */`, outside a statement.
    Comment,
    /// A psql command: `\restrict`, `\connect`…
    Meta,
    /// Rows of a `COPY … FROM stdin`, its `\.` included.
    CopyData,
    /// White space between the others, and lone semicolons.
    Blank,
}

/// A stretch of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub kind: PieceKind,
    pub start: usize,
    /// Exclusive; a statement's includes its semicolon.
    pub end: usize,
    /// False for a statement that the text ends in the middle of a quote or comment, or without `;`.
    pub whole: bool,
}

/// Where a statement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Exclusive, the semicolon included.
    pub at: usize,
    pub terminated: bool,
    /// A quote, comment or dollar quote never closed; `at` is then the next semicolon at a line's end, so
    /// that one bad statement does not hide the rest.
    pub unbalanced: bool,
}

/// Cuts a script of PostgreSQL into pieces.
pub fn split(text: &str) -> Vec<Piece> {
    split_in(text, Dialect::PostgreSql)
}

/// Cuts a script into pieces.
pub fn split_in(text: &str, dialect: Dialect) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut unbalanced = 0;
    let mut rules = Rules { dialect, delimiter: ";" };
    let mut at = 0;
    while at < text.len() {
        let mut piece = next_piece(text, at, rules);
        // Each quote that never closes costs a walk to the end: text full of them is taken as one piece.
        unbalanced += usize::from(!piece.whole && piece.kind != PieceKind::CopyData);
        if unbalanced > limits::UNBALANCED_STATEMENTS_MAX {
            piece = Piece { end: text.len(), whole: false, ..piece };
        }
        at = piece.end;
        let own = text.get(piece.start..piece.end).unwrap_or_default();
        if piece.kind == PieceKind::Meta
            && let Some(delimiter) = delimiter(own)
        {
            rules.delimiter = delimiter;
        }
        let copies = piece.kind == PieceKind::Statement && is_copy_from_stdin(own);
        pieces.push(piece);
        if copies && at < text.len() {
            // The rows begin on the next line.
            let start = line_end(text.as_bytes(), at);
            let blank = text.get(at..start).is_some_and(|rest| rest.trim().is_empty());
            let end = copy_data_end(text, if blank { start } else { at });
            let whole = text.get(at..end).is_some_and(|data| data.trim_end().ends_with("\\."));
            pieces.push(Piece { kind: PieceKind::CopyData, start: at, end, whole });
            at = end;
        }
    }
    pieces
}

/// What ends a statement, and how it is written.
#[derive(Debug, Clone, Copy)]
struct Rules<'a> {
    dialect: Dialect,
    delimiter: &'a str,
}

/// Returns the piece that starts at `start`, an offset within the text, by PostgreSQL's rules.
pub fn piece_at(text: &str, start: usize) -> Piece {
    next_piece(text, start, Rules { dialect: Dialect::PostgreSql, delimiter: ";" })
}

fn next_piece(text: &str, start: usize, rules: Rules<'_>) -> Piece {
    let bytes = text.as_bytes();
    let rest = bytes.get(start..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b';').count();
    if blank > 0 {
        return Piece { kind: PieceKind::Blank, start, end: start + blank, whole: true };
    }
    if let Some((end, closed)) = comment_end(bytes, start, rules.dialect) {
        let runs = rules.dialect == Dialect::MySql
            && (rest.starts_with(b"/*!") || rest.starts_with(b"/*M!"));
        if !runs || !closed {
            return Piece { kind: PieceKind::Comment, start, end, whole: closed };
        }
    }
    let is_client_line = match rules.dialect {
        Dialect::PostgreSql => rest.first() == Some(&b'\\'),
        Dialect::MySql => delimiter(text.get(start..).unwrap_or_default()).is_some(),
        Dialect::Sqlite => rest.first() == Some(&b'.'),
    };
    if is_client_line {
        return Piece { kind: PieceKind::Meta, start, end: line_end(bytes, start), whole: true };
    }
    let end = end_of_statement(text, start, rules, &mut |_| false);
    let whole = end.terminated && !end.unbalanced;
    Piece { kind: PieceKind::Statement, start, end: end.at, whole }
}

/// The delimiter that a line `DELIMITER ;;` sets.
fn delimiter(line: &str) -> Option<&str> {
    let word = line.get(..10)?;
    if !word.eq_ignore_ascii_case("delimiter ") {
        return None;
    }
    line.get(10..)?.lines().next()?.split_ascii_whitespace().next()
}

/// Finds the end of the statement that starts at `start`, by PostgreSQL's rules.
///
/// `stop` is asked at the start of every later line that lies outside quotes, comments and parentheses;
/// `true` ends the statement there, unterminated.
pub fn statement_end(text: &str, start: usize, stop: &mut dyn FnMut(usize) -> bool) -> End {
    let rules = Rules { dialect: Dialect::PostgreSql, delimiter: ";" };
    end_of_statement(text, start, rules, stop)
}

fn end_of_statement(
    text: &str,
    start: usize,
    rules: Rules<'_>,
    stop: &mut dyn FnMut(usize) -> bool,
) -> End {
    let bytes = text.as_bytes();
    let delimiter = rules.delimiter.as_bytes();
    let mut at = start;
    let mut depth = 0_usize;
    let mut words = Words::new(rules.dialect);
    while let Some(&byte) = bytes.get(at) {
        let ends = bytes.get(at..).is_some_and(|rest| rest.starts_with(delimiter));
        if ends && !words.in_body() && !(words.is_rule && depth > 0) {
            return End { at: at + delimiter.len(), terminated: true, unbalanced: false };
        }
        let escapes = words.last_was_escape_prefix(bytes, at);
        if let Some(skip) = quoted_end(bytes, at, escapes, rules.dialect) {
            match skip {
                Some(end) => at = end,
                None => return unbalanced(bytes, start),
            }
            words.other();
            continue;
        }
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'\n' if depth == 0 && at + 1 < bytes.len() && stop(at + 1) => {
                return End { at: at + 1, terminated: false, unbalanced: false };
            }
            _ => {}
        }
        if is_word(byte) {
            let rest = bytes.get(at..).unwrap_or_default();
            let end = at + rest.iter().take_while(|byte| is_word(**byte)).count();
            words.word(bytes.get(at..end).unwrap_or_default(), at, end);
            at = end;
        } else {
            if !byte.is_ascii_whitespace() {
                words.other();
            }
            at += 1;
        }
    }
    End { at: bytes.len(), terminated: false, unbalanced: false }
}

/// Remembers enough words to know `E'…'` and bodies that end with `END`.
struct Words {
    dialect: Dialect,
    last: Option<(usize, usize)>,
    begin: bool,
    seen: usize,
    creates: bool,
    is_trigger: bool,
    /// PostgreSQL's `CREATE RULE … DO (…; …)`.
    is_rule: bool,
    /// Open `BEGIN ATOMIC`, bodies of triggers, and `CASE`, which all end with `END`.
    bodies: usize,
}

impl Words {
    fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            last: None,
            begin: false,
            seen: 0,
            creates: false,
            is_trigger: false,
            is_rule: false,
            bodies: 0,
        }
    }

    fn word(&mut self, word: &[u8], start: usize, end: usize) {
        let is = |text: &str| word.eq_ignore_ascii_case(text.as_bytes());
        self.seen += 1;
        self.creates |= self.seen == 1 && is("create");
        self.is_trigger |=
            self.dialect == Dialect::Sqlite && self.creates && self.seen <= 3 && is("trigger");
        self.is_rule |= self.dialect == Dialect::PostgreSql
            && self.creates
            && matches!(self.seen, 2 | 4)
            && is("rule");
        if self.bodies > 0 {
            if is("case") {
                self.bodies += 1;
            } else if is("end") {
                self.bodies -= 1;
            }
        } else if (is("atomic") && self.begin) || (is("begin") && self.is_trigger) {
            self.bodies = 1;
        }
        self.begin = is("begin");
        self.last = Some((start, end));
    }

    fn other(&mut self) {
        self.begin = false;
        self.last = None;
    }

    fn in_body(&self) -> bool {
        self.bodies > 0
    }

    /// Whether the quote at `at` follows a bare `E` directly, so that backslashes escape in it.
    fn last_was_escape_prefix(&self, bytes: &[u8], at: usize) -> bool {
        self.last.is_some_and(|(start, end)| {
            end == at
                && end - start == 1
                && bytes.get(start).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'e'))
        })
    }
}

/// The end of the quoted thing or comment at `at`: `None` when there is none there, `Some(None)` when it
/// never closes.
fn quoted_end(bytes: &[u8], at: usize, escapes: bool, dialect: Dialect) -> Option<Option<usize>> {
    let is_mysql = dialect == Dialect::MySql;
    match bytes.get(at)? {
        b'\'' => Some(string_end(bytes, at, b'\'', escapes || is_mysql)),
        b'"' => Some(string_end(bytes, at, b'"', is_mysql)),
        b'`' if dialect != Dialect::PostgreSql => Some(string_end(bytes, at, b'`', false)),
        b'[' if dialect == Dialect::Sqlite => {
            let close = bytes.get(at..)?.iter().position(|byte| *byte == b']');
            Some(close.map(|length| at + length + 1))
        }
        b'$' if dialect == Dialect::PostgreSql => {
            dollar_tag(bytes, at).map(|tag| dollar_end(bytes, at, tag))
        }
        b'-' | b'/' | b'#' => {
            comment_end(bytes, at, dialect).map(|(end, closed)| closed.then_some(end))
        }
        _ => None,
    }
}

pub(super) fn string_end(bytes: &[u8], start: usize, quote: u8, escapes: bool) -> Option<usize> {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        if escapes && byte == b'\\' {
            at += 2;
        } else if byte == quote {
            if bytes.get(at + 1) == Some(&quote) {
                at += 2;
            } else {
                return Some(at + 1);
            }
        } else {
            at += 1;
        }
    }
    None
}

/// The tag of a dollar quote at `at`, both dollars included. `a$1` and `$1` are none.
pub(super) fn dollar_tag(bytes: &[u8], at: usize) -> Option<&[u8]> {
    if at > 0 && is_word(*bytes.get(at - 1)?) {
        return None;
    }
    let name = bytes
        .get(at + 1..)?
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80)
        .count();
    let end = at + 1 + name;
    let starts_with_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    if bytes.get(end) != Some(&b'$') || starts_with_digit {
        return None;
    }
    bytes.get(at..=end)
}

pub(super) fn dollar_end(bytes: &[u8], start: usize, tag: &[u8]) -> Option<usize> {
    let body = start + tag.len();
    let found = bytes.get(body..)?.windows(tag.len()).position(|window| window == tag)?;
    Some(body + found + tag.len())
}

/// The end of the comment at `at` and whether it closes; PostgreSQL nests block comments.
pub(super) fn comment_end(bytes: &[u8], at: usize, dialect: Dialect) -> Option<(usize, bool)> {
    let rest = bytes.get(at..)?;
    let is_mysql = dialect == Dialect::MySql;
    let is_line = match rest {
        [b'-', b'-', next, ..] => !is_mysql || next.is_ascii_whitespace(),
        [b'-', b'-'] => true,
        [b'#', ..] => is_mysql,
        _ => false,
    };
    if is_line {
        return Some((line_end(bytes, at), true));
    }
    if !rest.starts_with(b"/*") {
        return None;
    }
    let mut depth = 1;
    let mut at = at + 2;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(b"/*") && dialect == Dialect::PostgreSql {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some((at, true));
            }
        } else {
            at += 1;
        }
    }
    Some((bytes.len(), false))
}

fn unbalanced(bytes: &[u8], start: usize) -> End {
    let mut at = start;
    while at < bytes.len() {
        if bytes[at] == b';'
            && bytes[at + 1..]
                .iter()
                .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
                .is_none_or(|byte| *byte == b'\n')
        {
            return End { at: at + 1, terminated: true, unbalanced: true };
        }
        at += 1;
    }
    End { at: bytes.len(), terminated: false, unbalanced: true }
}

fn is_copy_from_stdin(statement: &str) -> bool {
    if !statement.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("copy")) {
        return false;
    }
    let words: Vec<&str> = statement.trim_end_matches(';').split_ascii_whitespace().collect();
    words
        .windows(2)
        .any(|pair| pair[0].eq_ignore_ascii_case("from") && pair[1].eq_ignore_ascii_case("stdin"))
}

/// The end of COPY data: after the line that is exactly `\.`, or the end of the text.
fn copy_data_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    // Rows have few backslashes: from one to the next is the quickest way through them.
    let mut at = start;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += found;
        let begins = at == start || bytes.get(at - 1) == Some(&b'\n');
        if begins && bytes.get(at + 1) == Some(&b'.') {
            let end = line_end(bytes, at);
            if text.get(at..end).is_some_and(|line| line.trim_end() == "\\.") {
                return end;
            }
        }
        at += 1;
    }
    bytes.len()
}

/// After the line break, or the end.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |found| at + found + 1)
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
