//! What every container needs on the way from bytes to documents: room, names, decoding, a tally.
//!
//! In: bytes with a path, and what the person said about them.
//! Out: [`Document`]s that can be read or say why not, and the list of what was left out.
//! Never: what a document is about; that is the formats' business.

use std::ops::ControlFlow;

use crate::limits;
use crate::wire::words::thousands;
use crate::wire::{Kind, Role};

use super::document::Document;

pub mod content;
pub mod decode;
pub mod member;
pub mod member_name;

/// Called before each document with its name, how many are done, and how many are known so far.
/// `Break` stops the work between two documents.
pub type Watch<'a> = &'a mut dyn FnMut(&str, usize, usize) -> ControlFlow<()>;

/// Something that was there and did not become a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub path: String,
    /// One sentence for the person.
    pub why: String,
    pub weight: Weight,
}

/// Whether a skipped thing could have mattered to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Never holds anything to review (`.git`, caches, pictures): counted, not mentioned.
    Noise,
    /// Could hold something (a link, an archive in an archive, an unsafe name): mentioned.
    Refused,
}

/// Where bytes come from and what the person said about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The path to show, archive included.
    pub path: String,
    /// Sentences about the name, when it had to be changed.
    pub notes: Vec<String>,
    pub role: Option<Role>,
    pub kind: Option<Kind>,
    pub giving: Giving,
}

/// How something was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giving {
    /// By itself: the person means this very thing, so it is never left out in silence.
    Single,
    /// As part of a folder or an archive, which hold things that nobody means.
    Bulk,
}

/// Documents and skipped things as they come in, and the room that is left.
pub struct Intake<'a> {
    watch: Watch<'a>,
    documents: Vec<Document>,
    skipped: Vec<Skipped>,
    bytes_left: usize,
    done: usize,
    total: usize,
    refused_for_number: usize,
}

impl std::fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").field("done", &self.done).field("total", &self.total).finish()
    }
}

impl<'a> Intake<'a> {
    /// Returns an empty intake that expects `total` things.
    pub fn new(total: usize, watch: Watch<'a>) -> Self {
        Self {
            watch,
            documents: Vec::new(),
            skipped: Vec::new(),
            bytes_left: limits::INPUT_BYTES_MAX,
            done: 0,
            total,
            refused_for_number: 0,
        }
    }

    /// Says that an archive turned out to hold `more` things.
    pub fn expect(&mut self, more: usize) {
        self.total = self.total.saturating_add(more);
    }

    /// Reports the thing at hand; `Break` when the person wants to stop.
    pub fn step(&mut self, name: &str) -> ControlFlow<()> {
        let done = self.done;
        self.done += 1;
        self.total = self.total.max(self.done);
        (self.watch)(name, done, self.total)
    }

    /// Returns how many bytes the next document may have.
    pub fn room(&self) -> usize {
        self.bytes_left.min(limits::DOCUMENT_BYTES_MAX)
    }

    /// Returns the sentence that refuses a document for lack of [`Intake::room`].
    pub fn why_no_room(&self) -> String {
        if self.bytes_left < limits::DOCUMENT_BYTES_MAX {
            format!(
                "Not read: all files together may have {}, and the limit was reached here. Review \
                 fewer files at a time.",
                megabytes(limits::INPUT_BYTES_MAX)
            )
        } else {
            format!(
                "Not read: larger than {}, the limit for one file. Give only the part that matters, \
                 such as a dump without data.",
                megabytes(limits::DOCUMENT_BYTES_MAX)
            )
        }
    }

    /// Returns whether another document may be added.
    pub fn has_place(&self) -> bool {
        self.documents.len() < limits::DOCUMENTS_MAX
    }

    /// Adds a document, or refuses it by name when there are too many.
    pub fn add(&mut self, document: Document) {
        if !self.has_place() {
            self.refused_for_number += 1;
            let why = format!("more than {} files", thousands(limits::DOCUMENTS_MAX));
            self.skip(document.path, why, Weight::Refused);
            return;
        }
        self.bytes_left = self.bytes_left.saturating_sub(document.text.len());
        self.documents.push(document);
    }

    /// Lists something that does not become a document.
    pub fn skip(&mut self, path: impl Into<String>, why: impl Into<String>, weight: Weight) {
        self.skipped.push(Skipped { path: path.into(), why: why.into(), weight });
    }

    /// Decides what the bytes are, and adds or lists them.
    pub fn admit(&mut self, origin: Origin, bytes: Vec<u8>) {
        if !self.has_place() {
            return self.add(Document::new(origin.path, ""));
        }
        // Nothing in it can be read, wherever it comes from; that it is there is told.
        if origin.path.ends_with(".pyc") {
            return self.skip(origin.path, "compiled Python", Weight::Noise);
        }
        if bytes.len() > self.room() {
            let why = self.why_no_room();
            return self.refuse(origin, bytes.len(), why);
        }
        match content::examine(&bytes, origin.giving) {
            content::Content::Text(encoding) => {
                let size = bytes.len();
                let decoded = decode::decode(bytes, encoding);
                let mut document = Document::new(origin.path, decoded.text);
                document.bytes = size;
                document.notes = origin.notes;
                document.notes.extend(decoded.notes);
                document.role = origin.role;
                document.kind = origin.kind;
                document.along = origin.giving == Giving::Bulk;
                self.add(document);
            }
            content::Content::Unreadable(why) => self.refuse(origin, bytes.len(), why),
            content::Content::Skip(why, weight) => self.skip(origin.path, why, weight),
        }
    }

    /// Adds a document that could not be read, with the reason and the next step.
    pub fn refuse(&mut self, origin: Origin, size: usize, why: impl Into<String>) {
        let mut document = Document::unreadable(origin.path, size, why);
        document.notes.extend(origin.notes);
        document.role = origin.role;
        document.kind = origin.kind;
        self.add(document);
    }

    /// Returns how many documents and refusals there are; a container compares before and after.
    pub fn count(&self) -> usize {
        self.documents.len() + self.refused_for_number
    }

    /// Returns everything that came in. What was refused for its number is also a document of its own,
    /// so that a review of the rest cannot pass for a review of the whole.
    pub fn finish(mut self) -> (Vec<Document>, Vec<Skipped>) {
        if self.refused_for_number > 0 {
            let why = format!(
                "{} files were not read: Retort reads {} at a time. Review the folder with the \
                 migrations alone.",
                thousands(self.refused_for_number),
                thousands(limits::DOCUMENTS_MAX)
            );
            self.documents.push(Document::unreadable("(more files)", 0, why));
        }
        (self.documents, self.skipped)
    }
}

/// Writes a size in whole megabytes.
pub fn megabytes(bytes: usize) -> String {
    format!("{} MB", thousands(bytes / (1024 * 1024)))
}
