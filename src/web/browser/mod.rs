<<<<<<< HEAD

=======
//! Browser interfaces, and nothing else.
//!
//! In: what the page wants done.
//! Out: what came of it.
//! Never: what is on screen.

pub mod engine_link;

pub use engine_link::{EngineEvent, EngineLink};
>>>>>>> pack
