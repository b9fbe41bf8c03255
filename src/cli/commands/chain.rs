//! `retort chain`: the revision graph.

use std::mem::ManuallyDrop;
use std::path::PathBuf;

use super::{Command, renderer};
use crate::cli::args::Chain;
use crate::cli::failure::Failure;
use crate::cli::progress::read;
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
    let outline = reading.outline();
    let report = secrets::without(&outline);
    if report.chains.is_empty() {
        let looked = count(number, "file", "files");
        io.say(&format!("Looked at {looked}. None has a revision id."));
    }
    if let Render::Chains(render) = render {
        io.print(&render(&report, &io.look))?;
    }
    Ok(Outcome::Clear)
}
