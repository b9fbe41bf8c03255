//! Text of a diff → its changes, file by file, in the order of the text (input-formats.md 11).

use crate::engine::document::has_line;

/// What a diff does to one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Its path before; `None` for a new file.
    pub old: Option<String>,
    /// Its path after; `None` for a deleted file.
    pub new: Option<String>,
    pub hunks: Vec<Hunk>,
    /// It is no text, or the diff leaves its lines out.
    pub binary: bool,
}

/// Some lines, before and after. Lines are counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hunk {
    pub old_start: usize,
    pub new_start: usize,
    /// The line above that the diff names, such as `def upgrade():`.
    pub heading: String,
    pub lines: Vec<(Mark, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Same,
    Gone,
    Come,
}

impl Hunk {
    /// Returns the lines of one side.
    pub fn side(&self, after: bool) -> impl Iterator<Item = &str> {
        let other = if after { Mark::Gone } else { Mark::Come };
        self.lines.iter().filter(move |(mark, _)| *mark != other).map(|(_, line)| line.as_str())
    }

    /// Returns the number of the first line of one side, from 0.
    pub fn start(&self, after: bool) -> usize {
        let start = if after { self.new_start } else { self.old_start };
        // Of nothing, the number is that of the line before.
        let empty = self.side(after).next().is_none();
        if empty { start } else { start.saturating_sub(1) }
    }
}

/// Returns how a text shows that it is a diff.
pub fn looks_like_one(text: &str) -> Option<&'static str> {
    // Most texts have no line that begins as one of these could.
    if !has_line(text, &["diff --git ", "+++ ", "[", "\u{1b}"]) {
        return None;
    }
    let clean = |line: &str| line.trim_start_matches('\u{1b}').starts_with('[');
    let mut lines = text.lines().peekable();
    let mut after_minus = false;
    while let Some(line) = lines.next() {
        // Rows of a dump may hold anything.
        if line.starts_with("-- PostgreSQL database dump") || line.starts_with("-- MySQL dump") {
            return None;
        }
        let coloured = clean(line).then(|| line.split_once('m').map(|(_, rest)| rest)).flatten();
        let line = coloured.unwrap_or(line);
        if line.starts_with("diff --git ") {
            return Some("diff --git");
        }
        if after_minus && line.starts_with("+++ ") {
            return lines
                .peek()
                .is_some_and(|next| next.starts_with("@@ "))
                .then_some("--- and +++");
        }
        after_minus = line.starts_with("--- ");
    }
    None
}

/// Reads the changes. Total: what is no part of a diff is passed over.
pub(super) fn changes(text: &str) -> Vec<Change> {
    let mut found: Vec<Change> = Vec::new();
    // Lines of either side that the open hunk still has to come.
    let mut left = (0usize, 0usize);
    let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r')).peekable();
    let mut minus: Option<&str> = None;
    while let Some(line) = lines.next() {
        if left != (0, 0) {
            body(line, &mut left, found.last_mut());
            continue;
        }
        if let Some(names) = line.strip_prefix("diff --git ") {
            let (old, new) = both(names);
            found.push(Change { old, new, ..Change::default() });
            minus = None;
        } else if let Some(name) = line.strip_prefix("--- ")
            && lines.peek().is_some_and(|next| next.starts_with("+++ "))
        {
            minus = Some(name);
        } else if let (Some(name), Some(old)) = (line.strip_prefix("+++ "), minus.take()) {
            let (old, new) = (path(old), path(name));
            match found
                .last_mut()
                .filter(|last| last.hunks.is_empty() && !is_other(last, &old, &new))
            {
                Some(last) => (last.old, last.new) = (old, new),
                None => found.push(Change { old, new, ..Change::default() }),
            }
        } else if let Some(hunk) = line.strip_prefix("@@ ").and_then(|rest| hunk(rest, &mut left)) {
            found.last_mut().into_iter().for_each(|last| last.hunks.push(hunk.clone()));
        } else if let Some(last) = found.last_mut().filter(|last| last.hunks.is_empty()) {
            header(line, last);
        }
    }
    found.retain(|change| change.old.is_some() || change.new.is_some());
    found
}

