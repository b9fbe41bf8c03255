//! Every way out that the findings offer, worst first, with the files it takes.

use super::finding::{instead, of_revision};
use super::words::{link, nothing, prose, severity, text};
use super::{Query, holds};
use crate::renderers::patch;
use crate::wire::words::count;
use crate::wire::{Block, Book, FindingRow, Is};

/// Fixes that are shown; more are counted.
const FIXES_MAX: usize = 200;

/// Composes the panel.
pub fn fixes(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let words = query.words();
    let wanted = |of: &&FindingRow| {
        let has_way = !of.remedy.steps.is_empty() || !of.remedy.patches.is_empty();
        has_way && of.suppressed.is_none() && holds(&[&of.title, " ", &of.rule].concat(), &words)
    };
    let mut all: Vec<&FindingRow> = book.report().findings.iter().filter(wanted).collect();
    // What can be saved at once comes first among equals.
    crate::ordered::sort_by_key(&mut all, |of| (!of.pending, of.remedy.patches.is_empty()));
    if all.is_empty() {
        return Ok(nothing("No fixes", "Nothing that was found has a way out to offer here."));
    }
    let files = all.iter().map(|of| of.remedy.patches.len()).sum::<usize>();
    let said = [
        &count(all.len(), "way out", "ways out"),
        ", ",
        &count(files, "file", "files"),
        " to save. Nothing here changes what you gave; a file is new, and goes forward only.",
    ];
    let save = (files > 1).then(|| {
        let together = patch::all(book.report());
        let content = Block::new(Is::Row, together);
        Block::new(Is::Save, "Save all as one patch").to("retort-fixes.patch").with(content)
    });
    let head = Block::of(Is::Page, vec![Block::new(Is::Dim, said.concat())]).with(save);
    let card = |of: &&FindingRow| {
        let title = link("?f=", &of.id, prose(Is::Span, &of.title));
        let meta = Block::of(Is::Meta, vec![severity(of.severity)]).with(of_revision(of));
        let sure = (of.certainty != crate::wire::Certainty::Certain).then(|| {
            text(Is::Dim, ["Rests on what is only ", of.certainty.word(), "."].concat().as_str())
        });
        let title = Block::of(Is::Title, vec![title]);
        Block::of(Is::Card, vec![meta, title])
            .with(instead(&of.remedy, book.has_files()))
            .with(sure)
    };
    let more = super::words::more(all.len(), FIXES_MAX);
    let cards = all.iter().take(FIXES_MAX).map(card);
    Ok(std::iter::once(head).chain(cards).chain(more).collect())
}
