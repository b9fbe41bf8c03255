//! Every key of `retort.toml`, and what may stand behind it.

use std::ops::Range;

use crate::engine::dialects::DIALECTS;
use crate::engine::facts::{Configured, Covers, Suppression};
use crate::engine::formats::inline::is_date;
use crate::engine::span::{DocumentId, Span};
use crate::engine::toml::{self, Entry, Table, Value};
use crate::wire::settings::{NAMING_KEYS, POLICY_KEYS, Takes};
use crate::wire::{Severity, TableSize};

/// Keys at the top of the file.
pub(super) const TOP: &[&str] = &[
    "dialect",
    "server-version",
    "table-threshold",
    "fail-on",
    "strict",
    "single-database",
    "released",
    "baseline",
    "small-table-rows",
    "large-table-rows",
    "protect-rows",
    "protect",
    "policy",
    "severity",
    "naming",
    "tables",
    "suppress",
];
const SUPPRESS: &[&str] = &["rule", "reason", "object", "file", "revision", "until"];
const SIZES: &[&str] = &["rows", "bytes"];

/// Reads a file.
pub(super) fn read(id: DocumentId, text: &str) -> Configured {
    let (root, mistake) = toml::read(text);
    let configured = Configured { document: Some(id), ..Configured::default() };
    let mut reader = Reader { id, configured };
    for entry in &root.entries {
        reader.top(entry);
    }
    if let Some(mistake) = mistake {
        let at = text.floor_char_boundary(mistake.at);
        let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |n| at + n);
        reader.wrong(&(at..end.max(at + 1)), format!("this is no TOML: {}", mistake.what));
    }
    reader.configured
}

struct Reader {
    id: DocumentId,
    configured: Configured,
}

impl Reader {
    fn top(&mut self, entry: &Entry) {
        let before = self.configured.mistakes.len();
        match entry.key.as_str() {
            "dialect" => {
                let dialects = DIALECTS.map(|row| row.word);
                let word = self.one_of(entry, &dialects);
                self.configured.settings.dialect = word;
            }
            "server-version" => {
                let version = match &entry.value {
                    Value::Whole(number) => Some(number.to_string()),
                    Value::Other(text) | Value::Text(text) => Some(text.clone()),
                    _ => None,
                };
                let is_one = |text: &String| text.starts_with(|c: char| c.is_ascii_digit());
                let version = version.filter(is_one);
                self.needs(entry, version.is_some(), "a version such as \"16\" or \"8.0\"");
                self.configured.settings.server_version = version;
            }
            "table-threshold" => {
                let number = self.number(entry);
                self.configured.settings.table_threshold =
                    number.and_then(|number| usize::try_from(number).ok());
            }
            "small-table-rows" => {
                self.configured.settings.small_table_rows = self.number(entry);
            }
            "large-table-rows" => {
                self.configured.settings.large_table_rows = self.number(entry);
            }
            "fail-on" => {
                let word = self.one_of(entry, &Severity::ALL.map(Severity::word));
                self.configured.settings.fail_on = word.as_deref().and_then(Severity::from_word);
            }
            "strict" => self.configured.settings.strict = self.truth(entry),
            "single-database" => self.configured.settings.single_database = self.truth(entry),
            "released" => self.configured.settings.released = self.text(entry),
            "baseline" => self.configured.settings.baseline = self.text(entry),
            "severity" => return self.each(entry, Self::severity),
            "naming" => {
                self.configured.settings.naming = Some(Default::default());
                return self.each(entry, Self::naming);
            }
            "tables" => return self.each(entry, Self::table),
            "protect" => return self.each(entry, Self::protect),
            "policy" => return self.each(entry, Self::policy),
            "protect-rows" => self.configured.settings.protect_rows = self.number(entry),
            "suppress" => return self.suppress(entry),
            _ => self.unknown(entry, TOP, "setting"),
        }
        if self.configured.mistakes.len() == before {
            self.place(entry.key.clone(), &entry.at);
        }
    }

    /// Takes every entry of a table.
    fn each(&mut self, entry: &Entry, take: fn(&mut Self, &Entry)) {
        match &entry.value {
            Value::Table(table) => table.entries.iter().for_each(|own| take(self, own)),
            _ => self.needs(entry, false, "a table: put its entries under a header in brackets"),
        }
    }

    fn severity(&mut self, entry: &Entry) {
        let words = ["blocker", "danger", "warning", "notice", "off"];
        if let Some(word) = self.one_of(entry, &words) {
            let severity = Severity::from_word(&word);
            self.configured.settings.severity.insert(entry.key.clone(), severity);
            self.place(format!("severity.{}", entry.key), &entry.at);
        }
    }

    fn naming(&mut self, entry: &Entry) {
        if !NAMING_KEYS.contains(&entry.key.as_str()) {
            return self.unknown(entry, &NAMING_KEYS, "key of a naming convention");
        }
        if let Some(pattern) = self.text(entry) {
            let naming = self.configured.settings.naming.get_or_insert_default();
            naming.insert(entry.key.clone(), pattern);
            self.place(format!("naming.{}", entry.key), &entry.at);
        }
    }

    fn protect(&mut self, entry: &Entry) {
        if let Some(reason) = self.text(entry) {
            self.configured.settings.protect.insert(entry.key.clone(), reason);
            self.place(format!("protect.{}", entry.key), &entry.at);
        }
    }

