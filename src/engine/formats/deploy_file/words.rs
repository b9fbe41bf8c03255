//! The text of a shell script → words and operators (POSIX 2.3 and what bash adds to it).

use std::ops::Range;

/// A word without its quotes, or an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// The text, and whether any of it was quoted: a quoted word is never a keyword.
    Word(String, bool),
    Operator(&'static str),
    /// The body of a here-document, after the operator and its word.
    Document(String),
}

/// Longest first.
const OPERATORS: [&str; 12] = ["&&", "||", ";;", "|&", "&>", ";", "|", "&", "(", ")", ">", "<"];

/// Splits a script. Total, and linear in its length.
pub fn split(text: &str) -> Vec<(Token, Range<usize>)> {
    let mut all = Vec::new();
    let mut waiting: Vec<(String, bool)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let next = rest.chars().next().unwrap_or(' ');
        if next == '\n' {
            all.push((Token::Operator("\n"), at..at + 1));
            at += 1;
            for (end, strips) in waiting.drain(..) {
                let start = at;
                at = document_end(text, start, &end, strips);
                let body = text.get(start..at).unwrap_or_default();
                // The line that ends it is no part of it.
                let body = body.trim_end().rsplit_once('\n').map_or("", |(body, _)| body);
                all.push((Token::Document(body.to_owned()), start..start + body.len()));
            }
        } else if next.is_whitespace() {
            at += next.len_utf8();
        } else if rest.starts_with("\\\n") {
            at += 2;
        } else if next == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("<<") && !rest.starts_with("<<<") {
            let strips = rest.starts_with("<<-");
            let start = at + if strips { 3 } else { 2 };
            let blank =
                text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
            let (word, _, end) = word(text, start + blank);
            waiting.push((word, strips));
            at = end.max(start);
        } else if let Some(operator) = OPERATORS.iter().find(|known| rest.starts_with(**known)) {
            at += operator.len();
            all.push((Token::Operator(operator), at - operator.len()..at));
        } else {
            let (found, quoted, end) = word(text, at);
            let end = end.max(at + next.len_utf8());
            all.push((Token::Word(found, quoted), at..end));
            at = end;
        }
    }
    all
}

/// Where the line that ends a here-document ends.
fn document_end(text: &str, start: usize, end: &str, strips: bool) -> usize {
    let mut at = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        at += line.len();
        let body = line.trim_end_matches(['\n', '\r']);
        let body = if strips { body.trim_start_matches('\t') } else { body };
        if body == end {
            break;
        }
    }
    at
}

/// Reads a word: its text without quotes, whether it had some, and where it ends.
fn word(text: &str, start: usize) -> (String, bool, usize) {
    let (mut word, mut quoted) = (String::new(), false);
    let body = text.get(start..).unwrap_or_default();
    let mut chars = body.char_indices().peekable();
    let (mut single, mut double) = (false, false);
    // Brackets of `$(…)` and `${…}` that are open.
    let mut inside: usize = 0;
    while let Some((at, c)) = chars.next() {
        let ends = c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')' | '<' | '>');
        if single {
            if c == '\'' { single = false } else { word.push(c) }
        } else if c == '\\' {
            match chars.next() {
                Some((_, '\n')) | None => {}
                Some((_, escaped)) => word.push(escaped),
            }
        } else if c == '$' && chars.peek().is_some_and(|(_, next)| matches!(next, '(' | '{')) {
            inside += 1;
            word.push(c);
            word.extend(chars.next().map(|(_, bracket)| bracket));
        } else if inside > 0 {
            match c {
                ')' | '}' => inside -= 1,
                '(' | '{' => inside += 1,
                _ => {}
            }
            word.push(c);
        } else if c == '"' {
            (double, quoted) = (!double, true);
        } else if double {
            word.push(c);
        } else if c == '\'' {
            (single, quoted) = (true, true);
        } else if ends {
            return (word, quoted, start + at);
        } else {
            word.push(c);
        }
    }
    (word, quoted, text.len())
}
