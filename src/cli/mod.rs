//! The command: disk and terminal around the engine.
//!
//! In: what was typed, and an [`Io`].
//! Out: results on standard output, everything else on standard error, and an exit code.
//! Never: a browser; a decision about what is safe.

pub mod failure;
pub mod args;
pub mod files;
pub mod settings;
pub mod progress;
pub mod secrets;
pub mod threads;
pub mod locked;
pub mod commands;

use std::ffi::OsString;
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;

use crate::renderers::Look;
use failure::Failure;

/// The outside world, as far as a command may touch it.
pub struct Io<'a> {
    pub input: &'a mut dyn Read,
    pub out: &'a mut dyn Write,
    pub err: &'a mut dyn Write,
    /// Colour and width of standard output.
    pub look: Look,
    /// Progress and timing are for a person who watches.
    pub err_is_terminal: bool,
    /// Where relative paths start.
    pub folder: PathBuf,
    /// The date as `2027-01-31`: suppressions expire by it.
    pub today: Option<String>,
}

impl std::fmt::Debug for Io<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Io").field("look", &self.look).field("folder", &self.folder).finish()
    }
}

/// How a command ended, as its exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 0: done, and nothing stands in the way.
    Clear,
    /// 1: done, and something does.
    Findings,
    /// 2: misuse, or an input that could not be read at all.
    Failed,
}

impl Outcome {
    /// Returns the exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Clear => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }
}

/// Runs what was typed; `typed` starts with the name of the program.
pub fn run(typed: impl IntoIterator<Item = OsString>, io: &mut Io<'_>) -> Outcome {
    let done = match args::read(typed, io.look.colour && io.err_is_terminal) {
        Ok(asked) => commands::run(&asked, io),
        Err(args::Unusable::Text(text)) => io.print(&text).map(|()| Outcome::Clear),
        Err(args::Unusable::Misuse(text)) => {
            io.say(&text);
            Ok(Outcome::Failed)
        }
    };
    done.unwrap_or_else(|failure| {
        io.say(&failure.text());
        Outcome::Failed
    })
}

impl Io<'_> {
    /// Writes a result. A reader that has seen enough and closed the pipe is not an error.
    pub fn print(&mut self, text: &str) -> Result<(), Failure> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Err(why) if why.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::Output { why: why.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// Writes a remark. Where even that fails there is nobody left to tell.
    pub fn say(&mut self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let _ = self.err.write_all(format!("{text}{end}").as_bytes());
        let _ = self.err.flush();
    }
}
