//! How far a run is, on one line that is gone afterwards.

use std::io::Write;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::Io;
use super::failure::Failure;
use super::threads::Threads;
use crate::engine::pipeline::{self, Analysis, Reading, Watch};
use crate::renderers::visible::visible;
use crate::wire::words::{count, thousands};
use crate::wire::{Input, Options, Progress};

/// A run shorter than this shows nothing.
const QUIET_TIME: Duration = Duration::from_millis(300);
const REDRAW_TIME: Duration = Duration::from_millis(100);
/// Characters of a name; a longer one would wrap and leave lines behind.
const NAME_CHARS_MAX: usize = 48;
const CLEAR: &str = "\r\u{1b}[2K";

/// Reviews the inputs; a person who watches sees how far it is and how long it took.
pub fn review(inputs: Vec<Input>, options: &Options, io: &mut Io<'_>) -> Result<Analysis, Failure> {
    watched(inputs, io, |inputs, watch| pipeline::analyze(inputs, options, &Threads, watch))
}

/// Reads the inputs without judging them, which is all that a chain or a schema needs.
pub fn read(inputs: Vec<Input>, options: &Options, io: &mut Io<'_>) -> Result<Reading, Failure> {
    watched(inputs, io, |inputs, watch| pipeline::read(inputs, options, &Threads, watch))
}

fn watched<T>(
    inputs: Vec<Input>,
    io: &mut Io<'_>,
    run: impl FnOnce(Vec<Input>, Watch<'_>) -> ControlFlow<(), T>,
) -> Result<T, Failure> {
    let started = Instant::now();
    let number = inputs.len();
    let mut drawn: Option<Instant> = None;
    let (err, watched) = (&mut *io.err, io.err_is_terminal);
    let mut watch = |progress: Progress| {
        let due = drawn.map_or(started.elapsed() >= QUIET_TIME, |at| at.elapsed() >= REDRAW_TIME);
        if watched && due {
            drawn = Some(Instant::now());
            draw(err, &progress);
        }
        ControlFlow::<()>::Continue(())
    };
    let found = match run(inputs, &mut watch) {
        ControlFlow::Continue(found) => found,
        ControlFlow::Break(()) => return Err(Failure::Stopped),
    };
    if watched {
        let seconds = started.elapsed().as_secs_f64();
        let clear = if drawn.is_some() { CLEAR } else { "" };
        io.say(&format!("{clear}Reviewed {} in {seconds:.2} s", count(number, "file", "files")));
    }
    Ok(found)
}

/// A terminal that cannot be written to costs nothing but the progress.
fn draw(err: &mut dyn Write, progress: &Progress) {
    let name: String = visible(&progress.name).chars().take(NAME_CHARS_MAX).collect();
    let (done, total) = (thousands(progress.done), thousands(progress.total));
    let line = format!("{CLEAR}{} {done} of {total} — {name}", progress.phase);
    let _ = err.write_all(line.as_bytes());
    let _ = err.flush();
}
