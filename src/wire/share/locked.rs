//! Links that only a passphrase opens.
//!
//! The payload of the codec `e` is base64url, without padding, of
//!
//! ```text
//! rounds  4 bytes, the larger first
//! salt    16 bytes
//! nonce   12 bytes
//! the rest is AES-256 in Galois counter mode, with its tag of 16 bytes at the end, of
//!         the letter of the codec within, and what its payload spells
//! ```
//!
//! The key is PBKDF2 with HMAC-SHA-256 of the passphrase in UTF-8, as it was typed. `r1.<kind>.e.<loc>` is
//! authenticated with it. The cryptography is the browser's (`src/web/boot/lock.js`) and the command's
//! (`src/cli/locked.rs`); what a link opened by its passphrase holds is a plain link again.

use super::link::{Parts, to_base36};

/// The codec's letter.
pub const CODEC: &str = "e";
/// Rounds of what is written now, as much as is advised in 2026.
pub const ROUNDS: u32 = 600_000;
/// More would keep whoever opens a hostile link busy.
pub const ROUNDS_MAX: u32 = 10_000_000;
/// Bytes of rounds, salt and nonce.
pub const HEAD: [usize; 3] = [4, 16, 12];
/// Bytes of the tag.
const TAG: usize = 16;

/// Returns how many characters a fragment has once it is locked.
pub fn locked_chars(fragment: &str) -> usize {
    let Ok(parts) = Parts::read(fragment) else { return fragment.len() };
    let before = parts.payload.len();
    let bytes = HEAD.iter().sum::<usize>() + 1 + before * 3 / 4 + TAG;
    let after = (bytes * 4).div_ceil(3);
    fragment.len() - before - to_base36(before).len() + after + to_base36(after).len()
}
