//! The filter box: free words and tokens, all of which must hold.

use super::words;
use crate::wire::{ChainRevision, FindingRow, Report, Severity};

/// What is asked of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
    /// Tokens with an unknown name; they count as plain words.
    pub unknown: Vec<String>,
    /// What the list is grouped by; the severity where nothing is said.
    pub group: String,
}

/// Every token, as it is offered; those that end in `:` want a word after it.
pub const TOKENS: [&str; 11] = [
    "sev:",
    "rule:",
    "table:",
    "rev:",
    "file:",
    "is:pending",
    "is:history",
    "is:suppressed",
    "has:fix",
    "has:patch",
    "state:",
];

/// What findings may be grouped by: the word after `group:`, and its name.
pub const GROUPS: [(&str, &str); 5] = [
    ("", "severity"),
    ("rule", "rule"),
    ("revision", "revision"),
    ("table", "table"),
    ("file", "file"),
];

/// Returns a number that tells ways of grouping apart.
pub fn group_number(group: &str) -> usize {
    GROUPS.iter().position(|(word, _)| *word == group).unwrap_or(GROUPS.len())
}

/// Returns the text with a token put in, or taken out where it is in it.
pub fn toggled(text: &str, token: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().filter(|word| *word != token).collect();
    if words.len() == text.split_whitespace().count() {
        words.push(token);
    }
    words.join(" ")
}

/// Returns the text with what begins so taken out, and this put in where it is not empty.
pub fn with_one(text: &str, begins: &str, value: &str) -> String {
    let mut words: Vec<String> = text
        .split_whitespace()
        .filter(|word| !word.starts_with(begins))
        .map(str::to_owned)
        .collect();
    if !value.is_empty() {
        words.push(words::join(&[begins, value]));
    }
    words.join(" ")
}

/// Returns what the last word may become, each as the whole text would be then.
pub fn completions(text: &str, report: &Report) -> Vec<String> {
    let (before, last) = text.split_at(text.rfind(' ').map_or(0, |at| at + 1));
    let offer = |word: &str| words::join(&[before, word]);
    let Some((key, _)) = last.split_once(':') else {
        let fits = |token: &&&str| !last.is_empty() && token.starts_with(last);
        return TOKENS.iter().filter(fits).map(|token| offer(token)).collect();
    };
    let of = |finding: &FindingRow| match key {
        "sev" => Some(finding.severity.word().to_owned()),
        "rule" => Some(finding.rule.clone()),
        "rev" => finding.revision.clone(),
        "file" => Some(finding.file.clone()),
        "table" => finding.objects.iter().find_map(|object| object.table.clone()),
        _ => None,
    };
    let mut offers: Vec<String> = Vec::new();
    for word in report.findings.iter().filter_map(of) {
        let word = offer(&words::join(&[key, ":", &word]));
        if offers.len() < 12 && word.starts_with(text) && word != text && !offers.contains(&word) {
            offers.push(word);
        }
    }
    offers
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Word(String),
    Severity(String),
    Rule(String),
    Table(String),
    Revision(String),
    File(String),
    Is(String),
    Has(String),
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
                Some(("is" | "state", value)) => Term::Is(value.to_owned()),
                Some(("has", value)) => Term::Has(value.to_owned()),
                Some(("group", value)) => {
                    value.clone_into(&mut filter.group);
                    continue;
                }
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
            Term::Is(word) => state_of(finding).starts_with(word.as_str()),
            Term::Has(word) => {
                let remedy = &finding.remedy;
                let has_patch = !remedy.patches.is_empty();
                if word == "patch" { has_patch } else { has_patch || !remedy.steps.is_empty() }
            }
        })
    }

    /// Returns the plain words, for whoever knows no tokens.
    pub fn words(&self) -> String {
        let word = |term: &Term| match term {
            Term::Word(word) => Some(word.clone()),
            _ => None,
        };
        self.terms.iter().filter_map(word).collect::<Vec<_>>().join(" ")
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
            _ => false,
        })
    }

    /// Returns true for a text that has every plain word; tokens ask for what a text has not.
    pub fn takes_text<'a>(&self, texts: impl Iterator<Item = &'a str> + Clone) -> bool {
        self.terms.iter().all(|term| match term {
            Term::Word(word) | Term::File(word) => texts.clone().any(|text| holds(text, word)),
            Term::Table(word) => texts.clone().any(|text| holds(text, word)),
            _ => false,
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

/// Whether a finding decides, is history, or does not count.
pub fn state_of(finding: &FindingRow) -> &'static str {
    match finding {
        FindingRow { suppressed: Some(_), .. } => "suppressed",
        FindingRow { pending: false, .. } => "history",
        _ => "pending",
    }
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
        assert_eq!(kept("is:history").len(), 1);
        assert_eq!(kept("is:pending sev:blocker").len(), 2);
        assert!(kept("has:fix").len() < kept("").len());
    }

    #[test]
    fn tokens_are_offered_and_put_in_and_taken_out() {
        let report = fixture::report();
        assert_eq!(completions("is:p ru", &report), ["is:p rule:"]);
        assert_eq!(completions("table:book", &report), ["table:bookings"]);
        assert_eq!(completions("x sev:b", &report), ["x sev:blocker"]);
        assert_eq!(completions("", &report), Vec::<String>::new());
        assert_eq!(toggled("drop", "has:fix"), "drop has:fix");
        assert_eq!(toggled("has:fix drop", "has:fix"), "drop");
        assert_eq!(with_one("drop group:rule", "group:", "file"), "drop group:file");
        assert_eq!(with_one("drop group:rule", "group:", ""), "drop");
        let filter = Filter::read("drop group:Rule has:fix table");
        assert_eq!((filter.group.as_str(), filter.words().as_str()), ("rule", "drop table"));
        assert!(Filter::read("group:file").is_empty());
    }

    #[test]
    fn an_unknown_token_is_a_word() {
        let filter = Filter::read("who:me 10:30 a:b");
        assert_eq!(filter.unknown, ["who:me", "a:b"]);
        assert!(!filter.is_empty());
        assert!(Filter::read("  ").is_empty());
    }
}
