//! The statements of a dump, applied one after the other to an empty schema.

use crate::engine::dialects::Dialect;
use crate::engine::facts::Assigned;
use crate::engine::facts::{Audit, OpenPart, Stated, VersionSection};
use crate::engine::formats::{Source, role_of_name};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::{self, Clash, Op};
use crate::engine::schema::{Names, Schema, TableName};
use crate::engine::span::Span;
use crate::engine::sql;
use crate::engine::sql::split::{Piece, PieceKind, split_in};
use crate::engine::sql::state::{Said, Setting};
use crate::limits;
use crate::ordered::Map;
use crate::wire::{RoleSource, VersionState};

use super::Database;
use super::frame::Frame;

/// The version table that Alembic keeps.
const VERSION_TABLE: &str = "alembic_version";

/// Reads every database that a script makes; the only one when it connects to none.
pub(super) fn read(source: &Source<'_>, frame: Frame, ledger: &mut Ledger) -> Vec<Database> {
    let text = source.cleaned.as_str();
    let by_tool = frame.by_tool;
    let setting = Setting { dialect: frame.dialect, by_tool, ..Setting::default() };
    let mut reading = Reading {
        source,
        frame,
        setting,
        found: Found::of(frame.dialect),
        done: Vec::new(),
        rows_of_version: false,
        statements: 0,
    };
    for piece in split_in(text, frame.dialect) {
        if reading.statements > limits::STATEMENTS_PER_DOCUMENT_MAX {
            let what = "the rest: there are more statements than one document may hold";
            reading.open(piece.start, text.len(), what.to_owned(), None, ledger);
            break;
        }
        reading.piece(&piece, ledger);
    }
    if frame.is_cut {
        let what = "the dump is cut: the line that ends a whole one is missing".to_owned();
        reading.open(text.len(), text.len(), what, None, ledger);
    }
    reading.finish()
}

/// What was found of one database.
#[derive(Default)]
struct Found {
    database: Option<String>,
    schema: Schema,
    places: Map<TableName, Span>,
    open: Vec<OpenPart>,
    version_rows: Vec<(String, Span)>,
    /// The rows of the version table, or the words that announce them, were seen.
    version_data: Option<Span>,
    creates: bool,
    data: bool,
}

impl Found {
    fn of(dialect: Dialect) -> Self {
        let schema = Schema { names: Names::counted(), ..Schema::empty(dialect) };
        Self { schema, ..Self::default() }
    }
}

struct Reading<'a, 'b> {
    source: &'b Source<'a>,
    frame: Frame,
    setting: Setting,
    found: Found,
    done: Vec<Found>,
    /// The rows that come next are those of the version table.
    rows_of_version: bool,
    statements: usize,
}

impl Reading<'_, '_> {
    fn piece(&mut self, piece: &Piece, ledger: &mut Ledger) {
        let text = self.source.cleaned.as_str();
        let Some(own) = text.get(piece.start..piece.end) else { return };
        match piece.kind {
            PieceKind::Blank => {}
            PieceKind::Comment => self.comment(own, piece, ledger),
            PieceKind::Meta => self.meta(own, piece, ledger),
            PieceKind::CopyData => self.rows(own, piece, ledger),
            PieceKind::Statement => {
                self.statements += 1;
                let body = own.trim_end();
                let end = piece.start + body.len();
                if piece.whole || self.is_last(piece.end) {
                    self.statement(body, piece.start, end, ledger);
                } else {
                    let what = "a statement that never ends".to_owned();
                    self.open(piece.start, end, what, None, ledger);
                }
            }
        }
    }

    /// The last statement may lack its semicolon.
    fn is_last(&self, end: usize) -> bool {
        self.source.cleaned.text.get(end..).is_none_or(|rest| rest.trim().is_empty())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.source.cleaned.span(self.source.id, start, end)
    }

    /// Enters something that is not known of the schema; `tables` where it is about these alone.
    fn open(
        &mut self,
        start: usize,
        end: usize,
        what: String,
        tables: Option<Vec<String>>,
        ledger: &mut Ledger,
    ) {
        let span = self.span(start, end);
        let affects = tables.clone().map_or(Affects::Everything, Affects::Tables);
        ledger.undecided(Undecided { span, what: what.clone(), affects, revision: None });
        self.found.open.push(OpenPart { span, what, tables });
    }

