//! As much of TOML as `[tool.alembic]` needs: one table of texts, truth values and lists of texts.
//!
//! Texts stand between `"` or `'`, on one line or between three of them; escapes other than `\\`, `\"`,
//! `\n` and `\t` are kept as written. What is not of this shape (numbers, dates, tables) is skipped.

use super::{HERE, Listed, Section};

/// Returns the settings of `[tool.alembic]`, if there is such a table.
pub(super) fn read(text: &str) -> Option<Section> {
    let body = table(text, "tool.alembic")?;
    let mut section = Section { name: "tool.alembic".to_owned(), ..Section::default() };
    let mut rest = body.as_str();
    while let Some((line, after)) = next_line(rest) {
        let Some((key, value)) = line.split_once('=').filter(|_| !line.trim().starts_with('#'))
        else {
            rest = after;
            continue;
        };
        let key = key.trim().trim_matches(['"', '\'']);
        let whole = rest.get(line.len() - value.len()..).unwrap_or(value);
        let (value, end) = value_of(whole);
        match (key, value) {
            ("script_location", Some(Value::Text(text))) => section.script_location = Some(text),
            ("version_locations", Some(Value::List(all))) => {
                section.version_locations = Some(Listed::List(all));
            }
            ("version_locations", Some(Value::Text(text))) => {
                section.version_locations = Some(Listed::Text(text));
            }
            ("path_separator", Some(Value::Text(text))) => section.separator = Some(text),
            ("recursive_version_locations", Some(Value::Truth(truth))) => {
                section.recursive = Some(truth);
            }
            _ => {}
        }
        rest = match end.and_then(|end| whole.get(end..)) {
            Some(behind) => next_line(behind).map_or("", |(_, after)| after),
            None => after,
        };
    }
    Some(section)
}

enum Value {
    Text(String),
    List(Vec<String>),
    Truth(bool),
}

/// The lines of a table, up to the next one.
fn table(text: &str, name: &str) -> Option<String> {
    let is_header = |line: &str| line.trim_start().starts_with('[');
    let named = |line: &str| {
        let line = line.split('#').next().unwrap_or_default().trim();
        line.strip_prefix('[').and_then(|l| l.strip_suffix(']')).is_some_and(|l| l.trim() == name)
    };
    let mut lines = text.lines().skip_while(|line| !named(line));
    lines.next()?;
    let mut body = String::new();
    for line in lines {
        // A list of lists would look like a header; Alembic has none.
        if is_header(line) && line.trim_end().ends_with(']') && !line.contains(['"', '\'', ',']) {
            break;
        }
        body.push_str(line);
        body.push('\n');
    }
    Some(body)
}

fn next_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    Some(text.split_once('\n').unwrap_or((text, "")))
}

/// The value at the start of a text, and where it ends.
fn value_of(text: &str) -> (Option<Value>, Option<usize>) {
    let start = text.len() - text.trim_start_matches([' ', '\t']).len();
    let own = text.get(start..).unwrap_or_default();
    if own.starts_with("true") || own.starts_with("false") {
        return (Some(Value::Truth(own.starts_with("true"))), None);
    }
    if let Some((text, end)) = quoted(own) {
        return (Some(Value::Text(text)), Some(start + end));
    }
    if !own.starts_with('[') {
        return (None, None);
    }
    let mut all = Vec::new();
    let mut at = 1;
    while let Some(next) = own.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = own.get(at..).unwrap_or_default();
        match next {
            ']' => return (Some(Value::List(all)), Some(start + at + 1)),
            '#' => at += rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => {
                let Some((text, end)) = quoted(rest) else { return (None, None) };
                all.push(text);
                at += end;
            }
            other => at += other.len_utf8(),
        }
    }
    (None, None)
}

/// A text between quotes at the start, and where it ends; `%(here)s` and `%%` replaced as in an ini file.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let triple: String = std::iter::repeat_n(mark, 3).collect();
    let fence = if text.starts_with(&triple) { triple } else { mark.to_string() };
    let inner = text.get(fence.len()..)?;
    let mut end = inner.find(&fence)?;
    // A quote after a backslash goes on, between double quotes.
    while mark == '"' && inner.get(..end)?.ends_with('\\') && !inner.get(..end)?.ends_with("\\\\") {
        end += 1 + inner.get(end + 1..)?.find(&fence)?;
    }
    let mut value = inner.get(..end)?.trim_start_matches('\n').to_owned();
    if mark == '"' {
        value = value.replace("\\\"", "\"").replace("\\n", "\n").replace("\\t", "\t");
        value = value.replace("\\\\", "\\");
    }
    let value = value.replace("%(here)s", &HERE.to_string()).replace("%%", "%");
    Some((value, fence.len() * 2 + end))
}
