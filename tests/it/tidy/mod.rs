//! The house rules that text can show. Each check says what to do instead.

mod sources;
mod layers;
mod shape;
mod docs;
mod style;
