//! As much of Python's `configparser` as `alembic.ini` needs.
//!
//! Sections, `key = value` and `key: value` with keys in lower case, lines that go on when they are
//! indented, whole-line comments, `[DEFAULT]`, and `%(name)s` with `%%` for a percent sign. There are no
//! comments at the end of a line: `configparser` takes them as part of the value, and so does Alembic.

use crate::ordered::Map;

use super::{HERE, Listed, Section};

/// How often a value may refer to another that refers to another.
const DEPTH_MAX: usize = 10;
/// Characters of one value, after which it is left alone: values that double each other grow fast.
const VALUE_CHARS_MAX: usize = 10_000;

type Values = Map<String, String>;

/// Returns the sections that configure Alembic: `[alembic]`, and others that name a script folder.
pub(super) fn read(text: &str) -> Vec<Section> {
    let all = sections(text);
    let defaults = all.iter().find(|(name, _)| name == "DEFAULT").map(|(_, values)| values.clone());
    let defaults = defaults.unwrap_or_default();
    all.iter()
        .filter(|(name, values)| name == "alembic" || values.contains_key("script_location"))
        .filter(|(name, _)| name != "DEFAULT")
        .map(|(name, values)| {
            let mut known = defaults.clone();
            known.extend(values.clone());
            known.insert("here".to_owned(), HERE.to_string());
            let get = |key: &str| known.get(key).and_then(|raw| interpolate(raw, &known, 0));
            Section {
                name: name.clone(),
                script_location: get("script_location"),
                version_locations: get("version_locations").map(Listed::Text),
                separator: get("path_separator").or_else(|| get("version_path_separator")),
                recursive: get("recursive_version_locations").map(|text| text == "true"),
            }
        })
        .collect()
}

fn sections(text: &str) -> Vec<(String, Values)> {
    let mut all: Vec<(String, Values)> = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        let Some((_, values)) = all.last_mut().filter(|_| !trimmed.starts_with('[')) else {
            if let Some((name, _)) = trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            {
                all.push((name.to_owned(), Values::new()));
            }
            open = None;
            continue;
        };
        if trimmed.is_empty() {
            continue;
        }
        match open.as_ref().filter(|_| line.starts_with([' ', '\t'])) {
            Some(key) => {
                let value = values.entry(key.clone()).or_default();
                if value.len() < VALUE_CHARS_MAX {
                    value.push('\n');
                    value.push_str(trimmed);
                }
            }
            None => {
                let Some((key, value)) = trimmed.split_once(['=', ':']) else { continue };
                let key = key.trim().to_lowercase();
                values.insert(key.clone(), value.trim().to_owned());
                open = Some(key);
            }
        }
    }
    all
}

/// Replaces `%(name)s`. `None` where Python would raise: a name that nothing has, a bare percent sign.
fn interpolate(raw: &str, known: &Values, depth: usize) -> Option<String> {
    if depth > DEPTH_MAX {
        return None;
    }
    let mut out = String::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (name, after) = after.strip_prefix('(')?.split_once(")s")?;
        let name = name.to_lowercase();
        let value = known.get(&name)?;
        match name.as_str() {
            "here" => out.push_str(value),
            _ => out.push_str(&interpolate(value, known, depth + 1)?),
        }
        rest = after;
        if out.len() > VALUE_CHARS_MAX {
            return None;
        }
    }
    out.push_str(rest);
    Some(out.trim().to_owned())
}
