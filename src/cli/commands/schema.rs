//! `retort schema`: the tables that a chain makes.

use super::{Command, renderer};
use crate::cli::args::Schema;
use crate::cli::failure::Failure;
use crate::cli::files;
use crate::cli::progress::review;
use crate::cli::{Io, Outcome};
use crate::engine::pipeline::NoSchema;
use crate::renderers::{Render, schema_human};
use crate::wire::{Options, redact};

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "schema", title: "show the tables a chain makes" };

/// Runs the command. What is not known is part of the answer and no reason to fail.
pub fn run(args: &Schema, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let render = renderer(&args.format, &schema_human::RENDERER)?;
    let inputs = files::gather(std::slice::from_ref(&args.path), &[], &[], io)?.inputs;
    let naming = (!args.naming.is_empty()).then(|| args.naming.iter().cloned().collect());
    let options = Options { dialect: args.dialect.clone(), naming, ..Options::default() };
    let analysis = review(inputs, &options, io)?;
    let schema = analysis.schema(args.at.as_deref()).map_err(|none| match none {
        NoSchema::NoChain => Failure::Misuse {
            what: "There is no revision and no dump in it.".to_owned(),
            next: "Name a dump, or the folder that holds versions/.".to_owned(),
        },
        NoSchema::Several(roots) => Failure::Misuse {
            what: format!("There are {} chains: {}.", roots.len(), roots.join(", ")),
            next: "Name the folder of one of them.".to_owned(),
        },
        NoSchema::SeveralDatabases(names) => Failure::Misuse {
            what: format!("There are {} databases: in {}.", names.len(), names.join(", ")),
            next: "Name a file that holds one of them.".to_owned(),
        },
        NoSchema::NoSuchRevision(at) => Failure::Misuse {
            what: format!("`{at}` is no revision of the chain, or more than one."),
            next: "Give an id, its beginning, head, heads or base; `retort chain` lists them."
                .to_owned(),
        },
    })?;
    if let Render::Schema(render) = render {
        io.print(&render(&redact::schema(&schema), &io.look))?;
    }
    Ok(Outcome::Clear)
}
