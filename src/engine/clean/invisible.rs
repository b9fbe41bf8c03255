//! Characters that nobody sees and every parser stumbles over.

use std::ops::Range;

use crate::engine::code_page;

use super::Washed;
use super::rewrite::Rewrite;

const QUOTES: [char; 3] = ['\'', '"', '`'];

/// Outside quotes, no-break spaces become spaces, and zero-width characters and stray marks go. Inside
/// quotes they are data.
pub(super) fn remove(text: &str) -> Option<Washed> {
    if text.is_ascii() || !text.contains(is_invisible) {
        return None;
    }
    let mut rewrite = Rewrite::new(text);
    let (mut kept, mut at, mut spaces, mut gone) = (0, 0, 0usize, 0usize);
    for line in text.split_inclusive('\n') {
        if !line.is_ascii() && line.contains(is_invisible) {
            let quoted = quoted(line);
            let mut before = '\n';
            for (offset, character) in line.char_indices() {
                let previous = std::mem::replace(&mut before, character);
                let inside = quoted.partition_point(|range| range.end <= offset);
                let is_quoted = quoted.get(inside).is_some_and(|range| range.start <= offset);
                if !is_invisible(character) || is_quoted || is_garbled(previous, character) {
                    continue;
                }
                let here = at + offset;
                let end = here + character.len_utf8();
                rewrite.keep(kept..here);
                kept = end;
                if is_space(character) {
                    spaces += 1;
                    rewrite.replace(here..end, " ");
                } else {
                    gone += 1;
                }
            }
        }
        at += line.len();
    }
    if spaces + gone == 0 {
        return None;
    }
    rewrite.keep(kept..text.len());
    let mut notes = Vec::new();
    if spaces > 0 {
        notes.push(format!("No-break spaces were read as spaces: {spaces}."));
    }
    if gone > 0 {
        notes.push(format!("Invisible characters were removed: {gone}."));
    }
    Some(Washed::new(rewrite, notes))
}

fn is_space(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// The joiner U+200D is not among them: it holds emoji together.
fn is_invisible(character: char) -> bool {
    is_space(character) || matches!(character, '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}')
}

/// A no-break space behind an accented letter (or "€") is usually the second half of a character that was read in
/// the wrong encoding ("âš ï¸" for a warning sign); [`super::mojibake`] needs it.
fn is_garbled(previous: char, character: char) -> bool {
    character == '\u{a0}'
        && (previous.is_alphabetic() || matches!(previous, '€' | '\u{80}'..='\u{9f}'))
        && code_page::to_windows_1252(previous).is_some_and(|byte| byte >= 0x80)
}

/// What stands between quotes on this line, in order. A quote without a partner, and an apostrophe within
/// a word, quote nothing.
fn quoted(line: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut lonely = String::new();
    let mut from = 0;
    while let Some(open) = line.get(from..).and_then(|rest| rest.find(QUOTES)) {
        let open = from + open;
        let Some(quote) = line.get(open..).and_then(|rest| rest.chars().next()) else { break };
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = line.get(..open).and_then(|text| text.chars().next_back());
        let rest = line.get(open + 1..).unwrap_or("");
        from = open + 1;
        let in_word = quote == '\'' && is_letter(before) && is_letter(rest.chars().next());
        if in_word || lonely.contains(quote) {
            continue;
        }
        match rest.find(quote) {
            Some(length) => {
                from = open + 1 + length + 1;
                ranges.push(open..from);
            }
            // Then none of its kind has a partner further on either: do not search for each again.
            None => lonely.push(quote),
        }
    }
    ranges
}
