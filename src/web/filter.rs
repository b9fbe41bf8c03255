//! The filter box: free words and tokens, all of which must hold.

use super::words;
use crate::wire::{ChainRevision, FindingRow, Severity};

/// What is asked of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
    /// Tokens with an unknown name; they count as plain words.
    pub unknown: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Word(String),
    Severity(String),
    Rule(String),
    Table(String),
    Revision(String),
    File(String),
}

impl Filter {
    /// Reads what was typed. Case does not matter.
    pub fn read(text: &str) -> Self {
        let mut filter = Self::default();
        for word in text.split_whitespace() {
            let word = words::lower(word);
            let term = match word.split_once(':') {
                Some(("sev" | "severity", value)) => Term::Severity(value.to_owned()),
                Some(("rule", value)) => Term::Rule(value.to_owned()),
                Some(("table", value)) => Term::Table(value.to_owned()),
                Some(("rev" | "revision", value)) => Term::Revision(value.to_owned()),
                Some(("file", value)) => Term::File(value.to_owned()),
                Some((name, _)) if !name.is_empty() && name.chars().all(char::is_alphabetic) => {
                    filter.unknown.push(word.clone());
                    Term::Word(word)
                }
                _ => Term::Word(word),
            };
            filter.terms.push(term);
        }
        filter
    }

    /// Returns true when nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Returns true for a finding that has everything asked for.
    pub fn takes_finding(&self, finding: &FindingRow) -> bool {
        self.terms.iter().all(|term| match term {
            Term::Word(word) => finding_texts(finding).any(|text| holds(text, word)),
            Term::Severity(word) => severity_begins(finding.severity, word),
            Term::Rule(word) => holds(&finding.rule, word),
            Term::Table(word) => finding
                .objects
                .iter()
                .any(|object| object.table.as_deref().is_some_and(|table| holds(table, word))),
            Term::Revision(word) => {
                finding.revision.as_deref().is_some_and(|revision| begins(revision, word))
            }
            Term::File(word) => holds(&finding.file, word),
        })
    }

    /// Returns true for a revision that has everything asked for. Its findings are asked elsewhere.
    pub fn takes_revision(&self, revision: &ChainRevision) -> bool {
        let tables = || {
            let changes = &revision.changes;
            let renamed = changes.renamed.iter().flatten();
            changes.created.iter().chain(&changes.dropped).chain(renamed)
        };
        self.terms.iter().all(|term| match term {
            Term::Word(word) => {
                begins(&revision.id, word)
                    || revision.message.as_deref().is_some_and(|message| holds(message, word))
                    || revision.labels.iter().any(|label| holds(label, word))
                    || holds(&revision.file, word)
                    || tables().any(|table| holds(table, word))
            }
            Term::Table(word) => tables().any(|table| holds(table, word)),
            Term::Revision(word) => begins(&revision.id, word),
            Term::File(word) => holds(&revision.file, word),
            Term::Severity(_) | Term::Rule(_) => false,
        })
    }

    /// Returns true for a text that has every plain word; tokens ask for what a text has not.
    pub fn takes_text<'a>(&self, texts: impl Iterator<Item = &'a str> + Clone) -> bool {
        self.terms.iter().all(|term| match term {
            Term::Word(word) | Term::File(word) => texts.clone().any(|text| holds(text, word)),
            Term::Table(word) => texts.clone().any(|text| holds(text, word)),
            Term::Severity(_) | Term::Rule(_) | Term::Revision(_) => false,
        })
    }
}

fn finding_texts(finding: &FindingRow) -> impl Iterator<Item = &str> {
    let objects = finding.objects.iter().flat_map(|object| {
        [&object.schema, &object.table, &object.name].into_iter().filter_map(|part| part.as_deref())
    });
    [finding.title.as_str(), &finding.rule, &finding.file, finding.severity.word()]
        .into_iter()
        .chain(finding.revision.as_deref())
        .chain(objects)
}

fn severity_begins(severity: Severity, word: &str) -> bool {
    !word.is_empty() && severity.word().starts_with(word)
}

/// `needle` is in lower case.
fn holds(text: &str, needle: &str) -> bool {
    if text.is_ascii() {
        let (text, needle) = (text.as_bytes(), needle.as_bytes());
        return needle.is_empty()
            || text.windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle));
    }
    words::lower(text).contains(needle)
}

fn begins(text: &str, needle: &str) -> bool {
    text.get(..needle.len()).is_some_and(|head| head.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::fixture;

    fn kept(filter: &str) -> Vec<String> {
        let filter = Filter::read(filter);
        let report = fixture::report();
        let findings = report.findings.iter().filter(|finding| filter.takes_finding(finding));
        findings.map(|finding| finding.id.clone()).collect()
    }

    #[test]
    fn words_and_tokens_all_have_to_hold() {
        assert_eq!(kept("sev:blocker table:bookings"), ["f-drop-bookings"]);
        assert_eq!(kept("BOOKINGS sev:dan"), Vec::<String>::new());
        assert_eq!(kept("rule:set-not-null"), ["f-not-null"]);
        assert_eq!(kept("rev:9f02"), ["f-not-null"]);
        assert_eq!(kept("file:plan.txt table:accounts"), ["f-drop-accounts"]);
        assert_eq!(kept("sev:"), Vec::<String>::new());
    }

    #[test]
    fn an_unknown_token_is_a_word() {
        let filter = Filter::read("who:me 10:30 a:b");
        assert_eq!(filter.unknown, ["who:me", "a:b"]);
        assert!(!filter.is_empty());
        assert!(Filter::read("  ").is_empty());
    }
}
