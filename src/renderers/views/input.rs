//! An input: what was noted of it, what it sets, what was found in it.

use super::Query;
use super::words::{button, found, prose, section, text};
use crate::wire::{Block, Book, Is, Kind, SettingRow};

/// Composes what stands under an input's form.
pub fn input(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let report = book.report();
    let path = query.get("input");
    let row = report.inputs.iter().find(|input| input.path == path);
    let row = row.ok_or("That input isn't in this review.")?;
    let mut blocks = Vec::new();
    if book.source(path).is_some() && !row.unreadable {
        blocks.push(Block::of(Is::Buttons, vec![button("Open the source", "?source=", path)]));
    }
    if !row.notes.is_empty() {
        let notes = row.notes.iter().map(|note| prose(Is::Item, note)).collect();
        blocks.push(section("Notes", Block::of(Is::List, notes)));
    }
    if row.kind == Kind::Settings {
        let line = |row: &SettingRow| text(Is::Item, &[&row.key, " = ", &row.value].concat());
        let lines = report.settings.iter().map(line).collect();
        blocks.push(section("Settings", Block::of(Is::List, lines)));
    }
    let of_it = report
        .findings
        .iter()
        .filter(|finding| finding.file == row.name || finding.file == row.path);
    blocks.push(section("Findings", found(of_it, "Nothing was found in it.")));
    Ok(blocks)
}