    /// `-- Data for Name: t; …` and `-- Dumping data for table t` announce rows even where there are none.
    fn comment(&mut self, text: &str, piece: &Piece, ledger: &mut Ledger) {
        if !piece.whole {
            let what = "a comment that never ends: the dump is cut".to_owned();
            self.open(piece.start, piece.end, what, None, ledger);
            return;
        }
        let line = text.trim();
        let postgres =
            line.strip_prefix("-- Data for Name: ").and_then(|rest| rest.split(';').next());
        let mysql =
            line.strip_prefix("-- Dumping data for table ").map(|name| name.trim_matches('`'));
        if let Some(name) = postgres.or(mysql) {
            self.found.data = true;
            if name == VERSION_TABLE {
                self.found.version_data = Some(self.span(piece.start, piece.end));
            }
        }
        if let Some((_, name)) = line.split_once("Database: ")
            && line.starts_with("-- Host:")
        {
            self.found.database = Some(name.trim().to_owned());
        }
    }

    fn meta(&mut self, text: &str, piece: &Piece, ledger: &mut Ledger) {
        let mut words = text.split_ascii_whitespace();
        match words.next() {
            Some("\\connect" | "\\c") => {
                let name = words.find(|word| !word.starts_with('-')).unwrap_or_default();
                let name = name.trim_matches(['"', ';']).to_owned();
                // What came before a first connection are roles and the database itself.
                let before = std::mem::replace(&mut self.found, Found::of(self.frame.dialect));
                if before.creates || before.data || before.database.is_some() {
                    self.done.push(before);
                } else {
                    self.found.open = before.open;
                }
                self.found.database = Some(name);
                let (dialect, by_tool) = (self.frame.dialect, self.frame.by_tool);
                self.setting = Setting { dialect, by_tool, ..Setting::default() };
                ledger.understood(self.source.id, 1);
            }
            Some("\\i" | "\\ir" | "\\include" | "\\include_relative") => {
                let what = "another file is read here, which is not part of this one".to_owned();
                self.open(piece.start, piece.end, what, None, ledger);
            }
            _ => ledger.understood(self.source.id, 1),
        }
    }

    fn rows(&mut self, text: &str, piece: &Piece, ledger: &mut Ledger) {
        self.found.data = true;
        if !piece.whole {
            let what = "rows that never end: the dump is cut".to_owned();
            self.open(piece.start, piece.end, what, None, ledger);
        }
        if !std::mem::take(&mut self.rows_of_version) {
            return;
        }
        let mut at = piece.start;
        for line in text.split_inclusive('\n') {
            let row = line.trim();
            if !row.is_empty() && row != "\\." && row != "\\N" {
                let lead = line.len() - line.trim_start().len();
                let place = self.span(at + lead, at + lead + row.len());
                let id = row.split('\t').next().unwrap_or(row).to_owned();
                self.found.version_rows.push((id, place));
            }
            at += line.len();
        }
    }

    fn statement(&mut self, text: &str, start: usize, end: usize, ledger: &mut Ledger) {
        self.data_of(text, start, end);
        let said = sql::state::read(text, &self.setting).or_else(|| {
            let short = text.len() <= limits::PARSED_STATEMENT_BYTES_MAX;
            let ops = short.then(|| sql::read_in(self.frame.dialect, text).ops)?;
            let unread = ops.iter().any(|op| matches!(op, Op::Unknown { .. }));
            (!unread).then_some(Said::Makes(ops))
        });
        match said {
            None => {
                let what = "a statement that could not be read".to_owned();
                self.open(start, end, what, None, ledger);
            }
            Some(Said::Makes(ops)) => self.apply(&ops, start, end, ledger),
            Some(other) => {
                match other {
                    Said::Home(home) => self.setting.home = home,
                    Said::Tablespace(place) => self.setting.tablespace = place,
                    Said::Method(method) => self.setting.method = method,
                    Said::Nothing | Said::Makes(_) => {}
                }
                ledger.understood(self.source.id, 1);
            }
        }
    }

    fn apply(&mut self, ops: &[Op], start: usize, end: usize, ledger: &mut Ledger) {
        let (mut clash, mut lost) = (None, None);
        for op in ops {
            // A tool of PostgreSQL writes the catalogue's own words.
            let verbatim = self.frame.by_tool && self.frame.dialect == Dialect::PostgreSql;
            let apply = if verbatim { op::apply_verbatim } else { op::apply };
            if let Op::UnknownWithin { what, tables } = op {
                let tables = tables.iter().map(ToString::to_string).collect();
                lost = Some((what.clone(), tables));
            }
            match apply(&mut self.found.schema, op) {
                Ok(()) => self.applied(op, start, end),
                // Nothing to drop: a restore may begin with an empty database.
                Err(_) if self.frame.by_tool && is_drop(op) => {}
                Err(found) => clash = clash.or(Some((op, found))),
            }
        }
        match (clash, lost) {
            (None, None) => ledger.understood(self.source.id, 1),
            (Some((op, clash)), _) => self.clashed(op, &clash, start, end, ledger),
            (None, Some((what, tables))) => self.open(start, end, what, Some(tables), ledger),
        }
    }

    fn clashed(&mut self, op: &Op, clash: &Clash, start: usize, end: usize, ledger: &mut Ledger) {
        let what = format!("{}, which cannot happen: {}", op::describe(op), clash.text());
        self.open(start, end, what, Some(vec![clash.table().to_string()]), ledger);
    }

    fn applied(&mut self, op: &Op, start: usize, end: usize) {
        match op {
            Op::CreateTable { table, .. } => {
                self.found.creates = true;
                let place = self.span(start, end);
                self.found.places.insert(table.clone(), place);
            }
            Op::DropTable { table, .. } => {
                self.found.places.remove(table);
            }
            Op::RenameTable { from, to } => {
                if let Some(place) = self.found.places.remove(from) {
                    self.found.places.insert(to.clone(), place);
                }
            }
            Op::CreateOther { .. } | Op::Define { .. } | Op::CreateEnum { .. } => {
                self.found.creates = true;
            }
            _ => {}
        }
    }

    /// Notes which rows a statement brings.
    fn data_of(&mut self, text: &str, start: usize, end: usize) {
        self.rows_of_version = false;
        let Some(rows) = sql::state::rows(text, &self.setting) else { return };
        self.found.data = true;
        if rows.table.name.as_str() != VERSION_TABLE {
            return;
        }
        let place = self.span(start, end);
        self.found.version_data = Some(place);
        self.rows_of_version = rows.follow;
        self.found.version_rows.extend(rows.first_values.into_iter().map(|id| (id, place)));
    }

    fn finish(mut self) -> Vec<Database> {
        let last = std::mem::take(&mut self.found);
        self.done.push(last);
        // A cluster has databases that nobody made anything in.
        let filled = |found: &Found| found.creates || found.data;
        if self.done.iter().any(filled) {
            self.done.retain(|found| filled(found) || !found.open.is_empty());
        } else {
            self.done.truncate(1);
        }
        let done = std::mem::take(&mut self.done);
        done.into_iter().map(|found| self.database(found)).collect()
    }

    fn database(&self, found: Found) -> Database {
        let by_name = found.database.as_deref().and_then(role_of_name);
        let by_name = by_name.map(|role| Assigned { role, source: RoleSource::DatabaseName });
        let assigned = self.source.assigned(by_name);
        let version = version(&found, self.source);
        // Rows alone don't say which tables there are.
        let only_rows = found.data && !found.creates;
        let name = found.database.clone();
        let audit = Audit {
            document: self.source.id,
            assigned,
            database: found.database,
            tables: (!only_rows).then_some(found.places),
            version,
        };
        let mut open = found.open;
        if only_rows {
            let what = "the dump holds rows and no tables".to_owned();
            open.push(OpenPart { span: Span::whole(self.source.id), what, tables: None });
        }
        // Nothing is added to it any more.
        let schema = Schema { names: Names::default(), ..found.schema };
        let document = self.source.id;
        let stated = Stated { document, database: name, assigned, schema, open };
        Database { audit, stated }
    }
}

/// What a dump says of the version table. Without rows of any table, those of this one are not known.
fn version(found: &Found, source: &Source<'_>) -> VersionSection {
    let exists = found.schema.tables.keys().any(|table| table.name.as_str() == VERSION_TABLE);
    let place = || found.places.iter().find(|(table, _)| table.name.as_str() == VERSION_TABLE);
    let state = if !found.version_rows.is_empty() {
        VersionState::Stamped
    } else if found.version_data.is_some() {
        VersionState::Empty
    } else if exists || !found.creates {
        VersionState::NotGiven
    } else {
        VersionState::Absent
    };
    let span = found.version_rows.first().map(|(_, span)| *span);
    let span = span.or(found.version_data).or_else(|| place().map(|(_, span)| *span));
    let rows = found.version_rows.clone();
    VersionSection { state, rows, span: Some(span.unwrap_or(Span::whole(source.id))) }
}

fn is_drop(op: &Op) -> bool {
    matches!(
        op,
        Op::DropTable { .. }
            | Op::DropColumn { .. }
            | Op::DropConstraint { .. }
            | Op::DropIndex { .. }
            | Op::DropOther { .. }
            | Op::DropDefault { .. }
    )
}
