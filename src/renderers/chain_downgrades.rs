//! Below a graph in the terminal: the revisions whose `downgrade()` does not take back their `upgrade()`.

use super::terminal::{Ink, Page};
use crate::wire::chain::{Downgrade, DowngradeKind};
use crate::wire::words::count;
use crate::wire::{ChainRevision, ChainView};

/// Names of one kind that are said of a revision; the rest is counted.
const NAMES_MAX: usize = 4;

/// Draws what is to be said of a chain's downgrades; of a chain without revision files nothing.
pub(super) fn draw(chain: &ChainView, page: &mut Page<'_>) {
    let all: Vec<(&ChainRevision, &Downgrade)> = chain
        .revisions
        .iter()
        .filter_map(|revision| Some((revision, revision.downgrade.as_ref()?)))
        .collect();
    if all.is_empty() {
        return;
    }
    let whole = all.iter().filter(|(_, downgrade)| downgrade.undoes == Some(true)).count();
    page.gap();
    let revisions = count(all.len(), "revision", "revisions");
    let line = match whole == all.len() {
        true => format!("Downgrades: of {revisions} each is taken back."),
        false => format!("Downgrades: of {revisions}, {whole} would leave the schema as it was."),
    };
    page.prose("", &line, Ink::Plain);
    for (revision, downgrade) in all {
        let said = said(downgrade);
        if !said.is_empty() {
            page.prose("· ", &format!("{}: {}", revision.id, said.join("; ")), Ink::Plain);
        }
    }
}

/// What of a revision is not taken back, and what comes back without its rows.
fn said(downgrade: &Downgrade) -> Vec<String> {
    let whole = downgrade.undoes == Some(true);
    let mut said: Vec<String> = Vec::new();
    let kind = match downgrade.kind {
        DowngradeKind::Absent => "has no downgrade()",
        DowngradeKind::Empty => "its downgrade() does nothing",
        DowngradeKind::Raises => "its downgrade() raises",
        DowngradeKind::Present => "",
    };
    if !kind.is_empty() && !whole {
        said.push(kind.to_owned());
    }
    said.extend(downgrade.fails.as_ref().map(|why| format!("its downgrade() fails: {why}")));
    let lists = [
        ("leaves ", &downgrade.left_behind),
        ("does not bring back ", &downgrade.lost),
        ("leaves changed: ", &downgrade.changed),
        ("brings back empty: ", &downgrade.emptied),
        ("not known: ", &downgrade.undecided),
    ];
    for (words, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
        let shown = names.get(..NAMES_MAX).unwrap_or(names);
        let mut line = [words, &shown.join(", ")].concat();
        if names.len() > shown.len() {
            line.push_str(&format!(" and {} more", names.len() - shown.len()));
        }
        said.push(line);
    }
    if downgrade.rows && !whole {
        said.push("rows that the upgrade changes stay so".to_owned());
    }
    said
}
