//! What editors, consoles and mail put before every line.

use super::rewrite::Rewrite;
use super::{Washed, could_run};

/// `> ` before every line: a quotation.
pub(super) fn mail_quote(text: &str) -> Option<Washed> {
    let depth = |line: &str| {
        line.chars().take_while(|c| matches!(c, '>' | ' ')).filter(|c| *c == '>').count()
    };
    // The first line without a mark decides.
    let least = |least: usize, depth: usize| (depth > 0).then(|| least.min(depth));
    let depth = filled_lines(text).map(depth).try_fold(usize::MAX, least)?;
    if depth == usize::MAX {
        return None;
    }
    // A console's own prompt looks like a quotation.
    if filled_lines(text).all(|line| line.starts_with(">>>")) {
        return None;
    }
    let prefix = |line: &str| {
        let marks = line.char_indices().take_while(|(_, c)| matches!(c, '>' | ' '));
        let last = marks.filter(|(_, c)| *c == '>').nth(depth - 1);
        last.map_or(0, |(at, _)| {
            at + 1 + usize::from(line.get(at + 1..).is_some_and(|rest| rest.starts_with(' ')))
        })
    };
    Some(without(text, prefix, "The quotation marks before every line were removed."))
}

/// `12 | ` or `12: ` before every line, counting up: an editor's or a review's gutter. Rows of a table
/// look the same, so some line must hold code.
pub(super) fn line_numbers(text: &str) -> Option<Washed> {
    let (mut lines, mut numbered, mut code) = (0usize, 0usize, false);
    let mut expected: Option<usize> = None;
    let most = bare_lines_max(text);
    for line in text.lines() {
        if lines - numbered > most {
            return None;
        }
        let filled = !line.trim().is_empty();
        lines += usize::from(filled);
        match number(line) {
            Some((stated, prefix)) => {
                if expected.is_some_and(|expected| expected != stated) {
                    return None;
                }
                expected = stated.checked_add(1);
                numbered += 1;
                let rest = line.get(prefix..).unwrap_or("");
                code |= could_run(rest)
                    || ["def ", "import ", "revision"].iter().any(|word| rest.starts_with(word));
            }
            None if filled => expected = expected.and_then(|expected| expected.checked_add(1)),
            None => {}
        }
    }
    if !code || numbered < 2 || numbered * 10 < lines * 9 {
        return None;
    }
    let prefix = |line: &str| number(line).map_or(0, |(_, prefix)| prefix);
    Some(without(text, prefix, "The line numbers before every line were removed."))
}

/// `mydb=> `, `mysql> `, `    -> ` before nearly every line. A transcript with output in between keeps
/// its prompts: they tell what was typed from what was answered.
pub(super) fn prompts(text: &str) -> Option<Washed> {
    let (mut lines, mut prompted) = (0usize, 0usize);
    let most = bare_lines_max(text);
    for line in filled_lines(text) {
        if lines - prompted > most {
            return None;
        }
        lines += 1;
        prompted += usize::from(prompt(line) > 0);
    }
    if prompted == 0 || prompted * 10 < lines * 9 {
        return None;
    }
    Some(without(text, prompt, "The console's prompts before every line were removed."))
}

/// How many lines may lack what nearly every line has: a tenth, of no more lines than there are ends.
fn bare_lines_max(text: &str) -> usize {
    (memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1) / 10
}

fn filled_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim().is_empty())
}

fn without(text: &str, prefix: impl Fn(&str) -> usize, note: &str) -> Washed {
    let mut rewrite = Rewrite::new(text);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        rewrite.keep(at + prefix(body)..at + line.len());
        at += line.len();
    }
    Washed::new(rewrite, vec![note.to_owned()])
}

/// The number before a line, and how long it is with its separator.
fn number(line: &str) -> Option<(usize, usize)> {
    let digits_at = line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = line.get(digits_at..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let stated = rest.get(..digits)?.parse().ok()?;
    let behind = rest.get(digits..)?;
    let separator = behind.trim_start_matches([' ', '\t']);
    let gap = behind.len() - separator.len();
    let tail = separator.strip_prefix(['|', ':'])?;
    let space = match tail.chars().next() {
        None => 0,
        Some(' ' | '\t') => 1,
        Some(_) => return None,
    };
    Some((stated, digits_at + digits + gap + 1 + space))
}

/// How long the prompt before a line is; 0 when there is none.
fn prompt(line: &str) -> usize {
    let indented = line.trim_start_matches(' ');
    let indent = line.len() - indented.len();
    let fixed = ["mysql>", "sqlite>", "...>", "->", "'>", "\">", "`>", "$"];
    for word in fixed {
        if let Some(space) = indented.strip_prefix(word).and_then(gap) {
            return indent + word.len() + space;
        }
    }
    if let Some(rest) = line.strip_prefix("MariaDB [") {
        let close = rest.find("]>").map(|at| "MariaDB [".len() + at + 2);
        return close.and_then(|end| Some(end + gap(line.get(end..)?)?)).unwrap_or(0);
    }
    psql_prompt(line).unwrap_or(0)
}

/// A database's name, a mark or two of the state, `>` or `#`.
fn psql_prompt(line: &str) -> Option<usize> {
    let name = line.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let marks = line.get(name..)?;
    let state = marks.bytes().take_while(|byte| b"=-('\"*!^$".contains(byte)).count();
    let end = name + state + 1;
    let closed = matches!(marks.as_bytes().get(state), Some(b'>' | b'#'));
    if name == 0 || !(1..=2).contains(&state) || !closed {
        return None;
    }
    Some(end + gap(line.get(end..)?)?)
}

/// One space, or the end of the line, stands behind every prompt.
fn gap(rest: &str) -> Option<usize> {
    match rest.chars().next() {
        None => Some(0),
        Some(' ') => Some(1),
        Some(_) => None,
    }
}
