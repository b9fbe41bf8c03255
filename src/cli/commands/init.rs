//! `retort init`: a starter for a repository: settings, a workflow, a policy. What is there stays as it is.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::Command;
use crate::cli::args::Init;
use crate::cli::failure::Failure;
use crate::cli::progress::read;
use crate::cli::{Io, Outcome, settings};
use crate::engine::pipeline::Reading;
use crate::wire::{Options, Settings, Severity};

/// The row of the catalogue.
pub const COMMAND: Command =
    Command { name: "init", title: "write starter settings, a workflow and a policy" };

/// Runs the command.
pub fn run(args: &Init, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let folder = args.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let inputs = settings::gather(std::slice::from_ref(&folder), &[], &[], None, io)?.inputs;
    let reading = read(inputs, &Options::default(), io)?;
    settings::sound(&reading)?;
    let files = [
        ("retort.toml", starter_settings(&reading)),
        (".github/workflows/retort.yml", include_str!("../starters/workflow.yml").to_owned()),
        ("DEPLOYMENT_POLICY.md", policy(&reading)),
    ];
    let mut said = String::new();
    for (name, text) in files {
        let done = write_new(&io.folder.join(&folder).join(name), &text)
            .map_err(|why| Failure::Output { why: format!("{name}: {why}") })?;
        said.push_str(if done { "wrote  " } else { "kept   " });
        said.push_str(name);
        said.push('\n');
    }
    io.print(&said)?;
    Ok(Outcome::Clear)
}

/// Writes a file that is not there; `false` where one is.
fn write_new(place: &Path, text: &str) -> std::io::Result<bool> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(place) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(why) if why.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(why) => Err(why),
    }
}

fn starter_settings(reading: &Reading) -> String {
    let dialect = format!("dialect = \"{}\"", reading.dialect().word());
    let line = match reading.outline().chains.is_empty() {
        true => "# dialect = \"postgresql\"".to_owned(),
        false => dialect,
    };
    include_str!("../starters/retort.toml").replace("{{dialect}}", &line)
}

/// The policy, with what the settings and the folders say.
fn policy(reading: &Reading) -> String {
    let Settings { fail_on, strict, table_threshold, .. } = reading.settings();
    let chains = reading.outline().chains;
    let named: Vec<String> = chains.iter().map(|chain| format!("`{}`", chain.root)).collect();
    let folders = match named.as_slice() {
        [] => String::new(),
        [one] => format!(", from the revisions in {one}"),
        several => format!(
            ", from the revisions in {}, each with tables of its own",
            several.join(" and ")
        ),
    };
    let gate = match (fail_on.unwrap_or(Severity::Danger), strict.unwrap_or(false)) {
        (_, true) => {
            "no finding that decides, warnings included, and nothing that was not understood"
                .to_owned()
        }
        (severity, false) => format!(
            "no finding of severity {} or graver, and nothing that was not understood",
            severity.word()
        ),
    };
    let threshold = table_threshold.unwrap_or(crate::limits::TABLE_DISTANCE_DEFAULT).to_string();
    let timeouts = match reading.dialect().word() {
        "postgresql" => {
            " On PostgreSQL: `lock_timeout` of a few seconds, and the run is made again when it is hit."
        }
        "mysql" => {
            " On MySQL: `lock_wait_timeout` of a few seconds; each statement is committed by itself, so a run that fails halfway is finished by hand."
        }
        _ => "",
    };
    include_str!("../starters/policy.md")
        .replace("{{folders}}", &folders)
        .replace("{{gate}}", &gate)
        .replace("{{threshold}}", &threshold)
        .replace("{{dialect}}", timeouts)
}
