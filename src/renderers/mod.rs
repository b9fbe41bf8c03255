//! Wire values to what is drawn or printed.
//!
//! In: values of [`crate::wire`].
//! Out: text, or rows to draw.
//! Never: the engine; a renderer sees only what was reported.

pub mod lanes;
