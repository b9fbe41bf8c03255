//! Input to report.
//!
//! In: named bytes and options.
//! Out: wire values.
//! Never: disk, clock, environment, threads, network, terminal, browser.

pub mod session;
