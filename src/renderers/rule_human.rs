//! A rule's page, or the list of rules, for the terminal.

use super::terminal::{Ink, Page, table};
use super::visible::{columns, visible};
use super::{Look, Render, Renderer};
use crate::wire::words::count;
use crate::wire::{RuleCard, Severity};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "human", title: "rules for the terminal", render: Render::Rules(render) };

/// Returns the page of one rule, or the list when there are several.
pub fn render(cards: &[RuleCard], look: &Look) -> String {
    match cards {
        [card] => page(card, look),
        cards => list(cards, look),
    }
}

/// The ink that goes with a severity's word.
pub(super) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Blocker | Severity::Danger => Ink::Bad,
        Severity::Warning => Ink::Doubtful,
        Severity::Notice => Ink::Mild,
    }
}

fn page(card: &RuleCard, look: &Look) -> String {
    let mut page = Page::new(look);
    let name = visible(&card.name);
    page.line(&format!(
        "{}  {}",
        look.paint(Ink::Strong, &name),
        look.paint(ink(card.severity), card.severity.word())
    ));
    page.prose("", &card.summary, Ink::Plain);
    for (title, text) in [("Why it matters", &card.why), ("Instead", &card.instead)] {
        page.heading(title);
        page.prose("", text, Ink::Plain);
    }
    for (title, text) in [("Raises it", &card.fires), ("Doesn't raise it", &card.silent)] {
        if !text.trim().is_empty() {
            page.heading(title);
            page.code(2, text.trim_matches('\n'));
        }
    }
    page.finish()
}

fn list(cards: &[RuleCard], look: &Look) -> String {
    let mut page = Page::new(look);
    for severity in Severity::ALL {
        let rules: Vec<&RuleCard> = cards.iter().filter(|card| card.severity == severity).collect();
        if rules.is_empty() {
            continue;
        }
        let title =
            format!("{}: {}", capital(severity.word()), count(rules.len(), "rule", "rules"));
        page.heading(&title);
        let names: Vec<Vec<String>> = rules.iter().map(|card| vec![card.name.clone()]).collect();
        let width = table(&names).iter().map(|name| columns(name)).max().unwrap_or(0);
        for card in rules {
            let name = visible(&card.name);
            let gap = " ".repeat(width.saturating_sub(columns(&name)));
            page.prose(&format!("{name}{gap}  "), &card.summary, Ink::Plain);
        }
    }
    page.gap();
    page.line("`retort explain RULE` shows a rule's page.");
    page.finish()
}

/// Returns the word with a capital first letter.
pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
