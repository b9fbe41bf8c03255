//! The words of a publish plan: labels of the host's panel, notices, questions, server messages.
//!
//! The sentences are those of `input-formats.md` sections 1 and 2.3: documented by the host, quoted by its
//! users, or printed by drizzle-kit.

use crate::engine::facts::{Notice, NoticeVerb, RemarkKind};

/// Reads one line (or part of one) that is not SQL. `None`: nothing known, and not plain prose either.
pub(super) fn read(text: &str, after_failure: bool) -> Option<RemarkKind> {
    let bare = text.trim().trim_start_matches(|c: char| !c.is_alphanumeric()).trim();
    let lower = bare.replace(['’', '‘'], "'").to_lowercase();
    if lower.is_empty() {
        return text.chars().all(is_ornament).then_some(RemarkKind::Prose);
    }
    if let Some(notice) = notice(&lower, bare) {
        return Some(RemarkKind::Notice(notice));
    }
    if let Some((_, kind)) = LABELS.iter().find(|(label, _)| lower.contains(label)) {
        return Some(kind.clone());
    }
    if is_question(&lower) {
        return Some(RemarkKind::Question);
    }
    if after_failure {
        return Some(RemarkKind::ServerMessage);
    }
    is_prose(bare).then_some(RemarkKind::Prose)
}

/// Rules, bullets and ticks that panels and chats put around words.
fn is_ornament(c: char) -> bool {
    c.is_whitespace()
        || "-=_*~#>|+.,:!?•·…–—✅✓✔☑❌✗✘⚠ℹ\u{fe0f}".contains(c)
        || ('\u{2500}'..='\u{257f}').contains(&c)
}

/// Labels by their lower-case words, most telling first: a line may hold several, glued together.
const LABELS: &[(&str, RemarkKind)] = &[
    ("migrations failed validation", RemarkKind::ValidationFailed),
    ("failed to validate database migration", RemarkKind::ValidationFailed),
    ("failed to run database migration", RemarkKind::ValidationFailed),
    ("schema changes conflict with existing production data", RemarkKind::ValidationFailed),
    ("copy your development database schema & data to production", RemarkKind::DangerousOption),
    ("truncate the table", RemarkKind::DangerousOption),
    ("yes, truncate", RemarkKind::DangerousOption),
    ("this migration may permanently remove some data", RemarkKind::DataLossBanner),
    ("found data-loss statements", RemarkKind::DataLossBanner),
    ("this action will cause data loss", RemarkKind::DataLossBanner),
    ("potential data loss statements", RemarkKind::DataLossBanner),
    ("detected potential conflicts", RemarkKind::Question),
    ("no, create new", RemarkKind::Question),
    ("yes, rename", RemarkKind::Question),
    ("add the constraint as-is", RemarkKind::Question),
    ("no database changes detected", RemarkKind::NoChanges),
    ("no changes detected", RemarkKind::NoChanges),
    ("no schema changes, nothing to migrate", RemarkKind::NoChanges),
    ("database migrations validated", RemarkKind::Validated),
    ("development database changes detected", RemarkKind::Label),
    ("generated migrations to apply to production", RemarkKind::Label),
    ("you are about to execute current statements", RemarkKind::Label),
    ("cancel deployment and retry", RemarkKind::Label),
    ("create preview deploy", RemarkKind::Label),
    ("approve and publish", RemarkKind::Label),
];

/// "You're about to delete gift_cards table with 5 items" and its kin, named in `bare`'s own case.
fn notice(lower: &str, bare: &str) -> Option<Notice> {
    let rest = lower.strip_prefix("you're about to ")?;
    // Both strings have the same words, so a word's index carries over where case does not.
    let lower_words: Vec<&str> = rest.split_whitespace().collect();
    let words: Vec<&str> = bare.split_whitespace().skip(3).collect();
    let word = |ix: usize| {
        words.get(ix).map(|word| word.trim_matches(['"', '`', ',', '.', '“', '”']).to_owned())
    };
    let position = |text: &str| lower_words.iter().position(|word| *word == text);
    let items = position("with")
        .or_else(|| position("contains"))
        .and_then(|ix| lower_words.get(ix + 1))
        .and_then(|n| n.replace(',', "").parse().ok());
    let (verb, subject) = match lower_words.first().copied() {
        Some("delete") => (NoticeVerb::Delete, 1),
        Some("add") if lower_words.get(1) == Some(&"not-null") => (NoticeVerb::AddRequired, 2),
        Some("add") => (NoticeVerb::AddUnique, 1),
        Some("change") => (NoticeVerb::ChangeType, 1),
        _ => (NoticeVerb::Other, 1),
    };
    let kind = lower_words.get(subject + 1).copied().unwrap_or_default();
    let in_table = position("in").and_then(|ix| word(ix + 1));
    let (table, column) = match (verb, kind) {
        (NoticeVerb::Delete, "table") => (word(subject), None),
        (_, "column") => (in_table, word(subject)),
        (NoticeVerb::AddUnique, _) => (position("truncate").and_then(|ix| word(ix + 1)), None),
        _ => (None, None),
    };
    Some(Notice { verb, table, column, items })
}

