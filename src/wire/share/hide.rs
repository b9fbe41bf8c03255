//! Paths, messages and names taken out of what a link holds.
//!
//! Every text is cut into words of the characters that paths are made of. A word that is known (a file, a
//! table, a column) becomes another, everywhere the same one. Where names are hidden, a word between
//! backticks that is not known is hidden as well, unless it is SQL's or Retort's: what is doubtful goes.

use crate::ordered::{Map, Set};

use serde_json::Value;

use super::Choice;
use crate::wire::{ObjectKind, Report};

/// Words between backticks that name nothing of the project's.
const COMMON: [&str; 64] = [
    "ADD",
    "ALTER",
    "AS",
    "CASCADE",
    "CHECK",
    "COLUMN",
    "CONCURRENTLY",
    "CONSTRAINT",
    "CREATE",
    "DEFAULT",
    "DELETE",
    "DROP",
    "EXISTS",
    "FOREIGN",
    "IF",
    "INDEX",
    "INSERT",
    "INTO",
    "KEY",
    "NOT",
    "NULL",
    "ON",
    "PRIMARY",
    "REFERENCES",
    "RENAME",
    "SELECT",
    "SET",
    "TABLE",
    "TO",
    "TYPE",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALID",
    "VALIDATE",
    "VALUES",
    "alembic",
    "alembic_version",
    "bigint",
    "boolean",
    "bytea",
    "character",
    "date",
    "double",
    "down_revision",
    "downgrade",
    "heads",
    "integer",
    "json",
    "jsonb",
    "merge",
    "numeric",
    "op",
    "precision",
    "public",
    "real",
    "revision",
    "smallint",
    "stamp",
    "text",
    "timestamp",
    "upgrade",
    "uuid",
    "varying",
];
/// Fields whose whole text may hold names in a form that can't be told from prose.
const PROSE: [&str; 7] =
    ["message", "alembic", "command", "labels", "notes", "remarks", "database"];
/// Fields whose whole text is a name of the database's.
const NAMES: [&str; 15] = [
    "table",
    "schema",
    "name",
    "created",
    "dropped",
    "renamed",
    "table_names",
    "only_in_dev",
    "only_in_prod",
    "missing",
    "extra",
    "missing_from_head",
    "extra_to_head",
    "emptied",
    "rows",
];
/// Fields that name files.
const FILES: [&str; 6] = ["file", "path", "name", "files", "root", "input"];
/// Fields whose text is not the project's: [`crate::wire`]'s own words, and ids.
const OWN: [&str; 16] = [
    "id",
    "rule",
    "cause",
    "severity",
    "certainty",
    "kind",
    "status",
    "diagnosis",
    "role",
    "role_source",
    "version_state",
    "language",
    "create_date",
    "because",
    "headline",
    "until",
];

/// Old words and what they become.
struct Words {
    known: Map<String, String>,
    names: bool,
    base_names: bool,
    /// How many there are of each sort of pseudonym.
    numbers: Map<String, usize>,
}

/// Hides what the choice names.
pub(super) fn hide(value: &mut Value, report: &Report, choice: &Choice) {
    let (paths, messages, names) =
        (choice.has("paths"), choice.has("messages"), choice.has("names"));
    if !(paths || messages || names) {
        return;
    }
    let mut words =
        Words { known: Map::new(), names, base_names: paths || names, numbers: Map::new() };
    files(report, &mut words, messages || names);
    if names {
        objects(report, &mut words);
    }
    if messages || names {
        drop_prose(value, names);
    }
    words.retell(value, "");
}

/// A revision's file is named after its message, and any other may be after anything.
fn files(report: &Report, words: &mut Words, without_slugs: bool) {
    let revisions = report.chains.iter().flat_map(|chain| &chain.revisions);
    if without_slugs {
        for revision in revisions {
            let folder = revision.file.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folder = if words.base_names || folder.is_empty() {
                String::new()
            } else {
                [folder, "/"].concat()
            };
            words
                .known
                .insert(revision.file.clone(), [&folder, revision.id.as_str(), ".py"].concat());
        }
    }
    if words.base_names {
        report.chains.iter().for_each(|chain| words.add("folder", &chain.root));
    }
    let named = if words.names { report.inputs.as_slice() } else { &[] };
    for input in named {
        let ending = input.path.rsplit_once('.').map_or("", |(_, ending)| ending);
        for path in Set::from([&input.path, &input.name]) {
            words.add("file", path);
            if let Some(hidden) =
                words.known.get_mut(path).filter(|hidden| hidden.starts_with("file_"))
            {
                *hidden = [hidden.as_str(), ".", ending].concat();
            }
        }
    }
}

