//! `retort explain`: a rule's page, or the list.

use super::Command;
use crate::cli::args::Explain;
use crate::cli::failure::Failure;
use crate::cli::{Io, Outcome};
use crate::engine::rules::rule_cards;
use crate::renderers::rule_human;
use crate::wire::RuleCard;

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "explain", title: "show a rule's page, or the list" };

/// Suggestions for a name that no rule has.
const SUGGESTIONS_MAX: usize = 3;

/// Runs the command.
pub fn run(args: &Explain, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let cards = rule_cards();
    let Some(asked) = &args.rule else {
        io.print(&rule_human::render(&cards, &io.look))?;
        return Ok(Outcome::Clear);
    };
    // A cause of a rule has no page of its own.
    let name = asked.split('/').next().unwrap_or(asked);
    let Some(card) = cards.iter().find(|card| card.name == name) else {
        return Err(unknown(asked, &cards));
    };
    io.print(&rule_human::render(std::slice::from_ref(card), &io.look))?;
    Ok(Outcome::Clear)
}

fn unknown(asked: &str, cards: &[RuleCard]) -> Failure {
    let mut names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).collect();
    names.sort_by_key(|name| (apart(asked, name), *name));
    names.truncate(SUGGESTIONS_MAX);
    let next = match names.as_slice() {
        [] => "retort explain lists the rules.".to_owned(),
        names => format!("Nearest: {}. retort explain lists all.", names.join(", ")),
    };
    Failure::Misuse { what: format!("There is no rule `{asked}`."), next }
}

/// Levenshtein's distance, with names that contain one another counted as near.
fn apart(asked: &str, name: &str) -> usize {
    let name_chars: Vec<char> = name.chars().collect();
    let mut row: Vec<usize> = (0..=name_chars.len()).collect();
    for (ix, a) in asked.chars().take(100).enumerate() {
        let mut left = ix + 1;
        let mut next = vec![left];
        for (b, pair) in name_chars.iter().zip(row.windows(2)) {
            let [diagonal, above] = pair else { continue };
            left = (diagonal + usize::from(a != *b)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    let distance = row.last().copied().unwrap_or(usize::MAX);
    if !asked.is_empty() && (name.contains(asked) || asked.contains(name)) {
        distance.min(2)
    } else {
        distance
    }
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn near_names_are_near() {
        assert_eq!(apart("drop-tabel", "drop-table"), 2);
        assert_eq!(apart("drop", "drop-table"), 2);
        assert_eq!(apart("", "ab"), 2);
        assert_eq!(apart("drop-table", "drop-table"), 0);
    }
}
