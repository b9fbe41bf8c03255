//! Quotation marks as a word processor sets them, in the place of those that SQL knows.

use super::Cleaned;
use super::Washed;
use super::rewrite::Rewrite;

/// Turns typographic quotation marks into plain ones, for a statement that could not be read with them.
/// `None` when there are none outside plain quotes; inside they are data.
pub fn straighten(text: &str) -> Option<Cleaned<'_>> {
    if u32::try_from(text.len()).is_err() || !text.contains(|c| plain(c).is_some()) {
        return None;
    }
    let mut rewrite = Rewrite::new(text);
    let (mut kept, mut until, mut count) = (0, 0, 0usize);
    // A plain quote without a partner quotes nothing, and then neither does any later one of its kind.
    let mut lonely = String::new();
    for (at, character) in text.char_indices() {
        if at < until {
            continue;
        }
        if let '\'' | '"' = character {
            if lonely.contains(character) {
                continue;
            }
            match text.get(at + 1..).and_then(|rest| rest.find(character)) {
                Some(length) => until = at + 1 + length + 1,
                None => lonely.push(character),
            }
        } else if let Some(with) = plain(character) {
            let end = at + character.len_utf8();
            rewrite.keep(kept..at);
            rewrite.replace(at..end, with);
            kept = end;
            count += 1;
        }
    }
    if count == 0 {
        return None;
    }
    rewrite.keep(kept..text.len());
    let mut cleaned = Cleaned::default();
    cleaned.add(Washed::new(
        rewrite,
        vec![format!("Typographic quotation marks were read as plain ones: {count}.")],
    ));
    Some(cleaned)
}

fn plain(character: char) -> Option<&'static str> {
    match character {
        '“' | '”' | '„' | '‟' | '″' => Some("\""),
        '‘' | '’' | '‚' | '‛' | '′' => Some("'"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::span::DocumentId;

    #[test]
    fn marks_become_plain_and_places_stay_exact() {
        let text = "ALTER TABLE “größe” ADD “x” text DEFAULT ‘a’;";
        let cleaned = straighten(text).unwrap();
        assert_eq!(cleaned.text, "ALTER TABLE \"größe\" ADD \"x\" text DEFAULT 'a';");
        let at = cleaned.text.find("\"x\"").unwrap();
        let span = cleaned.span(DocumentId(0), at, at + 3);
        assert_eq!(&text[span.start..span.end], "“x”");
        let end = cleaned.span(DocumentId(0), 0, cleaned.text.len());
        assert_eq!((end.start, end.end), (0, text.len()));
    }

    #[test]
    fn marks_inside_plain_quotes_are_data() {
        assert!(straighten("COMMENT ON TABLE a IS 'It’s “here”'").is_none());
        assert!(straighten("SELECT 1").is_none());
        let mixed = straighten("UPDATE “a” SET b = 'it’s'").unwrap();
        assert_eq!(mixed.text, "UPDATE \"a\" SET b = 'it’s'");
    }
}