/// Whether a pair of names begins another file than the one whose header was read last.
fn is_other(last: &Change, old: &Option<String>, new: &Option<String>) -> bool {
    let known = last.new.as_ref().or(last.old.as_ref());
    known.is_some() && known != new.as_ref().or(old.as_ref()) && known != old.as_ref()
}

fn body(line: &str, left: &mut (usize, usize), change: Option<&mut Change>) {
    let Some(hunk) = change.and_then(|change| change.hunks.last_mut()) else { return };
    let (mark, text) = match line.as_bytes().first() {
        Some(b'+') => (Mark::Come, line.get(1..)),
        Some(b'-') => (Mark::Gone, line.get(1..)),
        Some(b'\\') => return, // "\ No newline at end of file"
        Some(b' ') => (Mark::Same, line.get(1..)),
        // An editor that trims lines takes the blank of an empty one away.
        _ => (Mark::Same, Some(line)),
    };
    if mark != Mark::Come {
        left.0 = left.0.saturating_sub(1);
    }
    if mark != Mark::Gone {
        left.1 = left.1.saturating_sub(1);
    }
    hunk.lines.push((mark, text.unwrap_or_default().to_owned()));
}

/// `-1,7 +1,7 @@ heading`
fn hunk(rest: &str, left: &mut (usize, usize)) -> Option<Hunk> {
    let (ranges, heading) = rest.split_once(" @@")?;
    let (old, new) = ranges.split_once(' ')?;
    let range = |text: &str, sign: char| {
        let text = text.strip_prefix(sign)?;
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse::<usize>().ok()?, count.parse::<usize>().ok()?))
    };
    let ((old_start, old_count), (new_start, new_count)) = (range(old, '-')?, range(new, '+')?);
    *left = (old_count, new_count);
    Some(Hunk { old_start, new_start, heading: heading.trim().to_owned(), lines: Vec::new() })
}

/// A line between `diff --git` and the first hunk.
fn header(line: &str, change: &mut Change) {
    if line.starts_with("new file mode") {
        change.old = None;
    } else if line.starts_with("deleted file mode") {
        change.new = None;
    } else if let Some(name) = line.strip_prefix("rename from ") {
        change.old = Some(unquoted(name));
    } else if let Some(name) = line.strip_prefix("rename to ") {
        change.new = Some(unquoted(name));
    } else if line.starts_with("GIT binary patch") || line.starts_with("Binary files ") {
        change.binary = true;
    }
}

/// The two names of `diff --git`. Both are the same unless a file was renamed, which later lines say.
fn both(names: &str) -> (Option<String>, Option<String>) {
    let halves = if names.starts_with('"') {
        names.match_indices("\" ").next().map(|(at, _)| at + 1)
    } else {
        let middle = names.len() / 2;
        let same = |at: &usize| {
            let (old, new) = (names.get(..*at), names.get(*at + 1..));
            old.and_then(path) == new.and_then(path)
        };
        let spaces = || names.match_indices(' ').map(|(at, _)| at);
        spaces().find(same).or_else(|| spaces().min_by_key(|at| at.abs_diff(middle)))
    };
    let Some(at) = halves else { return (path(names), path(names)) };
    (names.get(..at).and_then(path), names.get(at + 1..).and_then(path))
}

/// A name without its prefix and without the time behind it; `None` for `/dev/null`.
fn path(name: &str) -> Option<String> {
    let name = unquoted(name.split('\t').next().unwrap_or(name));
    if name == "/dev/null" {
        return None;
    }
    let prefixes = ["a/", "b/", "i/", "w/", "c/", "o/"];
    let stripped = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
    let plain = stripped.unwrap_or(&name).trim_start_matches('/');
    let parts: Vec<&str> =
        plain.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// `"a/na\303\257ve.py"`: bytes that are no plain letters are written in octal.
fn unquoted(name: &str) -> String {
    let name = name.trim();
    let Some(inner) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut bytes = Vec::new();
    let mut rest = inner.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let octal = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            bytes.push(byte);
            rest = after.get(3..).unwrap_or_default();
        } else if let Some((escaped, after)) = after.split_first() {
            bytes.push(match escaped {
                b't' => b'\t',
                b'n' => b'\n',
                other => *other,
            });
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