fn objects(report: &Report, words: &mut Words) {
    let schemas = [
        &report.schemas.dev,
        &report.schemas.prod,
        &report.schemas.head,
        &report.schemas.after_plan,
    ];
    let listed = schemas.into_iter().flatten().flat_map(|schema| &schema.table_names);
    let audits = [&report.audits.dev, &report.audits.prod].into_iter().flatten();
    let changes =
        report.chains.iter().flat_map(|chain| &chain.revisions).map(|revision| &revision.changes);
    let made = changes.flat_map(|changes| {
        changes.created.iter().chain(&changes.dropped).chain(changes.renamed.iter().flatten())
    });
    let objects = || {
        let evidence = report.findings.iter().flat_map(|finding| &finding.evidence);
        report
            .findings
            .iter()
            .flat_map(|finding| &finding.objects)
            .chain(evidence.filter_map(|it| it.object.as_ref()))
    };
    let tables = listed.chain(audits.flat_map(|audit| &audit.table_names)).chain(made);
    for table in tables.chain(objects().filter_map(|object| object.table.as_ref())) {
        // A name may come with its schema.
        table.split('.').for_each(|part| words.add("table", part));
    }
    for object in objects().filter(|it| !matches!(it.kind, ObjectKind::Revision | ObjectKind::File))
    {
        let sort = if object.kind == ObjectKind::Column { "col" } else { object.kind.word() };
        for (sort, name) in [(sort, &object.name), ("schema", &object.schema)] {
            name.iter().for_each(|name| words.add(sort, name));
        }
    }
    for revision in report.chains.iter().flat_map(|chain| &chain.revisions) {
        words.known.insert(revision.id.clone(), revision.id.clone());
    }
    for finding in &report.findings {
        words.known.insert(finding.rule.clone(), finding.rule.clone());
    }
}

fn drop_prose(value: &mut Value, names: bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| drop_prose(item, names)),
        Value::Object(fields) => {
            let gone = |name: &str| {
                name == "message" || names && (PROSE.contains(&name) || name == "value")
            };
            // A problem of a chain has a message as well, which is Retort's own.
            let problem = fields.contains_key("rule");
            *fields = std::mem::take(fields)
                .into_iter()
                .filter(|(name, _)| !gone(name) || problem && name == "message")
                .collect();
            fields.values_mut().for_each(|field| drop_prose(field, names));
            if names && fields.contains_key("key") {
                fields.insert("value".to_owned(), "hidden".into());
            }
        }
        Value::String(text) => {
            // “…” quotes a message.
            while let (Some(from), Some(to)) = (text.find('\u{201c}'), text.find('\u{201d}')) {
                if to < from {
                    break;
                }
                let from = text.get(..from).map_or(from, |before| before.trim_end().len());
                text.replace_range(from..to + '\u{201d}'.len_utf8(), "");
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Words {
    fn add(&mut self, sort: &str, name: &str) {
        if !name.is_empty() && name != "public" && !self.known.contains_key(name) {
            let number = self.numbers.entry(sort.to_owned()).or_insert(0);
            *number += 1;
            self.known.insert(name.to_owned(), [sort, "_", &number.to_string()].concat());
        }
    }

    fn retell(&mut self, value: &mut Value, field: &str) {
        match value {
            Value::String(text) if !OWN.contains(&field) => {
                if FILES.contains(&field) && (text.contains('/') || field != "name") {
                    *text = self.file(text);
                } else {
                    if self.names && NAMES.contains(&field) && !text.contains([' ', '/']) {
                        text.split('.').for_each(|part| self.add("name", part));
                    }
                    *text = self.text(text);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.retell(item, field)),
            Value::Object(fields) => {
                fields.iter_mut().for_each(|(name, field)| self.retell(field, name))
            }
            _ => {}
        }
    }

    fn file(&mut self, path: &str) -> String {
        match self.known.get(path) {
            Some(known) => known.clone(),
            None if self.names && !path.is_empty() => {
                self.add("file", path);
                self.known.get(path).cloned().unwrap_or_default()
            }
            None if self.base_names => path.rsplit('/').next().unwrap_or_default().to_owned(),
            None => path.to_owned(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        for (ix, piece) in text.split('`').enumerate() {
            if ix > 0 {
                told.push('`');
            }
            for word in piece.split_inclusive(|c: char| !in_path(c)) {
                let bare = word.trim_end_matches(|c: char| !in_path(c));
                told.push_str(&self.word(bare, ix % 2 == 1));
                told.push_str(word.get(bare.len()..).unwrap_or_default());
            }
        }
        told
    }

    fn word(&mut self, word: &str, quoted: bool) -> String {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let is_path = word.contains('/');
        if is_path && self.base_names {
            return self.file(word);
        }
        if !self.names {
            return word.to_owned();
        }
        let parts = word.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_');
        parts.map(|part| self.name(part, quoted)).collect()
    }

    fn name(&mut self, part: &str, quoted: bool) -> String {
        let bare = part.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let after = part.get(bare.len()..).unwrap_or_default();
        let is_common = COMMON.contains(&bare) || bare.chars().all(|c| c.is_ascii_digit());
        if quoted && !is_common && !self.known.contains_key(bare) {
            self.add("name", bare);
        }
        let known = self.known.get(bare).map_or(bare, String::as_str);
        [known, after].concat()
    }
}

fn in_path(c: char) -> bool {
    c.is_alphanumeric() || "_-./".contains(c)
}
