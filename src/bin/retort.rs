//! The terminal's door: hands what was typed to [`retort::cli`] and its answer to the shell.

use std::env;
use std::io::{IsTerminal as _, stderr, stdin, stdout};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use mimalloc::MiMalloc;
use retort::cli::settings::day;
use retort::cli::{Io, run};
use retort::renderers::Look;

/// A run makes and drops many small values on several threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let (mut input, mut out, mut err) = (stdin(), stdout(), stderr());
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let look = match out.is_terminal() {
        true => Look {
            colour: !is_set("NO_COLOR") && !dumb,
            columns: width.unwrap_or(Look::plain().columns),
        },
        false => Look::plain(),
    };
    let err_is_terminal = err.is_terminal() && !dumb;
    let mut io = Io {
        input: &mut input,
        out: &mut out,
        err: &mut err,
        look,
        err_is_terminal,
        folder: env::current_dir().unwrap_or_default(),
        today: UNIX_EPOCH.elapsed().ok().map(|since| day(since.as_secs())),
    };
    ExitCode::from(run(env::args_os(), &mut io).code())
}
