//! JSON in as few bytes as a guess at it allows, for links.
//!
//! In: a JSON value, or any bytes at all.
//! Out: bytes, or the value.
//! Never: what a value means; a table from outside.
//!
//! A value is written field by field ([`grammar`]), and each of its bits costs what it was unforeseen by a
//! model ([`model`]) that both sides keep alike ([`code`]). So that a short report is foreseen as well, both
//! begin by reading the same report, `primer.json`, which is here packed as well. **Nothing in this folder
//! may ever change**, since every link that was made would read otherwise: what gets better gets a codec
//! letter of its own.

mod model;
mod code;
mod grammar;
mod said;

use std::sync::OnceLock;

use serde_json::Value;

use self::code::{Reader, Writer};
use self::grammar::Talk;
use self::model::Model;

/// What both sides have read before: `primer.json`, packed by a model that had read nothing.
const PRIMER: &[u8] = include_bytes!("primer.bin");

/// Why bytes are no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// They end too early, or say what is never written.
    Damaged,
    /// They say more than a report could.
    TooLarge,
}

/// Returns the value in few bytes; none where they would say more than a reader takes.
pub fn pack(value: &Value) -> Option<Vec<u8>> {
    let mut writer = Writer::new(primed().unwrap_or_else(|_| Model::new()));
    Talk::default().write(value, &mut writer);
    writer.finish()
}

/// Returns the value that [`pack`] was given. Total and bounded.
pub fn unpack(packed: &[u8]) -> Result<Value, Unread> {
    let mut reader = Reader::new(primed()?, packed);
    Talk::default().read(&mut reader)
}

fn primed() -> Result<Model, Unread> {
    static PRIMED: OnceLock<Result<Model, Unread>> = OnceLock::new();
    let primed = PRIMED.get_or_init(|| {
        let mut reader = Reader::new(Model::new(), PRIMER);
        Talk::default().read(&mut reader)?;
        Ok(reader.model)
    });
    primed.clone()
}

#[cfg(test)]
mod tests;
