//! Places in documents.

/// A document of one run, in the order of [`super::document::Documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub u32);

impl DocumentId {
    /// The index into [`super::document::Documents`].
    pub fn ix(self) -> usize {
        self.0 as usize
    }
}

/// A byte range of one document's decoded text, as it came (before any cleaning).
///
/// `start <= end`, and both lie on character boundaries of that text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub document: DocumentId,
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// Returns the span `start..end` of `document`.
    pub fn new(document: DocumentId, start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { document, start, end: end.max(start) }
    }

    /// Returns the empty span at the start of `document`: a finding about the whole of it.
    pub fn whole(document: DocumentId) -> Self {
        Self { document, start: 0, end: 0 }
    }
}
