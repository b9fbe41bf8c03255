//! A document: decoded text, where it came from, and its lines.

use std::sync::OnceLock;

use crate::wire::{Kind, Role};

use super::span::{DocumentId, Span};

/// One text to be read, after archives were opened and bytes were decoded.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The path it came under, archive included (`repo.zip/app/x.py`); unique within a run.
    pub path: String,
    /// The name to show: the path, or what the person renamed it to.
    pub name: String,
    /// Size of the original, in bytes.
    pub bytes: usize,
    /// Decoded text without byte order mark, otherwise as it came. Empty when [`Document::unreadable`].
    pub text: String,
    /// What was done to read it (encoding, mojibake…), as sentences for the person.
    pub notes: Vec<String>,
    /// Nothing could be read; the notes say why and what to do.
    pub unreadable: bool,
    /// The role a person gave.
    pub role: Option<Role>,
    /// The kind a person gave.
    pub kind: Option<Kind>,
    /// Nobody named it: it is here since its folder or archive is.
    pub along: bool,
    pub when: When,
    /// Lines of it are not known: a diff shows some of them alone, and the others are empty here.
    pub partial: bool,
    /// Where lines begin, once somebody asks: of most documents nobody does.
    lines: OnceLock<Vec<usize>>,
}

/// Which state of a project a document is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// What is under review.
    #[default]
    Now,
    /// The state that it is compared with.
    Before,
    /// A diff leaves it as it is.
    Both,
}

impl When {
    /// Returns whether a document belongs to one of the two states.
    pub fn is_in(self, state: Self) -> bool {
        self == state || self == Self::Both
    }
}

/// 1-based line and column, the column in Unicode code points (contract).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Document {
    /// Returns a document over decoded text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let path = path.into();
        let text = text.into();
        Self { name: path.clone(), bytes: text.len(), path, text, ..Self::default() }
    }

    /// Returns a document that could not be read, with the reason and the next step.
    pub fn unreadable(path: impl Into<String>, bytes: usize, why: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            name: path.clone(),
            path,
            bytes,
            notes: vec![why.into()],
            unreadable: true,
            ..Self::default()
        }
    }

    /// Returns where a byte offset is; offsets past the end count as the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= offset).max(1);
        let start = lines.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(1, |before| before.chars().count() + 1);
        Position { line, column }
    }

    /// Returns the text of a 1-based line without its line break, or `None` past the end.
    pub fn line(&self, number: usize) -> Option<&str> {
        let lines = self.lines();
        let start = *lines.get(number.checked_sub(1)?)?;
        let end = lines.get(number).copied().unwrap_or(self.text.len());
        Some(self.text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }

    /// Returns the number of lines.
    pub fn line_count(&self) -> usize {
        self.lines().len()
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| line_starts(&self.text))
    }

    /// Returns the text of a span of this document.
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(self.text.floor_char_boundary(span.start)..self.text.floor_char_boundary(span.end))
            .unwrap_or("")
    }

    /// Returns the last part of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Returns whether a line of a text begins with one of these words: far sooner found than line by line.
pub fn has_line(text: &str, starts: &[&str]) -> bool {
    let mut rest = text.as_bytes();
    loop {
        let first = rest.first();
        let begins = |start: &[u8]| start.first() == first && rest.starts_with(start);
        if starts.iter().any(|start| begins(start.as_bytes())) {
            return true;
        }
        let Some(at) = memchr::memchr(b'\n', rest) else { return false };
        rest = rest.get(at + 1..).unwrap_or_default();
    }
}

/// Every line break counts: LF, CR LF and a lone CR.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    if memchr::memchr(b'\r', bytes).is_none() {
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
        return starts;
    }
    for (at, byte) in bytes.iter().enumerate() {
        let breaks = match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if breaks {
            starts.push(at + 1);
        }
    }
    starts
}

/// The documents of one run, sorted by path, so that the order of arrival changes nothing.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    all: Vec<Document>,
}

impl Documents {
    /// Sorts by path; equal paths of one state get a suffix (`x.sql`, `x.sql (2)`), in a stable order.
    pub fn new(mut all: Vec<Document>) -> Self {
        for document in all.iter_mut().filter(|one| one.role == Some(Role::Before)) {
            document.when = When::Before;
        }
        crate::ordered::sort_by(&mut all, |a, b| {
            (&a.path, a.when, &a.text).cmp(&(&b.path, b.when, &b.text))
        });
        if all.is_sorted_by(|a, b| a.path < b.path) {
            return Self { all };
        }
        let mut seen = crate::ordered::Set::new();
        // The next number to try per path, so that thousands of equal paths do not each start at 2.
        let mut copies = crate::ordered::Map::new();
        for document in &mut all {
            let base = document.path.clone();
            let before = document.when == When::Before;
            // One path in both states is one file.
            if before && document.name == base && seen.contains(&(base.clone(), false)) {
                document.name.push_str(" (before)");
            }
            while !seen.insert((document.path.clone(), before)) {
                let copy = copies.entry((base.clone(), before)).or_insert(2usize);
                document.path = format!("{base} ({copy})");
                *copy += 1;
            }
            if document.name == base {
                document.name.clone_from(&document.path);
            }
        }
        Self { all }
    }

    /// Returns the document with this id. Ids come from [`Documents::iter`], so this always succeeds; an
    /// unknown id gives `None` rather than a panic.
    pub fn get(&self, id: DocumentId) -> Option<&Document> {
        self.all.get(id.ix())
    }

    /// Returns ids and documents in path order.
    pub fn iter(&self) -> impl Iterator<Item = (DocumentId, &Document)> {
        self.all
            .iter()
            .enumerate()
            .map(|(ix, document)| (DocumentId(u32::try_from(ix).unwrap_or(u32::MAX)), document))
    }

    /// Returns the documents of one state of the project.
    pub fn of(&self, state: When) -> impl Iterator<Item = (DocumentId, &Document)> {
        self.iter().filter(move |(_, document)| document.when.is_in(state))
    }

    /// Gives the document of this path a role that a person wrote down; `false` where there is none.
    pub fn give_role(&mut self, path: &str, role: Role) -> bool {
        let found = self.all.iter_mut().find(|document| document.path == path);
        found.map(|document| document.role = Some(role)).is_some()
    }

    /// Returns the documents themselves, in path order.
    pub fn into_vec(self) -> Vec<Document> {
        self.all
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_code_points_and_every_kind_of_line_break() {
        let document = Document::new("x", "añb\r\nzwei\rdrei\nvier");
        let at = |needle: &str| document.position(document.text.find(needle).unwrap());
        assert_eq!(at("b"), Position { line: 1, column: 3 });
        assert_eq!(at("zwei"), Position { line: 2, column: 1 });
        assert_eq!(at("drei"), Position { line: 3, column: 1 });
        assert_eq!(at("ier"), Position { line: 4, column: 2 });
        assert_eq!(document.line(1), Some("añb"));
        assert_eq!(document.line(5), None);
        assert_eq!(document.position(10_000), Position { line: 4, column: 5 });
    }

    #[test]
    fn documents_with_one_path_are_kept_apart() {
        let documents = Documents::new(vec![
            Document::new("b", "2"),
            Document::new("a", "x"),
            Document::new("b", "1"),
        ]);
        let names: Vec<_> =
            documents.iter().map(|(_, d)| (d.path.as_str(), d.text.as_str())).collect();
        assert_eq!(names, [("a", "x"), ("b", "1"), ("b (2)", "2")]);
    }
}
