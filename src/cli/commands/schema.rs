//! `retort schema`: the tables that a chain makes.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use super::{Command, renderer};
use crate::cli::args::Schema;
use crate::cli::failure::Failure;
use crate::cli::progress::read;
use crate::cli::settings;
use crate::cli::{Io, Outcome};
use crate::engine::pipeline::{NoSchema, Reading};
use crate::renderers::{Render, schema_human, schema_json, schema_sql};
use crate::wire::words::count;
use crate::wire::{Options, Role, Settings, redact};

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "schema", title: "show the tables a chain makes" };

/// Runs the command. What is not known is part of the answer and no reason to fail.
pub fn run(args: &Schema, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let render = renderer(&args.format, &schema_human::RENDERER)?;
    let config = args.config.as_deref();
    let roles: Vec<(Role, PathBuf)> =
        args.baseline.iter().map(|path| (Role::Baseline, path.clone())).collect();
    let inputs =
        settings::gather(std::slice::from_ref(&args.path), &roles, &[], config, io)?.inputs;
    let is_folder = io.folder.join(&args.path).is_dir();
    let naming = (!args.naming.is_empty()).then(|| args.naming.iter().cloned().collect());
    let settings = Settings { dialect: args.dialect.clone(), naming, ..Settings::default() };
    let options = Options { settings, ..Options::default() };
    let chain = args.chain.as_deref().or(args.database.as_deref());
    let at = args.at.as_deref();
    let is_json = args.format == schema_json::RENDERER.id;
    let writes = is_json || args.format == schema_sql::RENDERER.id;
    let of = |found: &mut Reading| found.take_schema(chain, at, writes);
    // The process ends after this, and its memory with it: taking it apart piece by piece takes time.
    let mut reading = ManuallyDrop::new(read(inputs, &options, io)?);
    settings::sound(&reading)?;
    let mut found = of(&mut reading);
    if found == Err(NoSchema::NoChain) && !is_folder && roles.is_empty() {
        // Statements alone could be a plan. Whoever asks for their schema means a state.
        let state = [(Role::Baseline, args.path.clone())];
        let inputs = settings::gather(&[], &state, &[], config, io)?.inputs;
        found = match of(&mut read(inputs, &options, io)?) {
            Err(NoSchema::UnreadBaseline(_)) => found,
            other => other,
        };
    }
    let mut schema = found.map_err(|none| no_schema(none, &args.path))?;
    if let Some(script) = schema.script.take_if(|_| is_json) {
        schema.statements = script.statements;
    }
    if let Render::Schema(render) = render {
        io.print(&render(&redact::schema(schema), &io.look))?;
    }
    Ok(Outcome::Clear)
}

fn no_schema(none: NoSchema, path: &Path) -> Failure {
    let (what, next) = match none {
        NoSchema::NoChain => (
            "There is no revision and no dump in it.".to_owned(),
            "Name a dump, or the folder that holds versions/.".to_owned(),
        ),
        NoSchema::Several(roots) => (
            format!("There are {} chains: {}.", roots.len(), roots.join(", ")),
            format!(
                "Choose one: retort schema {} --chain {}",
                path.display(),
                roots.first().map_or("FOLDER", String::as_str)
            ),
        ),
        NoSchema::SeveralDatabases(names) => (
            format!("It holds {}: {}.", count(names.len(), "database", "databases"), names.join(", ")),
            format!(
                "Choose one: retort schema {} --database {}",
                path.display(),
                names.first().map_or("NAME", String::as_str)
            ),
        ),
        NoSchema::UnreadBaseline(name) => (
            format!("{name} holds no schema that could be read."),
            "Give a dump (pg_dump --schema-only), SQL that makes the tables, or JSON that `retort schema` \
             printed."
                .to_owned(),
        ),
        NoSchema::Refused(words) => (
            format!("{words}."),
            "Give an id, the beginning of one, head, heads, base, REV+N, REV-N or LABEL@head; `retort \
             chain` lists them."
                .to_owned(),
        ),
    };
    Failure::Misuse { what, next }
}
