//! Text as it came to text as it was meant: without colours, redraws, prompts and gutters.
//!
//! In: a document's text.
//! Out: [`Cleaned`]: the text to read, and for each place in it the place in the text as it came.
//! Never: what the text says. What could be a statement is never taken for a redraw, and string literals
//! are left as they are.

use std::borrow::Cow;

use crate::limits;

use super::span::{DocumentId, Span};

mod gutters;
mod invisible;
mod line_ends;
mod rewrite;
mod terminal;
pub mod fences;
pub mod mojibake;
pub mod quotes;

pub use fences::{Fence, fences};

use rewrite::{Layer, Rewrite};

/// Text without what a terminal, a chat or an editor added to it, and the way back to the original.
#[derive(Debug, Clone, Default)]
pub struct Cleaned<'a> {
    /// The document's own where nothing had to be done: dumps are large.
    pub text: Cow<'a, str>,
    /// What was done, as sentences for the person.
    pub notes: Vec<String>,
    layers: Vec<Layer>,
}

/// One kind of dirt and how it is taken away; `None` when there is none.
type Step = fn(&str) -> Option<Washed>;

/// What one step leaves.
struct Washed {
    text: String,
    layer: Layer,
    notes: Vec<String>,
}

impl Washed {
    fn new(rewrite: Rewrite<'_>, notes: Vec<String>) -> Self {
        let (text, layer) = rewrite.finish();
        Self { text, layer, notes }
    }
}

/// In this order: a prompt can only be seen once the colours around it are gone.
static STEPS: &[Step] = &[
    terminal::render,
    line_ends::unify,
    invisible::remove,
    gutters::mail_quote,
    gutters::line_numbers,
    gutters::prompts,
];

/// Cleans a text. Time and space are linear in its length.
pub fn clean(text: &str) -> Cleaned<'_> {
    let mut cleaned = Cleaned { text: Cow::Borrowed(text), ..Cleaned::default() };
    if u32::try_from(text.len()).is_err() || text.len() > limits::CLEANED_BYTES_MAX {
        cleaned.notes.push("Too long to be cleaned; read as it came.".to_owned());
        return cleaned;
    }
    for step in STEPS {
        if let Some(washed) = step(&cleaned.text) {
            cleaned.add(washed);
        }
    }
    cleaned
}

impl Cleaned<'_> {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn add(&mut self, washed: Washed) {
        self.text = Cow::Owned(washed.text);
        self.layers.push(washed.layer);
        self.notes.extend(washed.notes);
    }

    /// Returns where the character at `offset` stood in the text as it came. Never goes backwards as
    /// `offset` grows; past the end it is the end of the last piece kept.
    pub fn original(&self, offset: usize) -> usize {
        let offset = self.text.floor_char_boundary(offset);
        self.layers.iter().rev().fold(offset, |at, layer| layer.start(at))
    }

    /// Returns the place, in the text as it came, of `start..end` of the cleaned text. It ends where the
    /// last piece kept in it ends, so that removed text behind it is not part of it.
    pub fn span(&self, document: DocumentId, start: usize, end: usize) -> Span {
        let first = self.original(start);
        if end <= start {
            return Span::new(document, first, first);
        }
        let end = self.text.floor_char_boundary(end);
        let last = self.layers.iter().rev().fold(end, |at, layer| layer.end(at));
        Span::new(document, first, last.max(first))
    }

    /// Returns whether nothing had to be done.
    pub fn is_untouched(&self) -> bool {
        self.layers.is_empty()
    }
}

/// Whether a line could be part of something that runs. Such a line is never dropped as a redraw: what a
/// terminal would hide, a database would still execute.
fn could_run(line: &str) -> bool {
    begins_a_statement(line) || holds_code(line)
}

fn begins_a_statement(line: &str) -> bool {
    const VERBS: [&str; 14] = [
        "create", "alter", "drop", "truncate", "insert", "update", "delete", "grant", "revoke",
        "rename", "comment", "execute", "do", "with",
    ];
    let word = line.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    VERBS.iter().any(|verb| word.eq_ignore_ascii_case(verb))
}

fn holds_code(text: &str) -> bool {
    [";", "op.", "(\"", "('"].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests;
