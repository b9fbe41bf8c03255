//! Bytes to text, with a word on how.

use crate::engine::code_page;
use crate::wire::words::thousands;

/// How bytes are read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// The number of bytes that a mark takes at the start.
    Utf8 {
        mark: usize,
    },
    Utf16 {
        order: ByteOrder,
        mark: usize,
    },
    Windows1252,
}

/// Which byte of a UTF-16 unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    LittleFirst,
    BigFirst,
}

impl Encoding {
    /// Returns whether NUL bytes are to be expected.
    pub fn is_utf_16(self) -> bool {
        matches!(self, Self::Utf16 { .. })
    }
}

/// Text, and what was done to get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub notes: Vec<String>,
}

/// Bytes looked at to recognise UTF-16 without a mark.
const SAMPLE_BYTES: usize = 4096;

/// Recognises the encoding: by its mark, else UTF-16 when every other byte is NUL and the rest are
/// letters, else UTF-8 when it is that or nearly, else windows-1252.
pub fn detect(bytes: &[u8]) -> Encoding {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Encoding::Utf8 { mark: 3 };
    }
    if bytes.starts_with(&[0xff, 0xfe]) {
        return Encoding::Utf16 { order: ByteOrder::LittleFirst, mark: 2 };
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return Encoding::Utf16 { order: ByteOrder::BigFirst, mark: 2 };
    }
    if bytes.contains(&0)
        && let Some(order) = unmarked_utf_16(bytes)
    {
        return Encoding::Utf16 { order, mark: 0 };
    }
    if is_mostly_utf_8(bytes) { Encoding::Utf8 { mark: 0 } } else { Encoding::Windows1252 }
}

/// Decodes bytes in an encoding that [`detect`] named. Nothing is lost without a note.
pub fn decode(bytes: Vec<u8>, encoding: Encoding) -> Decoded {
    let mut decoded = match encoding {
        Encoding::Utf8 { mark } => utf_8(bytes, mark),
        Encoding::Utf16 { order, mark } => utf_16(&bytes, order, mark),
        Encoding::Windows1252 => windows_1252(&bytes),
    };
    if decoded.text.is_empty() {
        decoded.notes.push("Empty.".to_owned());
    }
    decoded
}

