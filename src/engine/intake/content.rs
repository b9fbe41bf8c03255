//! Text or not: what a document's bytes are, before anything is decoded.

use super::decode::{self, Encoding};
use super::{Giving, Weight};
use crate::wire::words::thousands;

/// What bytes turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Text(Encoding),
    /// Meant as a document and not to be read; the sentence says why and what to do.
    Unreadable(String),
    /// Left out, for this reason.
    Skip(String, Weight),
}

/// First bytes of things that are not text, what they are, and what a person can do about it.
struct Signature {
    first: &'static [u8],
    what: &'static str,
    /// `Some` when a database could be inside; then it is never left out in silence.
    remedy: Option<&'static str>,
    archive: bool,
}

const fn archive(first: &'static [u8], what: &'static str) -> Signature {
    Signature { first, what, remedy: None, archive: true }
}

static SIGNATURES: &[Signature] = &[
    archive(b"PK\x03\x04", "a zip archive"),
    archive(b"PK\x05\x06", "a zip archive"),
    archive(b"PK\x07\x08", "a zip archive"),
    archive(b"\x1f\x8b", "a gzip file"),
    archive(b"BZh", "a bzip2 file"),
    archive(b"\xfd7zXZ\0", "an xz file"),
    archive(b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    archive(b"\x28\xb5\x2f\xfd", "a zstd file"),
    archive(b"Rar!\x1a\x07", "a rar archive"),
    Signature {
        first: b"PGDMP",
        what: "a pg_dump archive in custom format",
        remedy: Some("Turn it into SQL with `pg_restore --schema-only --file schema.sql FILE`."),
        archive: false,
    },
    Signature {
        first: b"SQLite format 3\0",
        what: "an SQLite database",
        remedy: Some("Write its schema out with `sqlite3 FILE .schema > schema.sql`."),
        archive: false,
    },
    Signature { first: b"%PDF-", what: "a PDF", remedy: None, archive: false },
];

/// Decides what bytes are. Bytes that came in bulk and are plainly no text are left out as noise; what a
/// person gave by itself, or what could hold a schema, always becomes a document that says why not.
pub fn examine(bytes: &[u8], giving: Giving) -> Content {
    if let Some(signature) = signature(bytes) {
        return judge(signature, giving);
    }
    if is_tar(bytes) && giving == Giving::Bulk {
        return nested("a tar archive");
    }
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Content::Unreadable("UTF-32 text is not read. Save it as UTF-8.".to_owned());
    }
    let encoding = decode::detect(bytes);
    if encoding.is_utf_16() {
        return Content::Text(encoding);
    }
    // Looking for any is quicker than looking for its place.
    let nul = bytes.contains(&0).then(|| bytes.iter().position(|byte| *byte == 0)).flatten();
    let Some(nul) = nul else { return Content::Text(encoding) };
    if giving == Giving::Bulk && is_binary_around(bytes, nul) {
        return Content::Skip("not text".to_owned(), Weight::Noise);
    }
    Content::Unreadable(format!(
        "This is not text: there is a NUL byte at offset {}. If it is text, save it as UTF-8; if it is a \
         database file, write it out as SQL first.",
        thousands(nul)
    ))
}

/// Returns whether bytes are a tar archive: the magic of POSIX and GNU, or, for the oldest kind, a first
/// header whose checksum is right.
pub fn is_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..512) else { return false };
    if header.get(257..262) == Some(b"ustar") {
        return true;
    }
    let Some(field) = header.get(148..156) else { return false };
    let digits = field
        .iter()
        .skip_while(|byte| **byte == b' ')
        .take_while(|byte| (b'0'..=b'7').contains(*byte));
    let (mut stated, mut length) = (0u32, 0);
    for digit in digits {
        stated = stated.wrapping_mul(8).wrapping_add(u32::from(*digit - b'0'));
        length += 1;
    }
    let sum: u32 = header
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) })
        .sum();
    length >= 3 && stated == sum && header.first() != Some(&0)
}

fn signature(bytes: &[u8]) -> Option<&'static Signature> {
    SIGNATURES.iter().find(|signature| bytes.starts_with(signature.first)).filter(|signature| {
        // "BZh" could begin a word: the block size follows, then the block's own magic.
        signature.first != b"BZh" || bytes.get(4..10) == Some(b"\x31\x41\x59\x26\x53\x59")
    })
}

fn judge(signature: &Signature, giving: Giving) -> Content {
    if let Some(remedy) = signature.remedy {
        return Content::Unreadable(format!("This is {}. {remedy}", signature.what));
    }
    match (giving, signature.archive) {
        (Giving::Bulk, true) => nested(signature.what),
        (Giving::Bulk, false) => Content::Skip(signature.what.to_owned(), Weight::Noise),
        (Giving::Single, true) => Content::Unreadable(format!(
            "This is {}. Unpack it and give the files; zip, tar and gzip are opened here.",
            signature.what
        )),
        (Giving::Single, false) => {
            Content::Unreadable(format!("This is {}. Save it as plain text.", signature.what))
        }
    }
}

fn nested(what: &str) -> Content {
    Content::Skip(
        format!("{what} inside other files is not opened; give it by itself"),
        Weight::Refused,
    )
}

/// More than a tenth of control bytes around the NUL: data, not a text with one stray byte.
fn is_binary_around(bytes: &[u8], nul: usize) -> bool {
    let window = bytes.get(nul.saturating_sub(2048)..).unwrap_or(bytes);
    let window = window.get(..4096).unwrap_or(window);
    let control = window
        .iter()
        .filter(|byte| {
            !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b) && byte.is_ascii_control()
        })
        .count();
    control * 10 > window.len()
}
