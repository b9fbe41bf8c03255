//! `retort share`: the report as a link, byte for byte the page's.

use super::Command;
use super::check::{Reviewed, has_lost, reviewed};
use crate::cli::args::Share;
use crate::cli::failure::Failure;
use crate::cli::{Io, Outcome};
use crate::wire::Settings;
use crate::wire::share::{Location, encode, encode_with_sources};
use crate::wire::words::thousands;

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "share", title: "write the report as a link" };

/// Runs the command. The link holds the report itself; nothing is put anywhere.
pub fn run(args: &Share, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let Reviewed { analysis, named } = reviewed(&args.given, Settings::default(), io)?;
    let report = analysis.report();
    let encode = if args.include_sources { encode_with_sources } else { encode };
    let fragment = encode(&report, &Location::Verdict).map_err(|too_long| Failure::Misuse {
        what: too_long.text(),
        next: "Write a file instead: retort check … --format html".to_owned(),
    })?;
    // An address may come with a fragment of its own, such as one that was copied while a report was open.
    let base = args.base.split('#').next().unwrap_or_default();
    let link = format!("{base}#{fragment}\n");
    io.print(&link)?;
    io.say(&format!(
        "{} characters. Whoever has the link can read the report.",
        thousands(link.trim_end().chars().count())
    ));
    Ok(if has_lost(&report, &named) { Outcome::Failed } else { Outcome::Clear })
}
