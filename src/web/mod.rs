//! The page.
//!
//! In: events of a person and messages of the engine.
//! Out: what is on screen.
//! Never: the engine itself, which lives in a worker, and a parser.

pub mod view;
pub mod browser;
