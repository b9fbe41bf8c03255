//! Lines of SQL and Python with their words, literals and comments told apart. It only colours: what it takes a
//! sign for wrongly looks wrong and means nothing.

use crate::renderers::visible::visible;
use crate::wire::{Block, Is};

/// Lines longer than this are shown without colours, so that a dump's rows stay cheap.
const COLOURED_BYTES_MAX: usize = 4_000;

const SQL: &str = " add all alter and as asc begin between by cascade case cast check column comment commit concurrently \
    constraint copy create database default delete desc distinct do drop each else end enum exclude execute exists \
    extension false for foreign from function grant group having if in index inner insert into is join key left like \
    limit lock materialized not null of on or order outer owner primary procedure references rename replace restrict \
    returning returns revoke right rollback row schema select sequence set table then to transaction trigger true \
    truncate type union unique update using validate values view when where with ";
const PYTHON: &str = " and as assert async await break class continue def del elif else except false finally for from \
    global if import in is lambda none nonlocal not or pass raise return true try while with yield ";

/// Reads line after line; what was begun in one may go on in the next.
#[derive(Debug)]
pub struct Lexer {
    python: bool,
    /// What ends the literal or comment that is open, and what it is.
    open: Option<(String, Is)>,
}

impl Lexer {
    /// Begins at the top of a document.
    pub fn new(python: bool) -> Self {
        Self { python, open: None }
    }

    /// Returns one line in pieces.
    pub fn line(&mut self, line: &str) -> Vec<Block> {
        if line.len() > COLOURED_BYTES_MAX {
            return vec![Block::new(Is::Row, visible(line))];
        }
        let mut pieces: Vec<Block> = Vec::new();
        let mut rest = line;
        while !rest.is_empty() {
            let (is, length) = self.next(rest);
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(length.max(1)));
            let shown = visible(piece);
            match pieces.last_mut() {
                Some(last) if last.is == is => last.text.push_str(&shown),
                _ => pieces.push(Block::new(is, shown)),
            }
            rest = after;
        }
        pieces
    }

    fn next(&mut self, rest: &str) -> (Is, usize) {
        if let Some((end, is)) = self.open.take() {
            return self.until(rest, 0, end, is);
        }
        let line_comment = if self.python { "#" } else { "--" };
        if rest.starts_with(line_comment) {
            return (Is::Comment, rest.len());
        }
        if !self.python && rest.starts_with("/*") {
            return self.until(rest, 2, "*/".to_owned(), Is::Comment);
        }
        for quote in ["\"\"\"", "'''"].into_iter().filter(|_| self.python) {
            if rest.starts_with(quote) {
                return self.until(rest, 3, quote.to_owned(), Is::Literal);
            }
        }
        if !self.python
            && let Some(tag) = dollar_tag(rest)
        {
            return self.until(rest, tag.len(), tag.to_owned(), Is::Literal);
        }
        match rest.chars().next() {
            Some('\'') => (Is::Literal, closed(rest, '\'')),
            Some('"') if self.python => (Is::Literal, closed(rest, '"')),
            Some(c) if c.is_ascii_digit() => {
                let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
                (Is::Literal, rest.find(|c| !is_part(c)).unwrap_or(rest.len()))
            }
            Some(c) if c.is_alphabetic() || c == '_' => {
                let is_end = |c: char| !(c.is_alphanumeric() || c == '_');
                let mut length = rest.find(is_end).unwrap_or(rest.len());
                // “You're” in a plan's own words begins no literal; `E'…'` and `b'…'` do.
                let after = rest.get(length..).and_then(|rest| rest.strip_prefix('\''));
                if length > 2 && after.is_some_and(|it| it.starts_with(char::is_alphabetic)) {
                    length += 1;
                }
                let word = rest.get(..length).unwrap_or_default().to_ascii_lowercase();
                let known = if self.python { PYTHON } else { SQL };
                let is_word = known.contains(&[" ", &word, " "].concat());
                (if is_word { Is::Keyword } else { Is::Row }, length)
            }
            Some(c) => (Is::Row, c.len_utf8()),
            None => (Is::Row, 0),
        }
    }

    /// Goes on to what ends it, or stays open at the end of the line.
    fn until(&mut self, rest: &str, from: usize, end: String, is: Is) -> (Is, usize) {
        match rest.get(from..).and_then(|inside| inside.find(&end)) {
            Some(at) => (is, from + at + end.len()),
            None => {
                self.open = Some((end, is));
                (is, rest.len())
            }
        }
    }
}

/// The length up to and with the closing quote; a backslash keeps the sign after it from closing.
fn closed(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// `$body$` at the beginning.
fn dollar_tag(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix('$')?;
    let end = inside.find('$')?;
    let name = inside.get(..end)?;
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if is_name { rest.get(..end + 2) } else { None }
}
