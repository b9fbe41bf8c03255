//! The list that `pg_restore -l` prints of an archive: names of objects, and nothing of what is in them.

use crate::engine::document;
use crate::engine::facts::{Assigned, Audit, OpenPart, Stated, VersionSection};
use crate::engine::formats::{self, Fit, Line, Source, role_of_name};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::schema::{Ident, Schema, Table, TableName};
use crate::engine::span::Span;
use crate::ordered::Map;
use crate::wire::{RoleSource, Sureness, VersionState};

use super::Database;

pub(super) fn fit(source: &Source<'_>) -> Option<Fit> {
    let may_be = document::has_line(formats::head(&source.cleaned.text), &["; Archive created at"]);
    let is_list =
        may_be && source.lines().take(10).any(|line| line.text.starts_with("; Archive created at"));
    is_list.then(|| Fit {
        sureness: Sureness::Certain,
        why: "a line starts with `; Archive created at`".to_owned(),
    })
}

/// `217; 1259 16410 TABLE public addresses shop_owner` → the words of its type, and what follows them.
fn entry(line: &str) -> Option<(String, Vec<&str>)> {
    let (id, rest) = line.split_once("; ")?;
    let mut words = rest.split(' ');
    let numbers = [id, words.next()?, words.next()?];
    if !numbers.iter().all(|number| number.parse::<u64>().is_ok()) {
        return None;
    }
    let words: Vec<&str> = words.collect();
    let is_type = |word: &&&str| word.bytes().all(|byte| byte.is_ascii_uppercase());
    let length = words.iter().take_while(is_type).count();
    let (kind, rest) = words.split_at_checked(length)?;
    Some((kind.join(" "), rest.to_vec()))
}

pub(super) fn read(source: &Source<'_>, ledger: &mut Ledger) -> Database {
    let mut list = List::new(source);
    for line in source.lines().filter(|line| !line.text.trim().is_empty()) {
        match line.text.strip_prefix(';') {
            Some(comment) => {
                if let Some(name) = comment.trim().strip_prefix("dbname: ") {
                    list.database = Some(name.trim().to_owned());
                }
            }
            None => list.line(&line, ledger),
        }
    }
    list.finish()
}

struct List<'a, 'b> {
    source: &'b Source<'a>,
    database: Option<String>,
    schema: Schema,
    places: Map<TableName, Span>,
    open: Vec<OpenPart>,
}

impl<'a, 'b> List<'a, 'b> {
    fn new(source: &'b Source<'a>) -> Self {
        let (schema, places) = (Schema::default(), Map::new());
        Self { source, database: None, schema, places, open: Vec::new() }
    }

    fn line(&mut self, line: &Line<'_>, ledger: &mut Ledger) {
        let Some((kind, rest)) = entry(line.text) else {
            return self.unread(line, "a line that is no entry of the list", ledger);
        };
        let named = matches!(
            kind.as_str(),
            "TABLE" | "FOREIGN TABLE" | "VIEW" | "MATERIALIZED VIEW" | "SEQUENCE" | "EXTENSION"
        );
        if !named {
            ledger.understood(self.source.id, 1);
            return;
        }
        // Blanks in a name can't be told from those between names.
        let [schema, name, _owner] = rest.as_slice() else {
            return self.unread(line, "an entry whose name has blanks in it", ledger);
        };
        ledger.understood(self.source.id, 1);
        let full = TableName::qualified(Ident::exact(*schema), Ident::exact(*name), "public");
        match kind.as_str() {
            "TABLE" | "FOREIGN TABLE" => {
                self.places.insert(full.clone(), line.span);
                self.schema.tables.insert(full, Table { open: true, ..Table::default() });
            }
            "SEQUENCE" => {
                self.schema.sequences.insert(full, None);
            }
            "EXTENSION" => {
                self.schema.extensions.insert(full.name);
            }
            _ => {
                self.schema.views.insert(full);
            }
        }
    }

    fn unread(&mut self, line: &Line<'_>, what: &str, ledger: &mut Ledger) {
        let (span, what) = (line.span, what.to_owned());
        let affects = Affects::Everything;
        ledger.undecided(Undecided { span, what: what.clone(), affects, revision: None });
        self.open.push(OpenPart { span, what, tables: None });
    }

    fn finish(mut self) -> Database {
        let by_name = self.database.as_deref().and_then(role_of_name);
        let by_name = by_name.map(|role| Assigned { role, source: RoleSource::DatabaseName });
        let assigned = self.source.assigned(by_name);
        let document = self.source.id;
        let own = self.places.iter().find(|(table, _)| table.name.as_str() == "alembic_version");
        let version = VersionSection {
            state: if own.is_some() { VersionState::NotGiven } else { VersionState::Absent },
            rows: Vec::new(),
            span: Some(own.map_or(Span::whole(document), |(_, span)| *span)),
        };
        let names: Vec<String> = self.places.keys().map(ToString::to_string).collect();
        if !names.is_empty() {
            let what = "the list names tables and says nothing of their columns".to_owned();
            self.open.push(OpenPart { span: Span::whole(document), what, tables: Some(names) });
        }
        let audit = Audit {
            document,
            assigned,
            database: self.database,
            tables: Some(self.places),
            version,
        };
        let stated =
            Stated { document, database: None, assigned, schema: self.schema, open: self.open };
        Database { audit, stated }
    }
}
