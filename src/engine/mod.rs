//! Inputs to report: pure, deterministic, total.
//!
//! In: [`crate::wire::Input`]s and [`crate::wire::Options`].
//! Out: a [`crate::wire::Report`], through [`pipeline::analyze`].
//! Never: disk, clock, environment, threads, network, terminal, browser.

pub mod span;
pub mod ledger;
pub mod document;
pub mod code_page;
pub mod intake;
pub mod containers;
pub mod clean;
pub mod patch;
pub mod toml;
pub mod dialects;
pub mod schema;
pub mod expression;
pub mod op;
pub mod chain;
pub mod history;
pub mod sql;
pub mod python;
pub mod facts;
pub mod formats;
pub mod compare;
pub mod stamp;
pub mod writers;
pub mod lost;
pub mod case;
pub mod rules;
pub mod verdict;
pub mod compose;
pub mod crew;
pub mod pipeline;
pub mod offer;
pub mod session;
#[cfg(test)]
pub mod fixture;