fn utf_8(mut bytes: Vec<u8>, mark: usize) -> Decoded {
    if mark > 0 {
        bytes.drain(..mark.min(bytes.len()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, notes: Vec::new() },
        Err(error) => {
            let first = error.utf8_error().valid_up_to() + mark;
            let bytes = error.into_bytes();
            let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let places = if broken == 1 { "place is" } else { "places are" };
            let note = format!(
                "{} {places} not valid UTF-8 and shown as \u{fffd}, the first at byte {}.",
                thousands(broken),
                thousands(first)
            );
            Decoded { text, notes: vec![note] }
        }
    }
}

fn utf_16(bytes: &[u8], order: ByteOrder, mark: usize) -> Decoded {
    let body = bytes.get(mark..).unwrap_or(&[]);
    let mut pairs = body.chunks_exact(2);
    let units = pairs.by_ref().filter_map(|pair| {
        let pair: [u8; 2] = pair.try_into().ok()?;
        Some(match order {
            ByteOrder::LittleFirst => u16::from_le_bytes(pair),
            ByteOrder::BigFirst => u16::from_be_bytes(pair),
        })
    });
    let mut text = String::with_capacity(body.len() / 2);
    let mut broken = 0;
    for unit in char::decode_utf16(units) {
        text.push(unit.unwrap_or_else(|_| {
            broken += 1;
            char::REPLACEMENT_CHARACTER
        }));
    }
    if body.len() % 2 == 1 {
        broken += 1;
        text.push(char::REPLACEMENT_CHARACTER);
    }
    let name = match order {
        ByteOrder::LittleFirst => "UTF-16LE",
        ByteOrder::BigFirst => "UTF-16BE",
    };
    let mut notes = vec![format!("Read as {name}.")];
    if broken > 0 {
        notes.push(format!("{} broken characters are shown as \u{fffd}.", thousands(broken)));
    }
    Decoded { text, notes }
}

fn windows_1252(bytes: &[u8]) -> Decoded {
    let first = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
    let text = bytes.iter().map(|byte| code_page::from_windows_1252(*byte)).collect();
    let note = format!(
        "Read as windows-1252, because it is not UTF-8 (first at byte {}).",
        thousands(first)
    );
    Decoded { text, notes: vec![note] }
}

fn unmarked_utf_16(bytes: &[u8]) -> Option<ByteOrder> {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let (mut little, mut big, mut pairs) = (0usize, 0usize, 0usize);
    for pair in sample.chunks_exact(2) {
        pairs += 1;
        match pair {
            [letter, 0] if is_letter(*letter) => little += 1,
            [0, letter] if is_letter(*letter) => big += 1,
            _ => {}
        }
    }
    // Two letters are not enough to call anything UTF-16; nine of ten are.
    let most = |count: usize| count >= 2 && count * 10 >= pairs * 9;
    if most(little) {
        Some(ByteOrder::LittleFirst)
    } else if most(big) {
        Some(ByteOrder::BigFirst)
    } else {
        None
    }
}

fn is_letter(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

/// Whether broken sequences are few beside the good ones. In windows-1252 text nearly every character
/// beyond ASCII is a broken sequence; in damaged UTF-8 most are whole.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut whole, mut broken, mut seen) = (0usize, 0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        seen += chunk.valid().len() + chunk.invalid().len();
        // A character cut in half by the end of the file says nothing about the encoding, unless it is
        // a single byte, which is how an accented last letter looks.
        let cut_at_the_end = seen == bytes.len() && chunk.invalid().len() > 1;
        if !chunk.invalid().is_empty() && !cut_at_the_end {
            broken += 1;
        }
    }
    broken * 4 <= whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str, notes: &[&str]) {
        let decoded = decode(bytes.to_vec(), detect(bytes));
        assert_eq!(decoded.text, text);
        assert_eq!(decoded.notes, notes);
    }

    fn utf_16(text: &str, order: ByteOrder, mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(|unit| match order {
                ByteOrder::LittleFirst => unit.to_le_bytes(),
                ByteOrder::BigFirst => unit.to_be_bytes(),
            })
            .collect()
    }

    #[test]
    fn utf_8_needs_no_words_and_loses_its_mark() {
        check("größe\r\n".as_bytes(), "größe\r\n", &[]);
        check("\u{feff}größe".as_bytes(), "größe", &[]);
        check(b"", "", &["Empty."]);
        check(b"\xef\xbb\xbf", "", &["Empty."]);
    }

    #[test]
    fn utf_16_is_read_with_and_without_a_mark() {
        use ByteOrder::{BigFirst, LittleFirst};
        let text = "DROP TABLE größe; 🔍\r\n";
        check(&utf_16(text, LittleFirst, true), text, &["Read as UTF-16LE."]);
        check(&utf_16(text, BigFirst, true), text, &["Read as UTF-16BE."]);
        let plain = "DROP TABLE users;\r\n";
        check(&utf_16(plain, LittleFirst, false), plain, &["Read as UTF-16LE."]);
        check(&utf_16(plain, BigFirst, false), plain, &["Read as UTF-16BE."]);
        let mut cut = utf_16("ab", LittleFirst, true);
        cut.push(b'c');
        check(
            &cut,
            "ab\u{fffd}",
            &["Read as UTF-16LE.", "1 broken characters are shown as \u{fffd}."],
        );
    }

    #[test]
    fn western_bytes_are_windows_1252() {
        check(
            b"-- caf\xe9, 5 \x80\n",
            "-- café, 5 €\n",
            &["Read as windows-1252, because it is not UTF-8 (first at byte 6)."],
        );
    }

    #[test]
    fn western_text_with_one_pair_that_happens_to_be_utf_8_stays_western() {
        check(
            b"\xc3\xa9 caf\xe9",
            "Ã© café",
            &["Read as windows-1252, because it is not UTF-8 (first at byte 6)."],
        );
    }

    #[test]
    fn utf_8_with_a_few_broken_bytes_stays_utf_8_and_names_the_first() {
        let mut bytes = "äöüßéèâ".as_bytes().to_vec();
        bytes.push(0xff);
        bytes.extend_from_slice("ende".as_bytes());
        check(
            &bytes,
            "äöüßéèâ\u{fffd}ende",
            &["1 place is not valid UTF-8 and shown as \u{fffd}, the first at byte 14."],
        );
        let cut = &"kein ✅".as_bytes()[..7];
        check(
            cut,
            "kein \u{fffd}",
            &["1 place is not valid UTF-8 and shown as \u{fffd}, the first at byte 5."],
        );
    }
}
