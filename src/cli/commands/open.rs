//! `retort open`: the report in a link, printed, or compared with files.

use std::path::Path;

use super::check::reviewed;
use super::share::{passphrase, read_text};
use super::{Command, renderer};
use crate::cli::args::{Given, Open};
use crate::cli::failure::Failure;
use crate::cli::locked::unlock;
use crate::cli::{Io, Outcome, secrets};
use crate::engine::rules::rule_cards;
use crate::renderers::visible::visible;
use crate::renderers::{Render, human};
use crate::wire::Settings;
use crate::wire::share::{LinkError, against, decode};

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "open", title: "print the report in a link" };

/// Runs the command. What is printed is what somebody sent: nothing of it was looked at again.
pub fn run(args: &Open, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let render = renderer(&args.format, &human::RENDERER)?;
    let text = match is_link(&args.link) {
        true => args.link.clone(),
        false => read_text(Path::new(&args.link), io)?,
    };
    let fragment = text.trim();
    let fragment = fragment.split_once('#').map_or(fragment, |(_, after)| after);
    let mut opened = decode(fragment);
    if opened == Err(LinkError::Locked)
        && let Some(file) = &args.passphrase_file
    {
        let pass = passphrase(file, io)?;
        let plain = unlock(fragment, &pass).ok_or_else(|| Failure::Misuse {
            what: "That passphrase doesn't open it.".to_owned(),
            next: "Capitals and spaces count. Ask whoever made the link.".to_owned(),
        })?;
        opened = decode(&plain);
    }
    let shared = opened.map_err(|why| {
        let next = match why {
            LinkError::Locked => "Name the file that holds it: --passphrase-file FILE".to_owned(),
            _ => why.text(),
        };
        Failure::Misuse { what: [&why.title(), "."].concat(), next }
    })?;
    if !args.against.is_empty() {
        let given = Given::of(args.against.clone());
        let now = reviewed(&given, Settings::default(), io)?.analysis.report();
        let said = against(&shared.report, &now);
        for line in &said.lines {
            io.print(&[&visible(line), "\n"].concat())?;
        }
        return Ok(if said.same { Outcome::Clear } else { Outcome::Findings });
    }
    if let Render::Report(render) = render {
        io.print(&render(&secrets::without(&shared.report), &rule_cards(), &io.look))?;
    }
    io.say("This is what the link says; nothing was looked at again.");
    shared.report.left_out.iter().for_each(|line| io.say(&visible(line)));
    Ok(Outcome::Clear)
}

/// A link has its fragment; anything else is the name of a file.
fn is_link(text: &str) -> bool {
    text.contains('#') || text.starts_with("r1.")
}
