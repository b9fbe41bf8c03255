//! What views are written with. Every text from outside passes through here.

pub use crate::renderers::sentence::short;
use crate::renderers::sentence::{Piece, badge, fitted, pieces};
use crate::renderers::visible::visible;
use crate::wire::escaped::escape;
use crate::wire::schema::UndecidedView;
use crate::wire::words::count;
use crate::wire::{Block, FindingRow, InputRow, Is, Report, Severity};

const UNKNOWN_MAX: usize = 20;
pub const FOUND_MAX: usize = 100;

/// A block with a text from outside.
pub fn text(is: Is, words: &str) -> Block {
    Block::new(is, visible(words))
}

/// A sentence; what stands between backticks is code.
pub fn prose(is: Is, sentence: &str) -> Block {
    let piece = |piece| match piece {
        Piece::Text(words) => text(Is::Row, words),
        Piece::Code(name) => code(name),
    };
    Block::of(is, pieces(sentence).into_iter().map(piece).collect())
}

/// A name; of a very long one the beginning and the end, with the whole of it beside.
pub fn code(name: &str) -> Block {
    let whole = visible(name);
    match fitted(&whole) {
        Some(shown) => Block::new(Is::Code, shown).to(whole),
        None => Block::new(Is::Code, whole),
    }
}

/// A heading and what belongs under it.
pub fn section(title: &str, kids: impl IntoIterator<Item = Block>) -> Block {
    Block::of(Is::Section, vec![Block::new(Is::Heading, title)]).with(kids)
}

/// What leads to a place: the key of an address, and its value.
pub fn link(key: &str, value: &str, shown: Block) -> Block {
    Block::of(Is::Link, vec![shown]).to([key, &escape(value)].concat())
}

/// A button that leads to a place.
pub fn button(label: &str, key: &str, value: &str) -> Block {
    Block::new(Is::Button, label).to([key, &escape(value)].concat())
}

/// A severity's badge.
pub fn severity(severity: Severity) -> Block {
    let is = match severity {
        Severity::Blocker => Is::Blocker,
        Severity::Danger => Is::Danger,
        Severity::Warning => Is::Warning,
        Severity::Notice => Is::Notice,
    };
    Block::new(is, badge(severity))
}

/// Findings as a list of ways to them; a sentence where there are none.
pub fn found<'a>(findings: impl Iterator<Item = &'a FindingRow>, none: &str) -> Block {
    let item = |finding: &FindingRow| {
        let way = link("?f=", &finding.id, prose(Is::Span, &finding.title));
        Block::of(Is::Item, vec![severity(finding.severity), way])
    };
    let items: Vec<Block> = findings.take(FOUND_MAX).map(item).collect();
    if items.is_empty() { Block::new(Is::Dim, none) } else { Block::of(Is::Found, items) }
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A revision, as a way to it.
pub fn revision(id: &str) -> Block {
    link("?rev=", id, code(short(id)))
}

/// A place in a document: a way to the line where the documents are there.
pub fn place(path: &str, line: usize, has_files: bool) -> Block {
    let (shown, value) = match line {
        0 => (file_name(path).to_owned(), path.to_owned()),
        line => {
            let line = line.to_string();
            ([file_name(path), ":", &line].concat(), [path, ":", &line].concat())
        }
    };
    let shown = text(Is::Mono, &shown);
    if has_files { link("?source=", &value, shown) } else { shown }
}

/// A key and its value.
pub fn pair(key: &str, value: impl IntoIterator<Item = Block>) -> [Block; 2] {
    [Block::new(Is::Key, key), Block::of(Is::Value, value.into_iter().collect())]
}

/// Says how many are not shown.
pub fn more(all: usize, shown: usize) -> Option<Block> {
    let left = all.saturating_sub(shown);
    (left > 0).then(|| Block::new(Is::Dim, ["And ", &count(left, "more", "more"), "."].concat()))
}

/// What is not known, with what it could affect.
pub fn unknown(open: &[&UndecidedView], has_files: bool) -> Vec<Block> {
    if open.is_empty() {
        return Vec::new();
    }
    let item = |it: &&UndecidedView| {
        let affects = match it.affects.as_slice() {
            [all] if all == "*" => "could affect anything".to_owned(),
            [] => String::new(),
            tables => ["affects ", &tables.join(", ")].concat(),
        };
        let place = it.file.as_deref().map(|file| place(file, it.line, has_files));
        prose(Is::Item, &it.what)
            .with((!affects.is_empty()).then(|| text(Is::Note, &[" · ", &affects].concat())))
            .with(Block::new(Is::Row, " "))
            .with(place)
    };
    let items = open.iter().take(UNKNOWN_MAX).map(item).collect();
    let badge = Block::of(Is::Para, vec![Block::new(Is::Hatch, "Not understood")]);
    let mut blocks = vec![badge, Block::of(Is::List, items)];
    blocks.extend(more(open.len(), UNKNOWN_MAX));
    blocks
}

/// What stands in a list's place when there is nothing.
pub fn nothing(title: &str, words: &str) -> Vec<Block> {
    let kids = vec![Block::new(Is::Title, title), Block::new(Is::Dim, words)];
    vec![Block::of(Is::Page, kids)]
}

/// Code as it is, line by line.
pub fn pre(code: &str) -> Block {
    Block::new(Is::Pre, code.lines().map(visible).collect::<Vec<_>>().join("\n"))
}

/// Returns the input of a path, or of a name that is shown for one.
pub fn input<'a>(report: &'a Report, file: &str) -> Option<&'a InputRow> {
    report.inputs.iter().find(|row| row.path == file || row.name == file)
}

/// The finding with this id.
pub fn finding<'a>(report: &'a Report, id: &str) -> Option<&'a FindingRow> {
    report.findings.iter().find(|finding| finding.id == id)
}

/// Whether a document is Python; else it is SQL, or read as such.
pub fn is_python(path: &str) -> bool {
    path.ends_with(".py")
}
