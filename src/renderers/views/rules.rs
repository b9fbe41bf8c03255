//! The rules: a page for each, with its example reviewed by the engine as it is now, and a list to search.

use super::finding::numbered;
use super::highlight::Lexer;
use super::words::{is_python, link, nothing, prose, section, severity, text};
use super::{Query, holds};
use crate::wire::words::count;
use crate::wire::{Block, Book, FindingRow, Input, Is, RuleCard};

/// Composes the list.
pub fn rules(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let words = query.words();
    let wanted = |card: &&RuleCard| {
        holds(
            &[&card.name, " ", &card.summary, " ", &card.why, " ", &card.instead].concat(),
            &words,
        )
    };
    let cards = book.rules();
    let mut all: Vec<&RuleCard> = cards.iter().filter(wanted).collect();
    crate::ordered::sort_by_key(&mut all, |card| std::cmp::Reverse(card.severity));
    if all.is_empty() {
        return Ok(nothing(
            "No rule like that",
            "Search by a word of its name or of what it says.",
        ));
    }
    let said = [&count(all.len(), "rule", "rules"), ". Search with the filter."].concat();
    let item = |card: &&RuleCard| {
        let way = link("?rule=", &card.name, Block::new(Is::Strong, card.name.as_str()));
        let head = Block::of(Is::Meta, vec![severity(card.severity), way]);
        Block::of(Is::Card, vec![head, prose(Is::Dim, &card.summary)])
    };
    let head = Block::of(Is::Page, vec![Block::new(Is::Dim, said)]);
    Ok(std::iter::once(head).chain(all.iter().map(item)).collect())
}

/// Composes one rule's page.
pub fn rule(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let name = query.get("rule");
    let cards = book.rules();
    let card = cards.iter().find(|card| card.name == name).ok_or("There is no such rule.")?;
    let all = link("/rules?q=", "", Block::new(Is::Note, "all rules"));
    let here = book.report().findings.iter().filter(|finding| finding.rule == card.name);
    Ok(vec![
        Block::of(Is::Meta, vec![severity(card.severity), all]),
        Block::new(Is::Title, card.name.as_str()),
        prose(Is::Para, &card.summary),
        section("Why it matters", prose(Is::Para, &card.why)),
        section("Instead", prose(Is::Para, &card.instead)),
        section("In this review", super::words::found(here, "It found nothing here.")),
        section("Raises it", example(card, &card.fires, book)),
        section("Doesn't raise it", example(card, &card.silent, book)),
    ])
}

/// An example, with what the engine says of it now.
fn example(card: &RuleCard, words: &str, book: &dyn Book) -> Vec<Block> {
    let Some((inputs, report)) = book.example(words) else {
        return Vec::new();
    };
    let of_rule: Vec<&FindingRow> =
        report.findings.iter().filter(|finding| finding.rule == card.name).collect();
    let mut blocks: Vec<Block> = inputs.iter().map(|input| file(input, &of_rule)).collect();
    let said = match of_rule.as_slice() {
        [] => vec![Block::new(Is::Dim, "The engine says nothing of this rule here.")],
        found => found
            .iter()
            .map(|of| Block::of(Is::Meta, vec![severity(of.severity), prose(Is::Span, &of.title)]))
            .collect(),
    };
    blocks.extend(said);
    blocks
}

fn file(input: &Input, found: &[&FindingRow]) -> Block {
    let mut lexer = Lexer::new(is_python(&input.name));
    let words = String::from_utf8_lossy(&input.bytes);
    let row = |(ix, line): (usize, &str)| {
        let number = ix + 1;
        let hit = |of: &&FindingRow| {
            of.file == input.name && of.line <= number && number <= of.end_line.max(of.line)
        };
        numbered(number, lexer.line(line), found.iter().any(hit))
    };
    let rows = words.lines().enumerate().map(row).collect();
    let role = input.role.map(|role| Block::new(Is::Span, role.word()));
    let caption = Block::of(Is::Caption, vec![text(Is::Span, &input.name)]).with(role);
    text(Is::Source, &input.name).with(caption).with(Block::of(Is::Lines, rows))
}
