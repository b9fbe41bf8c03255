//! Retort answers one question for a person about to change a production database: is this plan safe, and
//! what should happen instead?
//!
//! ```text
//!  bytes ─▶ documents ─▶ facts ─▶ chains ─▶ replay ─▶ findings ─▶ verdict ─▶ report ─▶ view
//! ```
//!
//! `ARCHITECTURE.md` in the root of the repository is the map.
#![warn(missing_debug_implementations)]

#[doc(hidden)]
pub mod limits;
#[doc(hidden)]
pub mod ordered;
#[doc(hidden)]
pub mod wire;
#[doc(hidden)]
pub mod renderers;
#[cfg(feature = "engine")]
#[doc(hidden)]
pub mod engine;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod web;
#[cfg(test)]
mod sketch;

#[cfg(feature = "engine")]
pub use engine::{
    crew::{Alone, Crew, Piece},
    pipeline::{Analysis, Reading, analyze, read},
    rules::{RULES, Rule, rule_cards},
    session::{Lent, Session},
};
pub use renderers::{RENDERERS, Renderer};
pub use wire::{Input, Options, Report, Request, Response, Ticketed};
