//! `retort diff`: what two schemas have apart, and the way from one to the other.

use std::path::{Path, PathBuf};

use super::{Command, renderer};
use crate::cli::args::Diff;
use crate::cli::failure::Failure;
use crate::cli::progress;
use crate::cli::{Io, Outcome};
use crate::cli::{files, settings};
use crate::engine::pipeline::{Choices, NoSchema, Reading};
use crate::renderers::{Render, diff_human};
use crate::wire::words::count;
use crate::wire::{Options, Role, Settings, redact};

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "diff", title: "compare two schemas" };

/// Runs the command. Differences are the answer and no reason to fail.
pub fn run(args: &Diff, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let render = renderer(&args.format, &diff_human::RENDERER)?;
    let settings = Settings { dialect: args.dialect.clone(), ..Settings::default() };
    let options = Options { settings, ..Options::default() };
    let config = args.config.as_deref();
    let (from_path, from_at) = place(&args.from, &io.folder);
    let (to_path, to_at) = place(&args.to, &io.folder);
    let from = read(from_path, &options, config, io)?;
    // Two places of one chain need one reading.
    let other =
        if from_path == to_path { None } else { Some(read(to_path, &options, config, io)?) };
    let to = other.as_ref().unwrap_or(&from);
    let choices = Choices { losing: args.destructive, renames: args.renames };
    let diff = from
        .diff((&named(from_path, from_at), from_at), to, (&named(to_path, to_at), to_at), choices)
        .map_err(|(name, none)| no_schema(&name, none))?;
    let left_out = diff.way.left_out.len();
    if left_out > 0 && matches!(args.format.as_str(), "sql" | "alembic") {
        let steps = count(left_out, "step that loses", "steps that lose");
        io.say(&format!("Left out {steps} something; --destructive writes them."));
    }
    if let Render::Diff(render) = render {
        io.print(&render(&redact::diff(&diff), &io.look))?;
    }
    Ok(Outcome::Clear)
}

fn read(
    path: &str,
    options: &Options,
    config: Option<&Path>,
    io: &mut Io<'_>,
) -> Result<Reading, Failure> {
    let path = PathBuf::from(path);
    // A file by itself says what a database is, also where it is SQL that could as well be a plan.
    let inputs = match io.folder.join(&path).is_dir() {
        true => settings::gather(&[path], &[], &[], config, io)?.inputs,
        false => settings::gather(&[], &[(Role::Baseline, path)], &[], config, io)?.inputs,
    };
    let reading = progress::read(inputs, options, io)?;
    settings::sound(&reading)?;
    Ok(reading)
}

/// A side as it was typed, without what leads to it on this machine.
fn named(path: &str, at: Option<&str>) -> String {
    let shown = files::shown(Path::new(path), Path::new(path));
    at.map_or_else(|| shown.clone(), |at| format!("{shown}@{at}"))
}

/// Splits `FOLDER@REV`. A path that exists as it stands is one, whatever its name holds.
fn place<'a>(typed: &'a str, folder: &Path) -> (&'a str, Option<&'a str>) {
    if typed == "-" || folder.join(typed).exists() {
        return (typed, None);
    }
    let mut cuts = typed.match_indices('@').filter_map(|(at, _)| {
        let (path, rest) = (typed.get(..at)?, typed.get(at + 1..)?);
        (!path.is_empty() && folder.join(path).exists()).then_some((path, Some(rest)))
    });
    cuts.next_back().unwrap_or((typed, None))
}

fn no_schema(name: &str, none: NoSchema) -> Failure {
    let (what, next) = match none {
        NoSchema::NoChain => (
            format!("`{name}` holds no schema."),
            "Give a dump, an audit summary, SQL, JSON of `retort schema`, or FOLDER@REV."
                .to_owned(),
        ),
        NoSchema::Several(roots) => (
            format!("`{name}` holds {} chains: {}.", roots.len(), roots.join(", ")),
            "Name the folder of one of them.".to_owned(),
        ),
        NoSchema::SeveralDatabases(names) => (
            format!("`{name}` shows {} databases: {}.", names.len(), names.join(", ")),
            "Name one of them: FILE@DATABASE, or its own file.".to_owned(),
        ),
        NoSchema::UnreadBaseline(document) => (
            format!("`{document}` holds no schema that could be read."),
            "Give a dump, SQL, or JSON of `retort schema`.".to_owned(),
        ),
        NoSchema::Refused(words) => (
            format!("Alembic would refuse the place in `{name}`: {words}"),
            "Give an id, its beginning, head, heads or base; `retort chain` lists them.".to_owned(),
        ),
    };
    Failure::Misuse { what, next }
}
