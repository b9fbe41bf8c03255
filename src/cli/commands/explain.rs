//! `retort explain`: a rule's page, or the list.

use super::{Command, renderer};
use crate::cli::args::Explain;
use crate::cli::failure::Failure;
use crate::cli::{Io, Outcome};
use crate::engine::rules::rule_cards;
use crate::renderers::{Render, rule_human};
use crate::wire::RuleCard;
use crate::wire::words::nearest;

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "explain", title: "show a rule's page, or the list" };

/// Runs the command.
pub fn run(args: &Explain, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let cards = rule_cards();
    let Render::Rules(render) = renderer(&args.format, &rule_human::RENDERER)? else {
        return Ok(Outcome::Failed);
    };
    let Some(asked) = &args.rule else {
        io.print(&render(&cards, &io.look))?;
        return Ok(Outcome::Clear);
    };
    // A cause of a rule has no page of its own.
    let name = asked.split('/').next().unwrap_or(asked);
    let Some(card) = cards.iter().find(|card| card.name == name) else {
        return Err(unknown(asked, &cards));
    };
    io.print(&render(std::slice::from_ref(card), &io.look))?;
    Ok(Outcome::Clear)
}

fn unknown(asked: &str, cards: &[RuleCard]) -> Failure {
    let names = nearest(asked, cards.iter().map(|card| card.name.as_str()).collect());
    let next = match names.as_slice() {
        [] => "retort explain lists the rules.".to_owned(),
        names => format!("Nearest: {}. retort explain lists all.", names.join(", ")),
    };
    Failure::Misuse { what: format!("There is no rule `{asked}`."), next }
}
