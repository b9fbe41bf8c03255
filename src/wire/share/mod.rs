//! A report as the part of an address after `#`, and back.
//!
//! In: a [`Report`], or any text at all.
//! Out: a fragment, or the report and the place at which it opens.
//! Never: the engine, network, clock; the page reads links without any of them.
//!
//! ```text
//! r1.<kind>.<codec>.<length>.<digest>.<loc>.<payload>E
//! kind    f = findings report, s = report with source excerpts
//! codec   m = the bytes of [`packed`], then base64url without padding; what is written
//!         e = either, for who knows the passphrase: [`locked`]
//!         d = deflate-raw of JSON, then the same; what was written first, and is read for ever
//! length  characters of the payload, base 36, lower case
//! digest  see below, 11 characters
//! loc     where to open: v | f-<fingerprint8> | c-<revision> | s-<from>-<to>
//! payload the abridged JSON of a Report
//! E       literal last character
//! ```
//!
//! **Digest.** The first 66 bits, as 11 characters of base64url, of SHA-256 over the ASCII bytes of the
//! whole fragment (without `#`) from which the digest and the dot after it were removed:
//! `r1.<kind>.<codec>.<length>.<loc>.<payload>E`.
//!
//! **Names in `loc`.** Letters and digits stand for themselves. Every other character is `_`, its code
//! point in lower-case hexadecimal, `_`: `add-users` is `add_2d_users`. So a name never holds the dot that
//! ends the field or the hyphen between two names. A `loc` that cannot be read opens the verdict.
//!
//! **Payload.** What a reader can work out is left out, by the rules of [`abridge`]. Unknown fields are
//! kept beside the report and travel on when it is shared again.

pub mod abridge;
mod against;
mod choice;
mod held;
mod hide;
mod inflate;
mod letters;
mod trim;
mod packed;
mod location;
mod words;
mod link;
pub mod locked;
#[cfg(test)]
mod tests;

pub use abridge::Lower;
pub use against::{Against, against};
pub use choice::{Choice, HIDING, LinkOffer, TRIMMING, WORDS};
pub use letters::{bytes_of, spell};
pub use link::{Parts, contents, decode, decode_by, encode, opened};
pub use words::fits;

use serde_json::Value;

use super::Report;

/// The version of the link's layout, the number after `r`.
pub const LINK_VERSION: u32 = 1;

/// What a link holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Verdict, findings, chains, names and counts; no file text.
    Findings,
    /// The same with source excerpts and statements.
    Sources,
}

/// Where the reader starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Location {
    #[default]
    Verdict,
    /// A finding, by the first eight characters of its id.
    Finding(String),
    /// A revision in the chain.
    Revision(String),
    /// The difference between two revisions' schemas.
    Schemas { from: String, to: String },
}

/// A report that arrived in a link.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    pub report: Report,
    pub location: Location,
    pub kind: LinkKind,
    /// The payload as it came, fields included that this version does not know.
    payload: Value,
}

/// There is no link, since it would be longer than any app carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// Characters the fragment would have; not known where nothing could hold them.
    pub chars: Option<usize>,
}

/// Why a fragment shows no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// Fewer characters than the header states; `stated` is unknown when the header itself is cut.
    Cut { arrived: usize, stated: Option<usize> },
    /// All characters are there, and they do not match the digest.
    Changed,
    /// Made by a later Retort.
    Newer { version: u32 },
    /// Not something Retort wrote.
    NotOurs,
    /// Matches its digest, and still holds no report.
    Damaged { what: String },
    /// Only a passphrase opens it.
    Locked,
    /// Unpacks to more than a report could be.
    TooLarge,
}
