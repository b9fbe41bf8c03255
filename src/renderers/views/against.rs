//! What came in a link, beside the review of files that were dropped on it.

use super::Query;
use super::words::text;
use crate::wire::share::{against as compared, decode};
use crate::wire::{Block, Book, Is};

/// Composes the bar. Of the query, `link` is the fragment of the link.
pub(super) fn against(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let came = decode(query.get("link")).map_err(|why| why.title())?;
    let said = compared(&came.report, book.report());
    let (first, rest) = said.lines.split_first().ok_or("There is nothing to compare.")?;
    let first = text(if said.same { Is::Good } else { Is::Bad }, first);
    let lines: Vec<Block> = rest.iter().map(|line| text(Is::Item, line)).collect();
    let list = (!lines.is_empty()).then(|| Block::of(Is::List, lines));
    Ok(Block::of(Is::Row, vec![first]).with(list).kids)
}
