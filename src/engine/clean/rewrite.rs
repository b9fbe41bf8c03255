//! A text made from pieces of another, and the way back.

use std::ops::Range;

/// A stretch of the new text. `u32`, because a text full of colour codes has a piece every few bytes.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it begins in the new text; it ends where the next begins.
    begin: u32,
    source_start: u32,
    source_end: u32,
    /// The same bytes as in the source, so that offsets inside carry over.
    exact: bool,
}

/// The way from a new text back to its source.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pieces: Vec<Piece>,
    length: usize,
}

/// Builds a new text from left to right. Ranges must lie on character boundaries and not go backwards.
pub(super) struct Rewrite<'a> {
    source: &'a str,
    text: String,
    pieces: Vec<Piece>,
}

impl<'a> Rewrite<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, text: String::with_capacity(source.len()), pieces: Vec::new() }
    }

    /// Takes a range of the source over as it is.
    pub(super) fn keep(&mut self, range: Range<usize>) {
        let Some(kept) = self.source.get(range.clone()).filter(|kept| !kept.is_empty()) else {
            return;
        };
        let (start, end) = (narrow(range.start), narrow(range.end));
        match self.pieces.last_mut() {
            Some(last) if last.exact && last.source_end == start => last.source_end = end,
            _ => self.push(start, end, true),
        }
        self.text.push_str(kept);
    }

    /// Puts something else in the place of a range. A range that is simply passed over is left out.
    pub(super) fn replace(&mut self, range: Range<usize>, with: &str) {
        if !with.is_empty() {
            self.push(narrow(range.start), narrow(range.end), false);
            self.text.push_str(with);
        }
    }

    /// Returns whether the next character begins a line.
    pub(super) fn is_at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    pub(super) fn finish(self) -> (String, Layer) {
        let length = self.text.len();
        (self.text, Layer { pieces: self.pieces, length })
    }

    fn push(&mut self, source_start: u32, source_end: u32, exact: bool) {
        debug_assert!(self.pieces.last().is_none_or(|last| last.source_end <= source_start));
        let begin = narrow(self.text.len());
        self.pieces.push(Piece { begin, source_start, source_end, exact });
    }
}

impl Layer {
    /// Returns where the character at `offset` came from.
    pub(super) fn start(&self, offset: usize) -> usize {
        if offset >= self.length {
            return self.pieces.last().map_or(0, |last| last.source_end as usize);
        }
        self.piece_at(offset).map_or(0, |piece| match piece.exact {
            true => piece.source_start as usize + (offset - piece.begin as usize),
            false => piece.source_start as usize,
        })
    }

    /// Returns where the character before `offset` ended.
    pub(super) fn end(&self, offset: usize) -> usize {
        let Some(before) = offset.min(self.length).checked_sub(1) else {
            return self.start(0);
        };
        self.piece_at(before).map_or(0, |piece| match piece.exact {
            true => piece.source_start as usize + (before + 1 - piece.begin as usize),
            false => piece.source_end as usize,
        })
    }

    fn piece_at(&self, offset: usize) -> Option<Piece> {
        let after = self.pieces.partition_point(|piece| piece.begin as usize <= offset);
        self.pieces.get(after.checked_sub(1)?).copied()
    }
}

/// Texts are bounded well below what fits; [`super::clean`] sees to it.
pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
