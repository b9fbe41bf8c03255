//! The machine's cores, lent to the engine.

use std::num::NonZero;
use std::thread;

use crate::engine::crew::{Crew, Piece};

/// More threads than this wait for each other's memory rather than work.
const THREADS_MAX: usize = 8;

/// One thread for each core.
#[derive(Debug, Clone, Copy, Default)]
pub struct Threads;

impl Crew for Threads {
    fn size(&self) -> usize {
        thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX)
    }

    fn run(&self, mut work: Vec<Piece<'_>>) {
        let last = work.pop();
        thread::scope(|scope| {
            for piece in work {
                scope.spawn(piece);
            }
            if let Some(piece) = last {
                piece();
            }
        });
    }
}

/// Does two things at the same time.
pub fn together<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
