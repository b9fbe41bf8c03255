//! The list that `alembic check` prints: Python's repr, read by its brackets and never evaluated.

use crate::engine::facts::Difference;
use crate::limits;

/// What stands before the list.
pub(super) const WORDS: &str = "New upgrade operations detected: ";

/// Reads the list. Gives what it holds, and whether it ends.
pub(super) fn read(text: &str) -> (Vec<Difference>, bool) {
    let mut differences = Vec::new();
    let whole = pieces(text, &mut |tuple| differences.extend(difference(tuple)));
    (differences, whole)
}

/// Returns whether every bracket of the text closes.
pub(super) fn is_whole(text: &str) -> bool {
    pieces(text, &mut |_| {})
}

/// Calls for each tuple that describes a change; those of one altered column are in a list of their own.
fn pieces<'a>(text: &'a str, found: &mut dyn FnMut(&'a str)) -> bool {
    let mut open: Vec<(u8, usize)> = Vec::new();
    for (at, byte) in outside_quotes(text) {
        match byte {
            b'(' | b'[' | b'{' if open.len() >= limits::NESTING_MAX => return false,
            b'(' | b'[' | b'{' => open.push((byte, at)),
            b')' | b']' | b'}' => {
                let Some((kind, start)) = open.pop() else { return false };
                let outer_lists = open.iter().all(|(outer, _)| *outer == b'[');
                if kind == b'(' && outer_lists && !open.is_empty() {
                    found(text.get(start + 1..at).unwrap_or_default());
                }
                if open.is_empty() {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Bytes and their places, but for Python's strings: their quotes and what is between them.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut bytes = text.bytes().enumerate();
    let mut quote: Option<u8> = None;
    std::iter::from_fn(move || {
        loop {
            let (at, byte) = bytes.next()?;
            match quote {
                Some(_) if byte == b'\\' => _ = bytes.next(),
                Some(mark) if mark == byte => quote = None,
                Some(_) => {}
                None if matches!(byte, b'\'' | b'"') => quote = Some(byte),
                None => return Some((at, byte)),
            }
        }
    })
}

/// `'add_column', None, 'member', Column('phone', …)`.
fn difference(tuple: &str) -> Option<Difference> {
    let parts = arguments(tuple);
    let mut parts = parts.iter().copied();
    let verb = string(parts.next()?)?;
    let mut found = Difference { verb: verb.to_owned(), ..Difference::default() };
    match verb {
        "add_column" | "remove_column" => {
            found.schema = parts.next().and_then(string).map(str::to_owned);
            found.table = parts.next().and_then(string).map(str::to_owned);
            found.name = parts.next().and_then(first_name).map(str::to_owned);
        }
        _ if verb.starts_with("modify_") => {
            found.schema = parts.next().and_then(string).map(str::to_owned);
            found.table = parts.next().and_then(string).map(str::to_owned);
            found.name = parts.next().and_then(string).map(str::to_owned);
        }
        _ if verb.contains("table") => {
            let object = parts.next()?;
            found.table = first_name(object).map(str::to_owned);
            found.schema = keyword(object, "schema").map(str::to_owned);
        }
        _ => {
            let object = parts.next()?;
            found.name = first_name(object).or_else(|| keyword(object, "name")).map(str::to_owned);
            found.table = table_of(object).map(str::to_owned);
        }
    }
    Some(found)
}

/// Arguments at the top of a tuple or call.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0usize, 0);
    let mut all = Vec::new();
    for (at, byte) in outside_quotes(text) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                all.push(text.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(text.get(start..).unwrap_or_default().trim());
    all
}

fn string(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// The first argument of a call when it is a string.
fn first_name(call: &str) -> Option<&str> {
    let (_, rest) = call.split_once('(')?;
    let inside = rest.strip_suffix(')').unwrap_or(rest);
    arguments(inside).first().copied().and_then(string)
}

fn keyword<'a>(call: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = call.split_once('(')?;
    let inside = rest.strip_suffix(')').unwrap_or(rest);
    let found = arguments(inside)
        .into_iter()
        .rev()
        .find_map(|argument| argument.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')));
    found.and_then(string)
}

/// `table=<member>`, or `table=Table('member', …)`.
fn table_of(call: &str) -> Option<&str> {
    let (_, rest) = call.split_once("table=")?;
    match rest.strip_prefix('<') {
        Some(rest) => rest.split_once('>').map(|(name, _)| name),
        None => first_name(rest),
    }
}
