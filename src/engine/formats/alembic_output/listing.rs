//! `heads`, `current`, `branches`, `history` and `show` in both forms (alembic.md 3.2).

use crate::engine::facts::Entry;
use crate::engine::span::Span;

use super::line::{is_id, is_plausible_id};

/// One line of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Short {
    pub entry: Entry,
    /// Marked as a branch point or a merge point.
    pub is_shaped: bool,
    /// It has any mark, label or message, so that it is no word that stands alone.
    pub is_marked: bool,
}

/// Reads `down -> id (labels) (head) (current) (branchpoint) (mergepoint), message`.
pub(super) fn short(text: &str, span: Span) -> Option<Short> {
    let text = text.trim_end();
    let (left, right) = match text.split_once(" -> ") {
        Some((left, right)) => (Some(left), right),
        None => (None, text),
    };
    let mut found = Short::default();
    found.entry.span = Some(span);
    if let Some(left) = left {
        let (ids, depends) = match left.split_once(" (") {
            Some((ids, depends)) => (ids, Some(depends.strip_suffix(')')?)),
            None => (left, None),
        };
        found.entry.down = Some(if ids == "<base>" { Vec::new() } else { all_ids(ids)? });
        found.entry.depends_on = depends.map_or(Some(Vec::new()), all_ids)?;
    }
    let end = right.find([' ', ',']).unwrap_or(right.len());
    found.entry.id = right.get(..end).filter(|id| is_id(id))?.to_owned();
    let mut rest = right.get(end..)?;
    while let Some(group) = rest.strip_prefix(" (") {
        let (inside, behind) = group.split_once(')')?;
        found.is_marked = true;
        match inside {
            "head" | "effective head" => found.entry.is_head = true,
            "current" => found.entry.is_current = true,
            "branchpoint" | "mergepoint" => found.is_shaped = true,
            labels => found.entry.labels = all_ids(labels)?,
        }
        rest = behind;
    }
    if let Some(message) = rest.strip_prefix(", ") {
        // Listings without parents have no messages; `branches -v` has, behind its arrows.
        left?;
        found.is_marked = true;
        found.entry.message = Some(message.to_owned());
    } else if !rest.is_empty() {
        return None;
    }
    Some(found)
}

/// Reads an arrow of `branches`: blanks, ` -> `, one line of a listing.
pub(super) fn arrow(text: &str, span: Span) -> Option<Short> {
    let behind = text.trim_start().strip_prefix("-> ")?;
    if text.len() == text.trim_start().len() {
        return None;
    }
    // With `-v` a message follows, which only lines with parents have.
    let (listed, message) = split_after_labels(behind);
    let mut found = short(listed, span)?;
    found.entry.message = message;
    Some(found)
}

fn balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
}

/// A comma inside of the labels is none before the message.
fn split_after_labels(text: &str) -> (&str, Option<String>) {
    let commas = text.match_indices(", ").map(|(at, _)| at);
    let split = commas
        .filter_map(|at| Some((text.get(..at)?, text.get(at + 2..)?)))
        .find(|(before, _)| balanced(before));
    match split {
        Some((before, after)) => (before, Some(after.to_owned())),
        None => (text, None),
    }
}

fn all_ids(text: &str) -> Option<Vec<String>> {
    text.split(", ").map(|id| is_id(id).then(|| id.to_owned())).collect()
}

impl Short {
    /// Returns whether it is a listing's line beyond doubt, whatever stands around it.
    pub fn is_plain_enough(&self) -> bool {
        let ids_look_so = || {
            let parents = self.entry.down.iter().flatten();
            is_plausible_id(&self.entry.id) && parents.clone().all(|id| is_plausible_id(id))
        };
        match &self.entry.down {
            Some(down) => down.is_empty() || self.is_marked || ids_look_so(),
            None => self.entry.is_head || self.entry.is_current || self.is_shaped,
        }
    }
}

/// Whether a line begins the verbose form.
pub(super) fn begins_entry(line: &str) -> bool {
    line.starts_with("Rev: ")
}

/// Reads one block of the verbose form. Gives the revision and how many lines it took.
pub(super) fn entry<'a>(lines: impl Iterator<Item = (&'a str, Span)>) -> Option<(Entry, usize)> {
    let mut lines = lines.enumerate();
    let (_, (first, span)) = lines.next()?;
    let mut found = short(first.strip_prefix("Rev: ")?, span)?.entry;
    let mut taken = 1;
    let mut message: Option<String> = None;
    let mut in_doc = false;
    for (ix, (line, _)) in lines {
        let text = line.trim();
        if line.starts_with("    ") && !text.is_empty() && !text.starts_with("-> ") {
            in_doc = true;
            match (&mut message, text.split_once(": ")) {
                (_, Some(("Create Date", date))) => found.create_date = Some(date.to_owned()),
                (None, _) => message = Some(text.to_owned()),
                _ => {}
            }
        } else if text.is_empty() {
            // Empty lines stand before the docstring, inside of it and behind it.
        } else if in_doc || !header(&mut found, text) {
            break;
        }
        if !text.is_empty() {
            taken = ix + 1;
        }
    }
    found.message = message.filter(|text| !text.starts_with("Revision ID: "));
    Some((found, taken))
}

/// A line between `Rev:` and the docstring; false when it is none.
fn header(entry: &mut Entry, line: &str) -> bool {
    let Some((key, value)) = line.split_once(": ") else { return false };
    match key {
        "Parent" if value == "<base>" => entry.down = Some(Vec::new()),
        "Parent" | "Merges" => entry.down = all_ids(value),
        "Also depends on" => entry.depends_on = all_ids(value).unwrap_or_default(),
        "Branch names" => entry.labels = all_ids(value).unwrap_or_default(),
        "Branches into" | "Path" => {}
        _ => return false,
    }
    true
}
