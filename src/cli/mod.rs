//! The terminal.
//!
//! In:
//! Out:
//! Never:
