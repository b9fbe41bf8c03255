//! A dump: SQL that says what a database holds. `pg_dump` and `pg_dumpall`, `mysqldump` and MariaDB's,
//! SQLite's `.schema` and `.dump`, Rails' `structure.sql`, the list of `pg_restore -l`.
//!
//! A dump is a state and not a plan (`input-formats.md` 0.2): its DROP lines belong to a restore.
//!
//! In: a document, cleaned.
//! Out: the schema that it states, the rows of its version table, and what of it was not understood.
//! Never: findings about its statements.

mod archive_list;
mod frame;
mod script;

use crate::engine::facts::{Audit, Facts, Stated};
use crate::engine::ledger::Ledger;
use crate::wire::{Kind, Role};

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::SchemaDump, fit, read };

fn fit(source: &Source<'_>) -> Option<Fit> {
    archive_list::fit(source).or_else(|| frame::fit(source))
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    if archive_list::fit(source).is_some() {
        return enter(archive_list::read(source, ledger), facts);
    }
    read_script(source, facts, ledger);
}

/// Reads SQL as the state of a database, one for each that it connects to.
pub(super) fn read_script(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    for database in script::read(source, frame::of(source), ledger) {
        enter(database, facts);
    }
}

/// Reads SQL as the state of databases, for a format that has more to say of them.
pub(super) fn databases(source: &Source<'_>, ledger: &mut Ledger) -> Vec<Database> {
    script::read(source, frame::of(source), ledger)
}

/// One database of a document.
pub(super) struct Database {
    pub audit: Audit,
    pub stated: Stated,
}

/// Takes over what was read of one database.
pub(super) fn enter(database: Database, facts: &mut Facts) {
    // What was there before the first revision says nothing of dev or prod.
    let role = database.stated.assigned.map(|assigned| assigned.role);
    if role != Some(Role::Baseline) {
        facts.audits.push(database.audit);
    }
    facts.stated.push(database.stated);
}
