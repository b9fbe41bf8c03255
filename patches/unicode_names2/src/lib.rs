//! Stands in for the table of Unicode's character names.
//!
//! ruff's Python parser asks it for `"\N{BULLET}"` and the like. Migrations hardly ever write that, and the
//! real table costs some 300 kB of the engine's compressed WebAssembly. No name is known here, so such a
//! string is a syntax problem with its place in the file: not understood, said, and never a wrong value.

/// Returns no character, whatever the name.
pub fn character(_name: &str) -> Option<char> {
    None
}
