//! What the script of `retort collect` prints: the statements that make a database, as its own dump has them,
//! and lines of comment with what no statement says: the server, settings, how large tables are.
//!
//! In: a document, cleaned.
//! Out: what a dump gives, and [`Measured`].
//! Never: another reading of the statements than that of a dump.

use crate::engine::facts::{Facts, Measured};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Kind, RoleSource, Sureness, TableSize};

use super::{Fit, Format, Source, role_of_name, schema_dump};

pub static FORMAT: Format = Format { kind: Kind::CollectedAudit, fit, read };

/// How it begins; the name of the database follows.
const TITLE: &str = "-- Retort audit of ";

fn fit(source: &Source<'_>) -> Option<Fit> {
    let first = source.cleaned.text.lines().find(|line| !line.trim().is_empty())?;
    first.starts_with(TITLE).then(|| Fit {
        sureness: Sureness::Certain,
        why: format!("it begins with `{}`", first.trim()),
    })
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let (measured, database) = measured(source, ledger);
    for mut found in schema_dump::databases(source, ledger) {
        let by_name = database.as_deref().and_then(role_of_name);
        let by_name = by_name
            .map(|role| crate::engine::facts::Assigned { role, source: RoleSource::DatabaseName });
        let assigned = source.assigned(by_name);
        found.audit.assigned = assigned;
        found.stated.assigned = assigned;
        found.audit.database.clone_from(&database);
        facts.measured.push(Measured { assigned, ..measured.clone() });
        schema_dump::enter(found, facts);
    }
}

/// What the lines of comment say.
fn measured(source: &Source<'_>, ledger: &mut Ledger) -> (Measured, Option<String>) {
    let mut measured = Measured::default();
    let mut database = None;
    for line in source.lines() {
        let Some((key, value)) =
            line.text.strip_prefix("-- ").and_then(|text| text.split_once(": "))
        else {
            continue;
        };
        match key {
            "database" => database = Some(value.to_owned()),
            "server" => measured.server = Some(value.to_owned()),
            "instance" => measured.instance = Some((value.to_owned(), line.span)),
            "setting" => {
                measured.settings.extend(
                    value.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())),
                );
            }
            "size" => measured.sizes.extend(size(value)),
            // Of a kind that nothing here depends on; that it is there is told.
            "not collected" | "invalid index" => {
                let (what, affects) = (format!("{key}: {value}"), Affects::Nothing);
                ledger.undecided(Undecided { span: line.span, what, affects, revision: None });
            }
            _ => {}
        }
    }
    (measured, database)
}

/// `schema.table rows=25 bytes=16384`; what is not known is left empty.
fn size(text: &str) -> Option<(TableName, TableSize)> {
    let (rest, bytes) = text.rsplit_once(" bytes=")?;
    let (name, rows) = rest.rsplit_once(" rows=")?;
    let size = TableSize { rows: rows.parse().ok(), bytes: bytes.parse().ok() };
    let plain = |part: &str| match part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => Ident::exact(quoted.replace("\"\"", "\"")),
        None => Ident::exact(part),
    };
    let mut quoted = false;
    let dot = name.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    let table = match dot.and_then(|(at, _)| Some((name.get(..at)?, name.get(at + 1..)?))) {
        Some((schema, table)) => TableName::qualified(plain(schema), plain(table), "public"),
        None => TableName { schema: None, name: plain(name) },
    };
    Some((table, size))
}
