//! Text → pieces with exact byte ranges. Every byte belongs to exactly one piece.
//!
//! The lexical rules are PostgreSQL's (documentation, chapter 4.1): `''` and `""` inside quotes,
//! `E'\''`, dollar quotes, nested block comments, `BEGIN ATOMIC … END` bodies (14 and later); and psql's:
//! backslash commands at the start of a line, `COPY … FROM stdin` data up to `\.`.

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

/// Cuts a script into pieces.
pub fn split(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    let mut unbalanced = 0;
    while at < bytes.len() {
        let mut piece = piece_at(text, at);
        // Each quote that never closes costs a walk to the end: text full of them is taken as one piece.
        unbalanced += usize::from(!piece.whole && piece.kind != PieceKind::CopyData);
        if unbalanced > limits::UNBALANCED_STATEMENTS_MAX {
            piece = Piece { end: bytes.len(), whole: false, ..piece };
        }
        at = piece.end;
        let copies =
            piece.kind == PieceKind::Statement && is_copy_from_stdin(&text[piece.start..piece.end]);
        pieces.push(piece);
        if copies && at < bytes.len() {
            let end = copy_data_end(text, at);
            pieces.push(Piece {
                kind: PieceKind::CopyData,
                start: at,
                end,
                whole: text[at..end].trim_end().ends_with("\\."),
            });
            at = end;
        }
    }
    pieces
}

/// Returns the piece that starts at `start`, an offset within the text.
pub fn piece_at(text: &str, start: usize) -> Piece {
    let bytes = text.as_bytes();
    let blank = bytes[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace() || **byte == b';')
        .count();
    if blank > 0 {
        return Piece { kind: PieceKind::Blank, start, end: start + blank, whole: true };
    }
    if let Some((end, closed)) = comment_end(bytes, start) {
        return Piece { kind: PieceKind::Comment, start, end, whole: closed };
    }
    if bytes[start] == b'\\' {
        return Piece { kind: PieceKind::Meta, start, end: line_end(bytes, start), whole: true };
    }
    let end = statement_end(text, start, &mut |_| false);
    Piece {
        kind: PieceKind::Statement,
        start,
        end: end.at,
        whole: end.terminated && !end.unbalanced,
    }
}

/// Finds the end of the statement that starts at `start`.
///
/// `stop` is asked at the start of every later line that lies outside quotes, comments and parentheses;
/// `true` ends the statement there, unterminated.
pub fn statement_end(text: &str, start: usize, stop: &mut dyn FnMut(usize) -> bool) -> End {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut depth = 0_usize;
    let mut words = Words::default();
    while at < bytes.len() {
        let byte = bytes[at];
        if let Some(skip) = quoted_end(bytes, at, words.last_was_escape_prefix(bytes, at)) {
            match skip {
                Some(end) => at = end,
                None => return unbalanced(bytes, start),
            }
            words.other();
            continue;
        }
        match byte {
            b';' if !words.in_atomic_body() => {
                return End { at: at + 1, terminated: true, unbalanced: false };
            }
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'\n' if depth == 0 && at + 1 < bytes.len() && stop(at + 1) => {
                return End { at: at + 1, terminated: false, unbalanced: false };
            }
            _ => {}
        }
        if is_word(byte) {
            let end = at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
            words.word(&bytes[at..end], at, end);
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

/// Remembers enough words to know `E'…'` and `BEGIN ATOMIC … END`.
#[derive(Default)]
struct Words {
    last: Option<(usize, usize)>,
    begin: bool,
    /// Open `BEGIN ATOMIC` and `CASE`, which both end with `END`.
    bodies: usize,
}

impl Words {
    fn word(&mut self, word: &[u8], start: usize, end: usize) {
        let is = |text: &str| word.eq_ignore_ascii_case(text.as_bytes());
        if self.bodies > 0 {
            if is("case") {
                self.bodies += 1;
            } else if is("end") {
                self.bodies -= 1;
            }
        } else if is("atomic") && self.begin {
            self.bodies = 1;
        }
        self.begin = is("begin");
        self.last = Some((start, end));
    }

    fn other(&mut self) {
        self.begin = false;
        self.last = None;
    }

    fn in_atomic_body(&self) -> bool {
        self.bodies > 0
    }

    /// Whether the quote at `at` follows a bare `E` directly, so that backslashes escape in it.
    fn last_was_escape_prefix(&self, bytes: &[u8], at: usize) -> bool {
        self.last.is_some_and(|(start, end)| {
            end == at && end - start == 1 && bytes[start].eq_ignore_ascii_case(&b'e')
        })
    }
}

/// The end of the quoted thing or comment at `at`: `None` when there is none there, `Some(None)` when it
/// never closes.
fn quoted_end(bytes: &[u8], at: usize, escapes: bool) -> Option<Option<usize>> {
    match bytes[at] {
        b'\'' => Some(string_end(bytes, at, b'\'', escapes)),
        b'"' => Some(string_end(bytes, at, b'"', false)),
        b'$' => dollar_tag(bytes, at).map(|tag| dollar_end(bytes, at, tag)),
        b'-' | b'/' => comment_end(bytes, at).map(|(end, closed)| closed.then_some(end)),
        _ => None,
    }
}

fn string_end(bytes: &[u8], start: usize, quote: u8, escapes: bool) -> Option<usize> {
    let mut at = start + 1;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] == quote {
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
fn dollar_tag(bytes: &[u8], at: usize) -> Option<&[u8]> {
    if at > 0 && is_word(bytes[at - 1]) {
        return None;
    }
    let name = bytes[at + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80)
        .count();
    let end = at + 1 + name;
    let starts_with_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    (bytes.get(end) == Some(&b'$') && !starts_with_digit).then(|| &bytes[at..=end])
}

fn dollar_end(bytes: &[u8], start: usize, tag: &[u8]) -> Option<usize> {
    let body = start + tag.len();
    let found = bytes[body..].windows(tag.len()).position(|window| window == tag)?;
    Some(body + found + tag.len())
}

/// The end of the comment at `at` and whether it closes; PostgreSQL nests block comments.
fn comment_end(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    if bytes[at..].starts_with(b"--") {
        return Some((line_end(bytes, at), true));
    }
    if !bytes[at..].starts_with(b"/*") {
        return None;
    }
    let mut depth = 1;
    let mut at = at + 2;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
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
    let mut at = start;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        if text[at..end].trim_end() == "\\." {
            return end;
        }
        at = end;
    }
    bytes.len()
}

/// After the line break, or the end.
fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |found| at + found + 1)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
