//! `retort lock`: what each revision is at its release, written down or compared.

use std::fs;
use std::path::PathBuf;

use super::{Command, guard};
use crate::cli::args::Lock;
use crate::cli::failure::Failure;
use crate::cli::progress::read;
use crate::cli::{Io, Outcome, settings};
use crate::engine::history::LOCK_FILE;
use crate::wire::Options;
use crate::wire::words::count;

/// The row of the catalogue.
pub const COMMAND: Command =
    Command { name: "lock", title: "write down what each revision is, or compare" };

/// Runs the command. The lock lies in the folder that was named, and its chains are named from there.
pub fn run(args: &Lock, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let folder = io.folder.join(&args.path);
    if !folder.is_dir() {
        return Err(Failure::Misuse {
            what: format!("{} is no folder.", args.path.display()),
            next: "Name the folder that holds the migrations: retort lock .".to_owned(),
        });
    }
    let file = folder.join(LOCK_FILE);
    let old = fs::read_to_string(&file).ok();
    let config = args.config.as_ref().map(|config| io.folder.join(config));
    let outside = std::mem::replace(&mut io.folder, folder);
    let here = [PathBuf::from(".")];
    let gathered = settings::gather(&here, &[], &[], config.as_deref(), io);
    io.folder = outside;
    let reading = read(gathered?.inputs, &Options::default(), io)?;
    settings::sound(&reading)?;
    let (new, changes) = reading.lock();
    let number = new.lines().filter(|line| !line.starts_with('#')).count();
    let held = count(number, "revision", "revisions");
    if number == 0 && !(args.check && old.is_some()) {
        return Err(Failure::Misuse {
            what: "There is no revision in it.".to_owned(),
            next: "Name the folder that holds the migrations: retort lock .".to_owned(),
        });
    }
    let listed = |io: &mut Io<'_>| -> Result<(), Failure> {
        changes.iter().try_for_each(|change| io.print(&guard::line(change)))
    };
    match (args.check, old) {
        (true, None) => Err(Failure::Misuse {
            what: format!("There is no {LOCK_FILE} in {}.", args.path.display()),
            next: format!("Write it: retort lock {}", args.path.display()),
        }),
        (true, Some(old)) if old.replace("\r\n", "\n") == new => {
            io.say(&format!("{LOCK_FILE} is what the files say: {held}."));
            Ok(Outcome::Clear)
        }
        (true, Some(_)) => {
            listed(io)?;
            if changes.is_empty() {
                io.print(&guard::line(&format!("{LOCK_FILE} is not as `retort lock` writes it.")))?;
            }
            Ok(Outcome::Findings)
        }
        (false, old) => {
            if old.is_some() {
                listed(io)?;
            }
            fs::write(&file, new).map_err(|why| Failure::Misuse {
                what: format!("{LOCK_FILE} can't be written: {why}."),
                next: "Make the folder writable.".to_owned(),
            })?;
            io.say(&format!("{LOCK_FILE} holds {held}. Commit it beside them."));
            Ok(Outcome::Clear)
        }
    }
}