fn is_question(lower: &str) -> bool {
    let renamed =
        (lower.starts_with("was the ") || lower.starts_with("is ")) && lower.contains("renamed");
    renamed && lower.ends_with('?')
}

/// Words of the panel's buttons, which stand alone on a line.
const BUTTONS: &[&str] =
    &["provision", "approve", "republish", "submit", "warning", "cancel", "reject"];

/// Whether a line reads as plain words: nothing in it could be a statement or a piece of one.
fn is_prose(bare: &str) -> bool {
    if BUTTONS.contains(&bare.to_lowercase().as_str()) {
        return true;
    }
    let sql_marks =
        bare.contains([';', '(', ')', '=', '{', '}', '<', '>', '\\', '$', '@', '`', '\u{fffd}']);
    let words: Vec<&str> = bare.split_whitespace().collect();
    let plain = |word: &&str| {
        let word = word.trim_matches(|c: char| ",.:!?'’‘\"“”-–—…".contains(c));
        word.is_empty()
            || word.chars().all(|c| c.is_alphabetic() || "'’-".contains(c))
            || word.chars().all(|c| c.is_ascii_digit())
    };
    let shouted = words
        .iter()
        .filter(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase()))
        .count();
    words.len() >= 2 && !sql_marks && shouted == 0 && words.iter().all(plain)
}

/// Whether prose speaks of destroying something that no statement may show.
pub(super) fn claims_destruction(text: &str) -> bool {
    let lower = text.to_lowercase();
    let verbs = ["drop ", "delete ", "remove ", "truncate ", "wipe ", "erase "];
    let objects = ["table", "column", "schema", "database", "data", "rows"];
    verbs.iter().any(|verb| lower.contains(verb))
        && objects.iter().any(|object| lower.contains(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn noticed(text: &str) -> Notice {
        match read(text, false) {
            Some(RemarkKind::Notice(notice)) => notice,
            other => panic!("not a notice: {other:?}"),
        }
    }

    #[test]
    fn notices_give_names_in_their_own_case_and_row_counts() {
        let table = noticed("· You’re about to delete GiftCards table with 1,812 items");
        assert_eq!(
            (table.verb, table.table.as_deref(), table.items),
            (NoticeVerb::Delete, Some("GiftCards"), Some(1812))
        );
        let column = noticed(
            "You're about to delete loyalty_points column in customers table with 40 items",
        );
        assert_eq!(
            (column.table.as_deref(), column.column.as_deref()),
            (Some("customers"), Some("loyalty_points"))
        );
        let required = noticed(
            "You're about to add not-null channel column without default value, which contains 25 items",
        );
        assert_eq!(
            (required.verb, required.column.as_deref(), required.items),
            (NoticeVerb::AddRequired, Some("channel"), Some(25))
        );
    }

    #[test]
    fn labels_are_found_behind_ticks_and_glued_to_other_words() {
        assert_eq!(
            read("✅ Database migrations validated successfully", false),
            Some(RemarkKind::Validated)
        );
        assert_eq!(
            read("Provision No database changes detected", false),
            Some(RemarkKind::NoChanges)
        );
        assert_eq!(
            read("Was the title column in the products table renamed to name?", false),
            Some(RemarkKind::Question)
        );
    }

    #[test]
    fn what_could_be_a_statement_is_not_prose() {
        for text in
            ["DROPP TABLE x", "TRUNKATE orders;", "foo(bar)", "x = 1", "\u{fffd}\u{fffd} abc"]
        {
            assert_eq!(read(text, false), None, "{text}");
        }
        assert_eq!(
            read("Hey, Replit wants to do this when I publish, is it ok??", false),
            Some(RemarkKind::Prose)
        );
    }
}
