//! Sentences of a report as the page shows them: code stands between backticks, long names are shortened.
//! The page and what the engine composes for it read them alike.

use crate::wire::Severity;

/// Characters of one name that are shown in a sentence; databases allow 63 or 64.
const NAME_CHARS_MAX: usize = 80;
/// Characters of a revision's id that are shown.
const ID_CHARS: usize = 8;

/// A stretch of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// What stood between backticks.
    Code(&'a str),
}

/// Returns the stretches of a sentence, none of them an empty text. A lone backtick is a character like any
/// other.
pub fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, end)) = after.split_once('`') else {
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Code(code));
        rest = end;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Returns the beginning and the end of a name that is too long for a sentence.
pub fn fitted(name: &str) -> Option<String> {
    let length = name.chars().count();
    if length <= NAME_CHARS_MAX {
        return None;
    }
    let head: String = name.chars().take(NAME_CHARS_MAX / 2).collect();
    let tail: String = name.chars().skip(length - NAME_CHARS_MAX / 4).collect();
    Some([&head, "…", &tail].concat())
}

/// Returns the first eight characters of a revision's id.
pub fn short(id: &str) -> &str {
    id.char_indices().nth(ID_CHARS).and_then(|(end, _)| id.get(..end)).unwrap_or(id)
}

/// Returns the word on a severity's badge.
pub fn badge(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker => "Blocker",
        Severity::Danger => "Danger",
        Severity::Warning => "Warning",
        Severity::Notice => "Notice",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_become_code_in_pairs() {
        use Piece::{Code, Text};
        assert_eq!(
            pieces("drops `a` and `b`"),
            [Text("drops "), Code("a"), Text(" and "), Code("b")]
        );
        assert_eq!(pieces("one ` only"), [Text("one ` only")]);
        assert_eq!(pieces("`<b>`"), [Code("<b>")]);
    }

    #[test]
    fn a_name_without_end_keeps_both_its_ends() {
        assert_eq!(fitted("bookings"), None);
        let fitted = fitted(&("é".repeat(100) + "_end")).unwrap();
        assert_eq!(fitted.chars().count(), 61);
        assert!(fitted.starts_with("éé") && fitted.ends_with("_end"));
    }

    #[test]
    fn ids_are_cut_at_characters() {
        assert_eq!(short("5a9d6371e18c"), "5a9d6371");
        assert_eq!(short("ae1"), "ae1");
        assert_eq!(short("éééééééééé"), "éééééééé");
    }
}
