//! Text → tokens with exact byte ranges; white space and comments are left out.
//!
//! The lexical rules are those of [`super::split`], which share the code here.

use super::split::{comment_end, dollar_end, dollar_tag, string_end};
use crate::engine::dialects::Dialect;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A bare word: a keyword or a name.
    Word,
    /// A name between quotes.
    Quoted,
    /// A string literal, its prefix (`E`, `B`, `X`, `N`, `U&`) included.
    Text,
    /// A string between dollar tags.
    Dollar,
    Number,
    /// One character, or `::`.
    Sign,
}

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: TokenKind,
    /// As written, quotes included.
    pub text: &'a str,
    pub start: usize,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this bare word.
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this sign.
    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.kind == TokenKind::Sign && self.text == sign
    }
}

/// Cuts a statement into tokens; `None` when a quote or comment in it never closes.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Option<Vec<Token<'_>>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(bytes.len() / 5);
    let mut at = 0;
    while at < bytes.len() {
        let byte = *bytes.get(at)?;
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if let Some((end, closed)) = comment_end(bytes, at, dialect) {
            if !closed {
                return None;
            }
            at = match conditional(text, at, end, dialect) {
                // What MySQL and MariaDB run is read as if the comment's marks were blanks.
                Some(body) => body,
                None => end,
            };
            continue;
        }
        // The end of a conditional comment that was entered.
        if dialect == Dialect::MySql && bytes.get(at..at + 2) == Some(b"*/") {
            at += 2;
            continue;
        }
        let (kind, end) = token_at(bytes, at, dialect)?;
        tokens.push(Token { kind, text: text.get(at..end)?, start: at });
        at = end;
    }
    Some(tokens)
}

/// Where the body of `/*!40101 … */` or `/*M!100616 … */` begins.
fn conditional(text: &str, at: usize, end: usize, dialect: Dialect) -> Option<usize> {
    if dialect != Dialect::MySql {
        return None;
    }
    let inner = text.get(at + 2..end)?;
    let (rest, is_mariadb) = match inner.strip_prefix("M!") {
        Some(rest) => (rest, true),
        None => (inner.strip_prefix('!')?, false),
    };
    // `/*M!999999\- enable the sandbox mode */` is for no server.
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if rest.get(..digits) == Some("999999") {
        return None;
    }
    Some(at + 2 + usize::from(is_mariadb) + 1 + digits)
}

fn token_at(bytes: &[u8], at: usize, dialect: Dialect) -> Option<(TokenKind, usize)> {
    let byte = *bytes.get(at)?;
    match byte {
        b'\'' => {
            let end = string_end(bytes, at, b'\'', dialect == Dialect::MySql)?;
            return Some((TokenKind::Text, end));
        }
        b'"' => {
            let kind = if dialect == Dialect::MySql { TokenKind::Text } else { TokenKind::Quoted };
            return Some((kind, string_end(bytes, at, b'"', dialect == Dialect::MySql)?));
        }
        b'`' if dialect != Dialect::PostgreSql => {
            return Some((TokenKind::Quoted, string_end(bytes, at, b'`', false)?));
        }
        b'[' if dialect == Dialect::Sqlite => {
            let length = bytes.get(at..)?.iter().position(|byte| *byte == b']')?;
            return Some((TokenKind::Quoted, at + length + 1));
        }
        b'$' if dialect == Dialect::PostgreSql => {
            if let Some(tag) = dollar_tag(bytes, at) {
                return Some((TokenKind::Dollar, dollar_end(bytes, at, tag)?));
            }
        }
        b':' if bytes.get(at + 1) == Some(&b':') => return Some((TokenKind::Sign, at + 2)),
        _ => {}
    }
    let follows = |from: usize| -> usize {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| is_word_byte(**byte)).count()
    };
    if byte.is_ascii_digit() || (byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
    {
        let mut end = follows(at + 1);
        if bytes.get(end) == Some(&b'.') && byte != b'.' {
            end = follows(end + 1);
        }
        return Some((TokenKind::Number, end));
    }
    if is_word_byte(byte) {
        let end = follows(at);
        let prefix = bytes.get(at..end)?;
        let escapes = prefix.eq_ignore_ascii_case(b"e");
        let is_prefix =
            escapes || [b"b", b"x", b"n"].iter().any(|one| prefix.eq_ignore_ascii_case(*one));
        if is_prefix && bytes.get(end) == Some(&b'\'') {
            let escapes = escapes || dialect == Dialect::MySql;
            return Some((TokenKind::Text, string_end(bytes, end, b'\'', escapes)?));
        }
        return Some((TokenKind::Word, end));
    }
    Some((TokenKind::Sign, at + 1))
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
