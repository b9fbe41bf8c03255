//! `retort chain`: the revision graph.

use std::borrow::Cow;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use super::{Command, renderer};
use crate::cli::args::Chain;
use crate::cli::failure::Failure;
use crate::cli::progress::read;
use crate::cli::threads::together;
use crate::cli::{Io, Outcome};
use crate::cli::{secrets, settings};
use crate::renderers::{Render, chain_human};
use crate::wire::words::count;
use crate::wire::{Options, Role};

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "chain", title: "draw the revision graph" };

/// Runs the command. Problems of a chain are part of the answer and no reason to fail.
pub fn run(args: &Chain, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let render = renderer(&args.format, &chain_human::RENDERER)?;
    let before: Vec<(Role, PathBuf)> =
        args.before.iter().map(|path| (Role::Before, path.clone())).collect();
    let inputs = settings::gather(&args.paths, &before, &[], args.config.as_deref(), io)?.inputs;
    let number = inputs.len();
    // The process ends after this, and its memory with it: taking it apart piece by piece takes time.
    let reading = ManuallyDrop::new(read(inputs, &Options::default(), io)?);
    settings::sound(&reading)?;
    let report = reading.outline();
    if report.chains.is_empty() {
        let looked = count(number, "file", "files");
        io.say(&format!("Looked at {looked}. None has a revision id."));
    }
    if let Render::Chains(render) = render {
        let look = io.look;
        // Most reports hold no secret, so the text is made while somebody looks for one.
        let (text, clean) = together(|| render(&report, &look), || secrets::without(&report));
        let masked = match clean {
            Cow::Borrowed(_) => None,
            Cow::Owned(clean) => Some(render(&clean, &look)),
        };
        io.print(&masked.unwrap_or(text))?;
    }
    Ok(Outcome::Clear)
}
