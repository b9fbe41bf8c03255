//! Every rule's page, as Markdown.

use std::fmt::Write as _;

use super::marked::{block, code, text};
use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::{RuleCard, Severity};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "markdown", title: "rules as Markdown", render: Render::Rules(render) };

/// Returns a table of the rules, gravest first, and the page of each by name.
pub fn render(cards: &[RuleCard], _look: &Look) -> String {
    let mut out = String::new();
    if cards.len() != 1 {
        contents(cards, &mut out);
    }
    cards.iter().for_each(|card| page(card, &mut out));
    out
}

fn contents(cards: &[RuleCard], out: &mut String) {
    out.push_str(
        "# Rules\n\nWhat Retort looks for, with the input that raises each rule and the nearest one that \
         doesn't. Both are run by the tests. `retort explain RULE` shows one page, and `retort explain --format \
         markdown` wrote this one.\n",
    );
    for severity in Severity::ALL {
        let own: Vec<&RuleCard> = cards.iter().filter(|card| card.severity == severity).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(
            out,
            "\n## {}\n\n| rule | finds |\n| --- | --- |",
            super::rule_human::capital(severity.word())
        );
        for card in own {
            let name = visible(&card.name);
            let _ = writeln!(
                out,
                "| [{}](#{}) | {} |",
                code(&name),
                anchor(&name),
                text(&card.summary)
            );
        }
    }
}

fn page(card: &RuleCard, out: &mut String) {
    let _ = writeln!(
        out,
        "\n## {}\n\n{} · {}\n",
        text(&card.name),
        card.severity.word(),
        text(&card.summary)
    );
    let _ = writeln!(out, "{}\n\n**Instead:** {}", text(&card.why), text(&card.instead));
    for (title, example) in [("Raises it", &card.fires), ("Doesn't raise it", &card.silent)] {
        let lines: Vec<String> = example.trim_matches('\n').lines().map(visible).collect();
        if !lines.is_empty() {
            let _ = write!(out, "\n{title}:\n\n{}", block("text", &lines));
        }
    }
}

/// The anchor that GitHub gives to a heading.
fn anchor(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}
