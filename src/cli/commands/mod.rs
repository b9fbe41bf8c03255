//! Catalogue: one file per command.
//!
//! In: what was asked, and the outside world.
//! Out: an [`Outcome`], or a [`Failure`] with its next step.
//! Never: how an answer is found or laid out.

pub mod check;
pub mod guard;
pub mod chain;
pub mod schema;
pub mod diff;
pub mod fix;
pub mod share;
pub mod open;
pub mod lock;
pub mod explain;
pub mod collect;
pub mod init;

use super::args::Asked;
use super::failure::Failure;
use super::{Io, Outcome};
use crate::renderers::{RENDERERS, Render, Renderer};

/// One command.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    pub name: &'static str,
    pub title: &'static str,
}

/// Every command, in the order in which help lists them.
pub static COMMANDS: &[Command] = &[
    check::COMMAND,
    guard::COMMAND,
    chain::COMMAND,
    schema::COMMAND,
    diff::COMMAND,
    fix::COMMAND,
    share::COMMAND,
    open::COMMAND,
    lock::COMMAND,
    explain::COMMAND,
    collect::COMMAND,
    init::COMMAND,
];

/// Does what was asked.
pub fn run(asked: &Asked, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    match asked {
        Asked::Check(args) => check::run(args, io),
        Asked::Guard(args) => guard::run(args, io),
        Asked::Chain(args) => chain::run(args, io),
        Asked::Schema(args) => schema::run(args, io),
        Asked::Diff(args) => diff::run(args, io),
        Asked::Fix(args) => fix::run(args, io),
        Asked::Share(args) => share::run(args, io),
        Asked::Open(args) => open::run(args, io),
        Asked::Lock(args) => lock::run(args, io),
        Asked::Explain(args) => explain::run(args, io),
        Asked::Collect(args) => collect::run(args, io),
        Asked::Init(args) => init::run(args, io),
    }
}

/// Returns the renderer of this name among those for the same kind of value as `example`.
fn renderer(id: &str, example: &Renderer) -> Result<Render, Failure> {
    let fitting = || RENDERERS.iter().filter(|row| row.render.same_subject(example.render));
    match fitting().find(|row| row.id == id) {
        Some(row) => Ok(row.render),
        None => {
            let ids: Vec<&str> = fitting().map(|row| row.id).collect();
            Err(Failure::Misuse {
                what: format!("There is no format `{id}` here."),
                next: format!("Formats are {}.", ids.join(", ")),
            })
        }
    }
}
