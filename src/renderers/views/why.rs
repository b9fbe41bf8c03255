//! What decided the verdict, by which rule, and what was not looked at.

use super::Query;
use super::words::{found, more, place, text};
use crate::wire::words::{count, thousands};
use crate::wire::{Block, Book, InputRow, Is};

/// Documents that are named; more are counted.
const UNREAD_MAX: usize = 50;

/// Composes what stands behind “Why this verdict”.
pub fn why(_: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let report = book.report();
    let because = &report.verdict.because;
    let decided = report.findings.iter().filter(|finding| because.contains(&finding.id));
    let rule = "Fail: a blocker or a danger is pending. Unknown: something that could change the answer was not \
        understood or not given. Warn: a warning is pending. Pass: none of these.";
    let decided = part("What decided", found(decided, "No finding decided it."))
        .with(Block::new(Is::Dim, rule));
    let missing = report.missing().into_iter().map(|(why, rules)| {
        let said = Block::of(Is::Span, vec![super::words::prose(Is::Row, why)]);
        let rules = text(Is::Code, &rules.join(", "));
        Block::of(Is::Item, vec![rules, Block::new(Is::Row, " "), said])
    });
    let unread: Vec<&InputRow> = report
        .inputs
        .iter()
        .filter(|it| it.unreadable || it.understood.statements < it.understood.of)
        .collect();
    let lines = unread.iter().take(UNREAD_MAX).map(|input| {
        let way = super::words::link("/inputs?input=", &input.path, text(Is::Span, &input.name));
        Block::of(Is::Item, vec![way, Block::new(Is::Note, share(input))])
    });
    let set = report.settings.iter().map(|row| {
        let place = row.file.as_deref().map(|file| place(file, row.line, book.has_files()));
        let said = text(Is::Code, &[&row.key, " = ", &row.value].concat());
        Block::of(Is::Item, vec![said, Block::new(Is::Row, " ")]).with(place)
    });
    let stats = &report.stats;
    let looked = [
        count(stats.revisions, "revision", "revisions"),
        count(stats.statements, "statement", "statements"),
        [&count(stats.rules, "rule", "rules"), "."].concat(),
    ];
    let suppressed = report.findings.iter().filter(|it| it.suppressed.is_some()).count();
    let suppressed = (suppressed > 0)
        .then(|| Block::new(Is::Dim, [&thousands(suppressed), " suppressed."].concat()));
    Ok(vec![
        decided,
        part("Not evaluated", list(missing.collect(), "Every rule could run.")),
        part("Not understood", list(lines.collect(), "Every statement was understood."))
            .with(more(unread.len(), UNREAD_MAX)),
        part("Looked at", Block::new(Is::Para, looked.join(", "))).with(suppressed),
        part(
            "Settings",
            list(
                set.collect(),
                "Everything is as it comes: a difference of more than 5 tables between dev and prod is grave.",
            ),
        ),
    ])
}

/// It stands under the page's own heading.
fn part(title: &str, kids: impl IntoIterator<Item = Block>) -> Block {
    Block::of(Is::Section, vec![Block::new(Is::Title, title)]).with(kids)
}

fn list(items: Vec<Block>, none: &str) -> Block {
    if items.is_empty() { Block::new(Is::Dim, none) } else { Block::of(Is::Found, items) }
}

fn share(input: &InputRow) -> String {
    if input.unreadable {
        return "couldn't be read".to_owned();
    }
    let of = &input.understood;
    [&thousands(of.statements), " of ", &thousands(of.of), " understood"].concat()
}
