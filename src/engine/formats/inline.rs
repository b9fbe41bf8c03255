//! Suppressions beside statements: `-- retort: ignore RULE — reason until=2027-01-31`, in Python with `#`.
//!
//! They count where a person wrote them and others review them: in revision files and in plain SQL. A plan
//! that a host proposes is under review itself, so what it says about its own statements is read, told, and
//! does not count.

use crate::engine::document::Document;
use crate::engine::facts::{Covers, Facts, Suppression};
use crate::engine::span::Span;
use crate::engine::{python, sql};
use crate::wire::Kind;

use super::Source;

/// How every such comment begins.
const MARK: &str = "retort:";

/// Enters the suppressions in the comments of a document.
pub(super) fn read(source: &Source<'_>, kind: Kind, facts: &mut Facts) {
    let document = source.document;
    if !document.text.contains(MARK) {
        return;
    }
    let spans: Vec<Span> = match kind {
        Kind::AlembicRevision => python::comments(source.id, &document.text),
        Kind::Sql | Kind::PublishPlan | Kind::AlembicOfflineSql => {
            let text = source.cleaned.as_str();
            let ranges = sql::comments(text, source.dialect).into_iter();
            ranges.map(|at| source.cleaned.span(source.id, at.start, at.end)).collect()
        }
        _ => Vec::new(),
    };
    let generated = matches!(kind, Kind::PublishPlan | Kind::AlembicOfflineSql);
    for span in spans {
        let Some((rules, reason, until, void)) = parse(document.slice(span)) else { continue };
        let generated = generated.then_some("a plan can't suppress what is found in it");
        facts.suppressions.push(Suppression {
            rules,
            reason,
            until,
            covers: Covers::Line(target(document, span)),
            span,
            void: generated.or(void),
        });
    }
}

/// Rules, reason, last day, and why it does not count where it can't be read.
type Parsed = (Vec<String>, String, Option<String>, Option<&'static str>);

/// What a comment says; `None` when it is any other comment.
fn parse(comment: &str) -> Option<Parsed> {
    let text = comment.trim().trim_start_matches(['-', '#', '/', '*']).trim_start();
    let text = text.strip_prefix(MARK)?.trim_end_matches("*/").trim();
    let Some(text) = text.strip_prefix("ignore").filter(|rest| rest.starts_with([' ', '\t']))
    else {
        let void = "it is written `retort: ignore RULE — reason`";
        return Some((Vec::new(), String::new(), None, Some(void)));
    };
    let mut rules = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (rule, after) = rest.split_at_checked(length)?;
        // A dash by itself belongs to the reason.
        if rule.chars().any(char::is_alphanumeric) {
            rules.push(rule.to_owned());
            rest = after.trim_start();
        }
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => break,
        }
    }
    let has_dash = rest.starts_with(['—', '–', '-', ':']);
    let mut until = None;
    let words = rest.trim_start_matches(['—', '–', '-', ':', ' ']).split_whitespace();
    let kept = words.filter(|word| match word.strip_prefix("until=") {
        Some(date) => {
            until = Some(date.trim_end_matches(['.', ',', ';']).to_owned());
            false
        }
        None => true,
    });
    let reason = kept.collect::<Vec<&str>>().join(" ");
    let void = if rules.is_empty() {
        Some("it names no rule")
    } else if !has_dash && !reason.is_empty() {
        Some("a dash stands between rule and reason")
    } else if until.as_deref().is_some_and(|date| !is_date(date)) {
        Some("its date is not of the form 2027-01-31")
    } else {
        None
    };
    Some((rules, reason, until, void))
}

/// The line that a comment is about: its own where something stands before it, else the next one with more
/// than a comment.
fn target(document: &Document, span: Span) -> usize {
    let (at, end) = (document.position(span.start), document.position(span.end.saturating_sub(1)));
    let before: String =
        document.line(at.line).unwrap_or_default().chars().take(at.column - 1).collect();
    if !before.trim().is_empty() {
        return at.line;
    }
    let is_more = |number: &usize| {
        let line = document.line(*number).unwrap_or_default().trim();
        !line.is_empty() && !line.starts_with("--") && !line.starts_with('#')
    };
    (end.line + 1..=document.line_count()).find(is_more).unwrap_or(end.line + 1)
}

/// Whether a text is a day of the calendar, as ISO 8601 writes it.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |part: &str, digits: usize| {
        let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(comment: &str) -> Parsed {
        parse(comment).unwrap()
    }

    #[test]
    fn a_comment_names_rules_a_reason_and_a_day() {
        let (rules, reason, until, void) =
            parsed("-- retort: ignore drop-table — table is empty until=2027-01-31");
        assert_eq!((rules, reason.as_str()), (vec!["drop-table".to_owned()], "table is empty"));
        assert_eq!((until.as_deref(), void), (Some("2027-01-31"), None));
        let (rules, reason, ..) =
            parsed("# retort: ignore drop-table, drop-column/x -- moved - to s3");
        assert_eq!(rules, ["drop-table", "drop-column/x"]);
        assert_eq!(reason, "moved - to s3");
        assert_eq!(parsed("/* retort: ignore a – b */").1, "b");
    }

    #[test]
    fn what_is_missing_is_noticed() {
        assert_eq!(parsed("-- retort: ignore drop-table").1, "");
        assert!(parsed("-- retort: ignore drop-table until=2027-02-30 — x").3.is_some());
        assert!(parsed("-- retort: ignore — x").3.is_some());
        assert!(parsed("-- retort: ignore drop-table because of x").3.is_some());
        assert!(parsed("-- retort: allow drop-table").3.is_some());
        assert!(parse("-- retort is nice").is_none());
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, is_one) in [
            ("2027-01-31", true),
            ("2024-02-29", true),
            ("2027-02-29", false),
            ("2027-13-01", false),
            ("2027-1-1", false),
            ("2027-01-31T00:00", false),
        ] {
            assert_eq!(is_date(text), is_one, "{text}");
        }
    }
}
