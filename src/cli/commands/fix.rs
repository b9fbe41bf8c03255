//! `retort fix`: the ways out as files. It only adds: what is there already stays as it is.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::Command;
use super::check::{Reviewed, has_lost, reviewed};
use crate::cli::args::Fix;
use crate::cli::failure::Failure;
use crate::cli::{Io, Outcome};
use crate::engine::rules::RULES;
use crate::ordered::Map;
use crate::renderers::patch::chained;
use crate::renderers::visible::visible;
use crate::wire::words::{count, nearest};
use crate::wire::{FindingRow, Settings};

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "fix", title: "write ways out as files" };

/// Runs the command. A finding without a file is no failure: `check` says what to do about it.
pub fn run(args: &Fix, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    known(&args.only)?;
    let Reviewed { analysis, named } = reviewed(&args.given, Settings::default(), io)?;
    let report = analysis.report();
    let wanted = |row: &&FindingRow| {
        let cause = row.cause.as_deref().map(|cause| format!("{}/{cause}", row.rule));
        let is_it = |only: &String| *only == row.rule || Some(only) == cause.as_ref();
        row.suppressed.is_none() && (args.only.is_empty() || args.only.iter().any(is_it))
    };
    let found: Vec<&FindingRow> = report.findings.iter().filter(wanted).collect();
    let folder = io.folder.join(&args.out);
    let (mut tails, mut told) = (Map::default(), BTreeSet::new());
    let (mut written, mut text) = (0, String::new());
    for row in found.iter().filter(|row| !row.remedy.patches.is_empty()) {
        // What a statement does is put in place once.
        if row.line > 0 && !told.insert((&row.file, row.line, row.column)) {
            continue;
        }
        text.push_str(&format!("{}\n  {}\n", visible(&row.title), place(row)));
        for patch in chained(&row.remedy.patches, &mut tails) {
            let name = patch.file.rsplit('/').next().unwrap_or_default();
            let path = args.out.join(name);
            let shown = visible(&path.to_string_lossy());
            match write(&folder, name, &patch.content)? {
                true => {
                    written += 1;
                    text.push_str(&format!("  wrote {shown}\n"));
                }
                false => text.push_str(&format!("  {shown} is there already: left as it is\n")),
            }
        }
    }
    if told.is_empty() && text.is_empty() {
        text = match found.len() {
            0 => "Nothing was found that a file could help.\n".to_owned(),
            number => format!(
                "No file to write: {} a person has to decide. `retort check` says what to do.\n",
                count(number, "finding that", "findings that")
            ),
        };
    }
    io.print(&text)?;
    if written > 0 {
        io.say(&format!(
            "Wrote {}. Read each before it runs; revisions belong into the folder of the chain.",
            count(written, "file", "files")
        ));
    }
    Ok(if has_lost(&report, &named) { Outcome::Failed } else { Outcome::Clear })
}

/// Refuses what is no rule.
fn known(only: &[String]) -> Result<(), Failure> {
    for asked in only {
        let rule = asked.split('/').next().unwrap_or_default();
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name.0).collect();
        if !names.contains(&rule) {
            return Err(Failure::Misuse {
                what: format!("There is no rule `{}`.", visible(rule)),
                next: format!("Near it are {}.", nearest(rule, names).join(", ")),
            });
        }
    }
    Ok(())
}

fn place(row: &FindingRow) -> String {
    let replaces = row.remedy.patches.iter().any(|patch| patch.content.contains("In place of"));
    match replaces {
        false => "beside what is there:".to_owned(),
        true => format!("in place of {} line {}:", visible(&row.file), row.line),
    }
}

/// Writes a file that is not there yet; `false` when it is.
fn write(folder: &Path, name: &str, content: &str) -> Result<bool, Failure> {
    let failed = |why: std::io::Error| Failure::Output { why: format!("{name}: {why}") };
    fs::create_dir_all(folder).map_err(failed)?;
    match OpenOptions::new().write(true).create_new(true).open(folder.join(name)) {
        Ok(mut file) => file.write_all(content.as_bytes()).map(|()| true).map_err(failed),
        Err(why) if why.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(why) => Err(failed(why)),
    }
}
