//! A link before it is copied: how long it is and where it fits, what is in it and what is not, exactly.

use super::Query;
use super::words::text;
use crate::limits::LINK_CHARS_MAX;
use crate::wire::share::{Choice, Location};
use crate::wire::words::count;
use crate::wire::{Block, Book, Is};

/// Composes what the dialog shows. Of the query, `base` is the address of the page, and `w` are words of a
/// [`Choice`] with commas between them, and `at` is where the link opens, if not at the verdict.
pub(super) fn share(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let words = query.get("w").split(',').filter(|word| !word.is_empty());
    let choice = Choice::of(&words.collect::<Vec<_>>());
    let at = query.get("at");
    let offer = book.offer(query.get("base"), &choice, at);
    let locks = choice.has("locked");
    let full = (offer.chars.min(LINK_CHARS_MAX) * 100 / LINK_CHARS_MAX).to_string();
    let meter = Block::new(Is::Meter, "Length of the link").to(full);
    let length = text(Is::Strong, &count(offer.chars, "character", "characters"));
    let said = text(Is::Span, &[" ", &offer.fits].concat());
    let mut all = vec![Block::of(Is::Para, vec![meter, length, said])];
    // Where there is no link, the ways to keep a file stand below.
    if !offer.link.is_empty() {
        let markdown = markdown(&book.report().verdict.headline, &offer.link);
        let first = Block::new(Is::CopyFirst, "Copy link").to(&offer.link);
        let second = Block::new(Is::Copy, "Copy as Markdown").to(markdown);
        all.push(Block::of(Is::Buttons, vec![first, second]));
        all.extend(
            OPENS
                .iter()
                .find(|(kind, _)| at.starts_with(kind))
                .map(|(_, said)| text(Is::Dim, said)),
        );
        // Who copies it locks it; before that it is not shown.
        all.push(if locks { text(Is::Dim, LOCKED) } else { folded("Show the link", &offer.link) });
    }
    if offer.qr_side > 0 {
        let side = Block::new(Is::Row, offer.qr_side.to_string());
        let squares = Block::new(Is::Squares, "QR code of the link").to(&offer.qr_path).with(side);
        all.push(Block::of(Is::Fold, vec![text(Is::Row, "QR code of the link"), squares]));
    }
    all.push(folded("View contents", &offer.contents));
    let mut parts = Block::of(Is::Pairs, Vec::new());
    for (title, lines) in [("In the link", &offer.included), ("Left out", &offer.left_out)] {
        let lines = lines.iter().map(|line| text(Is::Item, line)).collect();
        let list = Block::of(Is::Value, vec![Block::of(Is::List, lines)]);
        parts = parts.with(Block::new(Is::Key, title)).with(list);
    }
    all.push(parts);
    Ok(all)
}

/// Where a link opens, by the beginning of a [`Location`] as it is written.
const OPENS: [(&str, &str); 2] = [
    ("f", "It opens at the finding you came from."),
    ("c", "It opens at the revision you came from."),
];

/// The way to a link that opens at a place.
pub(super) fn at(place: Location) -> Block {
    Block::new(Is::Button, "Copy link…").to(["#", &place.write()].concat())
}

const LOCKED: &str =
    "Who reads it needs the passphrase; nobody can open it without, or find it out for you.";

fn folded(title: &str, content: &str) -> Block {
    let field = Block::new(Is::Field, title).to(content);
    Block::of(Is::Fold, vec![Block::new(Is::Row, title), field])
}

/// A link with the verdict for its text, in which nothing means anything to Markdown.
pub fn markdown(headline: &str, link: &str) -> String {
    let mut said = String::new();
    for c in crate::renderers::visible::visible(headline).chars() {
        if c.is_ascii_punctuation() {
            said.push('\\');
        }
        said.push(c);
    }
    ["[", &said, "](", link, ")"].concat()
}