    fn policy(&mut self, entry: &Entry) {
        let Some((_, takes)) = POLICY_KEYS.iter().find(|(key, _)| *key == entry.key) else {
            return self.unknown(entry, &POLICY_KEYS.map(|(key, _)| key), "policy");
        };
        let texts = |all: &[Value]| {
            let text = |one: &Value| match one {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            };
            all.iter().map(text).collect::<Option<Vec<String>>>()
        };
        let said = match takes {
            Takes::Truth => self.truth(entry).map(|is_on| match is_on {
                true => vec!["true".to_owned()],
                false => Vec::new(),
            }),
            Takes::Number => self.number(entry).map(|number| vec![number.to_string()]),
            Takes::Texts => {
                let said = match &entry.value {
                    Value::List(all) => texts(all),
                    one => texts(std::slice::from_ref(one)),
                };
                self.needs(entry, said.is_some(), "a text between quotes, or a list of them");
                said
            }
        };
        if let Some(said) = said {
            self.configured.settings.policy.insert(entry.key.clone(), said);
            self.place(format!("policy.{}", entry.key), &entry.at);
        }
    }

    fn table(&mut self, entry: &Entry) {
        let mut size = TableSize::default();
        match &entry.value {
            // `accounts = 1_200_000` says the rows.
            Value::Whole(_) => size.rows = self.number(entry),
            Value::Table(table) => {
                for own in &table.entries {
                    match own.key.as_str() {
                        "rows" => size.rows = self.number(own),
                        "bytes" => size.bytes = self.number(own),
                        _ => self.unknown(own, SIZES, "size of a table"),
                    }
                }
            }
            _ => self.needs(entry, false, "a number of rows, or a table with rows and bytes"),
        }
        self.configured.settings.tables.insert(entry.key.clone(), size);
        self.place(format!("tables.{}", entry.key), &entry.at);
    }

    fn suppress(&mut self, entry: &Entry) {
        let tables: Vec<&Table> = match &entry.value {
            Value::List(all) => all
                .iter()
                .filter_map(|one| match one {
                    Value::Table(table) => Some(table),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        self.needs(entry, !tables.is_empty(), "a list of tables: begin each with [[suppress]]");
        for table in tables {
            self.suppression(table, &entry.at);
        }
    }

    fn suppression(&mut self, table: &Table, header: &Range<usize>) {
        let before = self.configured.mistakes.len();
        let (mut rules, mut reason, mut until) = (Vec::new(), String::new(), None);
        let (mut object, mut file, mut revision) = (None, None, None);
        for entry in &table.entries {
            match entry.key.as_str() {
                "rule" => rules.extend(self.text(entry)),
                "reason" => reason = self.text(entry).unwrap_or_default(),
                "object" => object = self.text(entry),
                "file" => file = self.text(entry),
                "revision" => revision = self.text(entry),
                "until" => {
                    until = match &entry.value {
                        Value::Text(text) | Value::Other(text) => Some(text.clone()),
                        _ => None,
                    };
                    let is_one = until.as_deref().is_some_and(is_date);
                    self.needs(entry, is_one, "a date such as 2027-01-31");
                }
                _ => self.unknown(entry, SUPPRESS, "key of a suppression"),
            }
        }
        let at = table.entries.first().map_or(header, |entry| &entry.at);
        if rules.is_empty() && self.configured.mistakes.len() == before {
            self.wrong(at, "this suppression names no rule: add rule = \"…\"".to_owned());
        }
        // One that is partly understood could cover more than was meant.
        if self.configured.mistakes.len() == before {
            self.configured.suppressions.push(Suppression {
                rules,
                reason,
                until,
                covers: Covers::Matching { object, file, revision },
                span: self.span(at),
                void: None,
            });
        }
    }

    fn text(&mut self, entry: &Entry) -> Option<String> {
        let text = match &entry.value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        self.needs(entry, text.is_some(), "a text between quotes");
        text
    }

    fn number(&mut self, entry: &Entry) -> Option<u64> {
        let number = match entry.value {
            Value::Whole(number) => u64::try_from(number).ok(),
            _ => None,
        };
        self.needs(entry, number.is_some(), "a whole number that is not negative");
        number
    }

    fn truth(&mut self, entry: &Entry) -> Option<bool> {
        let truth = match entry.value {
            Value::Truth(truth) => Some(truth),
            _ => None,
        };
        self.needs(entry, truth.is_some(), "true or false");
        truth
    }

    fn one_of(&mut self, entry: &Entry, words: &[&str]) -> Option<String> {
        let word = match &entry.value {
            Value::Text(text) if words.contains(&text.as_str()) => Some(text.clone()),
            _ => None,
        };
        let listed = format!("one of \"{}\"", words.join("\", \""));
        self.needs(entry, word.is_some(), &listed);
        word
    }

    fn needs(&mut self, entry: &Entry, is_met: bool, what: &str) {
        if !is_met {
            self.wrong(&entry.at, format!("`{}` needs {what}", entry.key));
        }
    }

    fn unknown(&mut self, entry: &Entry, known: &[&str], what: &str) {
        let like = entry.key.replace('_', "-").to_lowercase();
        let hint = match known.iter().find(|key| **key == like || key.trim_end_matches('s') == like)
        {
            Some(near) => format!("write `{near}`"),
            None => format!("there are {}", known.join(", ")),
        };
        self.wrong(&entry.at, format!("`{}` is no {what}: {hint}", entry.key));
    }

    fn wrong(&mut self, at: &Range<usize>, what: String) {
        self.configured.mistakes.push((self.span(at), what));
    }

    fn place(&mut self, key: String, at: &Range<usize>) {
        self.configured.places.push((key, self.span(at)));
    }

    fn span(&self, at: &Range<usize>) -> Span {
        Span::new(self.id, at.start, at.end)
    }
}
