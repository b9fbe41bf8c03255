//! Whoever does independent pieces of work: the engine has no threads, a shell may lend some.
//!
//! In: pieces of work that share nothing they change.
//! Out: all of them done.
//! Never: an answer that depends on how many there are.

/// Does pieces of work, in any order and at the same time or not.
pub trait Crew {
    /// Returns how many pieces are worth having at a time.
    fn size(&self) -> usize;

    /// Returns when every piece is done.
    fn run(&self, work: Vec<Piece<'_>>);
}

/// A piece of work.
pub type Piece<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Does one piece after the other on the caller's thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Crew for Alone {
    fn size(&self) -> usize {
        1
    }

    fn run(&self, work: Vec<Piece<'_>>) {
        for piece in work {
            piece();
        }
    }
}
