//! Text that was read in the wrong encoding somewhere on its way: "âœ…" for a check mark.
//!
//! For matching labels only. Statements are read from the text as it came, since what looks broken may be
//! somebody's data.

use std::sync::LazyLock;

use crate::engine::code_page;

/// Beginnings of broken characters. Without one of them a text is left alone.
const SIGNS: [&str; 18] = [
    "ðŸ", "âœ", "âš", "â„", "â†", "â€", "âŒ", "â”", "Ã", "ï¸", "≡ƒ", "Γ", "ð\u{9f}", "â\u{9c}",
    "â\u{9d}", "â\u{9a}", "â\u{86}", "â\u{94}",
];

/// Characters that consoles, audits and guards print, for those cases where a lost byte makes the way
/// back ambiguous.
const MARKERS: &str =
    "✅❌⚠ℹ🔍📊📋🛡→←↑↓├└─│┌┐┘┤┬┴┼✓✔✗✘✖•–—…‘’“”🚀📦📝📁📂🗄🔄🔧🔒🔑🎉💥🚨⏳⏭❓❗⬆⬇🟢🔴🟡⛔";
/// Asks for the coloured form of the sign before it; its last byte is one of those that get lost.
const COLOUR_FORM: char = '\u{fe0f}';

/// Times a text may have been misread, one after the other.
const ROUNDS: usize = 2;

/// Returns the text with broken characters put right, or `None` when there was nothing to put right.
pub fn repair(text: &str) -> Option<String> {
    let mut repaired: Option<String> = None;
    for _ in 0..ROUNDS {
        let current = repaired.as_deref().unwrap_or(text);
        if !looks_broken(current) {
            break;
        }
        let next = if current.contains(['Γ', '≡', '∩']) {
            reread(&reread(current, Page::Console), Page::Western)
        } else {
            reread(current, Page::Western)
        };
        if next == current {
            break;
        }
        repaired = Some(next);
    }
    repaired
}

/// The encoding that a text was wrongly read in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    /// windows-1252, or Latin-1.
    Western,
    /// Code page 437.
    Console,
}

fn looks_broken(text: &str) -> bool {
    !text.is_ascii() && SIGNS.iter().any(|sign| text.contains(sign))
}

/// Puts right each character that, turned back into bytes, begins one in UTF-8.
fn reread(text: &str, page: Page) -> String {
    let mut reread = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = match (first, page) {
            _ if first.is_ascii() => None,
            // The first bytes of all markers.
            ('â' | 'ð' | 'ï', Page::Western) => decode(rest, page).or_else(|| lookup(rest)),
            _ => decode(rest, page),
        };
        let (character, length) = found.unwrap_or((first, first.len_utf8()));
        reread.push(character);
        rest = rest.get(length..).unwrap_or("");
    }
    reread
}

/// Reads one character back, strictly; returns it with the length of its broken form.
fn decode(text: &str, page: Page) -> Option<(char, usize)> {
    let mut bytes = [0u8; 4];
    let mut characters = text.chars();
    let mut length = 0;
    let mut needed = 1;
    for at in 0..4 {
        if at == needed {
            break;
        }
        let character = characters.next()?;
        let byte = match page {
            Page::Western => code_page::to_windows_1252(character)?,
            Page::Console => code_page::to_code_page_437(character)?,
        };
        if at == 0 {
            needed = match byte {
                // In a console's page two-byte characters look like pieces of a frame ("├│").
                0xc2..=0xdf if page == Page::Western => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return None,
            };
        } else if !(0x80..=0xbf).contains(&byte) {
            return None;
        }
        *bytes.get_mut(at)? = byte;
        length += character.len_utf8();
    }
    let decoded = std::str::from_utf8(bytes.get(..needed)?).ok()?;
    Some((decoded.chars().next()?, length))
}

/// Finds a marker that lost a byte; returns it with the length of its broken form.
fn lookup(text: &str) -> Option<(char, usize)> {
    LOSSY
        .iter()
        .find(|(broken, _)| text.starts_with(broken.as_str()))
        .map(|(broken, marker)| (*marker, broken.len()))
}

/// Broken forms of markers in which a byte without meaning was dropped or replaced, longest first.
static LOSSY: LazyLock<Vec<(String, char)>> = LazyLock::new(|| {
    let mut table = Vec::new();
    for marker in MARKERS.chars().chain([COLOUR_FORM]) {
        let mut buffer = [0; 4];
        let bytes = marker.encode_utf8(&mut buffer).as_bytes();
        for lost in ["", "\u{fffd}"] {
            let broken: String = bytes
                .iter()
                .map(|byte| match code_page::is_unassigned_in_windows_1252(*byte) {
                    true => lost.to_owned(),
                    false => code_page::from_windows_1252(*byte).to_string(),
                })
                .collect();
            // The cleaner may have made a plain space of a no-break space in between.
            let spaced = broken.replace('\u{a0}', " ");
            if broken.chars().count() >= 2 {
                table.push((broken, marker));
                table.push((spaced, marker));
            }
        }
    }
    crate::ordered::sort_by(&mut table, |a, b| (b.0.len(), &a.0).cmp(&(a.0.len(), &b.0)));
    table.dedup_by(|a, b| a.0 == b.0);
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! sample {
        ($($part:literal)*) => {
            include_str!(concat!("../../../tests/samples/audit/", $($part,)* ".txt"))
        };
    }

    /// Samples made elsewhere, so that this module's own idea of the damage is not what is tested.
    macro_rules! broken {
        ($name:literal) => {
            [
                sample!("mojibake/" $name ".cp1252-c1"),
                sample!("mojibake/" $name ".cp1252-dropped"),
                sample!("mojibake/" $name ".cp1252-fffd"),
                sample!("mojibake/" $name ".cp437"),
                sample!("mojibake/" $name ".double-cp1252"),
                sample!("mojibake/" $name ".latin1"),
            ]
        };
    }

    #[test]
    fn every_variant_reads_like_the_sound_file() {
        let files = [
            (sample!("console-no-alembic"), broken!("console-no-alembic")),
            (sample!("guard-passed-but-drifted"), broken!("guard-passed-but-drifted")),
            (sample!("prod-summary-no-alembic"), broken!("prod-summary-no-alembic")),
        ];
        let plain = |text: &str| text.replace(COLOUR_FORM, "");
        for (sound, variants) in files {
            assert_eq!(repair(sound), None);
            for variant in variants {
                let repaired = repair(variant).unwrap();
                assert_eq!(plain(&repaired), plain(sound));
                let cleaned = crate::engine::clean::clean(variant).text;
                assert_eq!(plain(&repair(&cleaned).unwrap()), plain(sound), "after cleaning");
            }
        }
    }

    #[test]
    fn sound_text_is_left_alone() {
        for text in [
            "plain",
            "größe, été, NÃO, Ångström, naïve",
            "αβΓ ≡ x",
            "├── app\n│   └── x.py",
            "✅ OK → fine",
            "Привет, 世界",
        ] {
            assert_eq!(repair(text), None, "{text}");
        }
    }

    #[test]
    fn broken_words_are_put_right_in_the_middle_of_sound_ones() {
        assert_eq!(repair("GrÃ¶ÃŸe â†’ größe").as_deref(), Some("Größe → größe"));
        assert_eq!(repair("You donâ€™t").as_deref(), Some("You don’t"));
        assert_eq!(repair("âŒ MISSING: x").as_deref(), Some("❌ MISSING: x"));
    }
}
