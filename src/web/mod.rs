//! The page.
//!
//! In: what a person does and what the engine answers.
//! Out: what is on screen.
//! Never: the engine itself, which lives in a worker, and any parser.
//!
//! Everything happens as a [`model::Msg`]: [`update::update`] changes the [`model::Model`] and returns
//! [`model::Effect`]s, which `browser` carries out; [`select`] turns the model into what panels show.
//! Those are plain Rust and compile everywhere; `view` and `browser` belong to the page's build.

pub mod shared;
pub mod model;
pub mod words;
pub mod intake;
pub mod address;
pub mod filter;
pub mod samples;
pub mod views;
pub mod saving;
pub mod settings;
pub mod places;
pub mod keys;
pub mod update;
pub mod select;
pub mod estate;
pub mod rows;
pub mod trail;
pub mod telling;
pub mod folding;
pub mod positions;
pub mod tray;
#[cfg(test)]
pub mod fixture;
#[cfg(feature = "app")]
pub mod view;
#[cfg(feature = "app")]
pub mod browser;
