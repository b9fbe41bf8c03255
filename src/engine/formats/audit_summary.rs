//! The audit summary: a text file with `DATABASE INFO:`, `SEARCH PATH:`, `TABLES IN … SCHEMA:` and
//! `ALEMBIC VERSION:` sections, written by a script that queries one database.

use crate::engine::clean::mojibake;
use crate::engine::facts::{Assigned, Audit, Facts, VersionSection};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::schema::{Ident, TableName};
use crate::engine::span::Span;
use crate::ordered::Map;
use crate::wire::{Kind, Role, RoleSource, Sureness, VersionState};

use super::{Fit, Format, Source, publish_plan};

pub static FORMAT: Format = Format { kind: Kind::AuditSummary, fit, read };

const SECTIONS: [&str; 4] = ["DATABASE INFO:", "SEARCH PATH:", "TABLES IN ", "ALEMBIC VERSION:"];

fn fit(source: &Source<'_>) -> Option<Fit> {
    let found: Vec<&str> =
        source.lines().filter(|line| is_heading(line.text)).map(|line| line.text.trim()).collect();
    let known = SECTIONS
        .iter()
        .filter(|section| found.iter().any(|heading| heading.starts_with(**section)))
        .count();
    let sureness = match known {
        0 | 1 => return None,
        2 | 3 => Sureness::Likely,
        _ => Sureness::Certain,
    };
    Some(Fit {
        sureness,
        why: format!(
            "{known} of 4 audit sections found, `{}` first",
            found.first().copied().unwrap_or_default()
        ),
    })
}

/// `^[A-Z][A-Z ]+:$`, and the tables section with its schema's name in any case.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let Some(words) = line.strip_suffix(':') else {
        return false;
    };
    words.len() > 1
        && words.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ' || byte == b'_')
}

/// One section: its heading's name and its non-empty lines.
struct Section<'a> {
    name: &'a str,
    heading: Span,
    rows: Vec<(&'a str, Span)>,
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let (title, sections) = sections(source, ledger);
    let mut audit = Audit {
        document: source.id,
        assigned: title
            .and_then(role_of_title)
            .map(|role| Assigned { role, source: RoleSource::Title }),
        database: None,
        tables: None,
        version: VersionSection::default(),
    };
    ledger.understood(source.id, usize::from(title.is_some()));
    for section in &sections {
        if section.name == "DATABASE INFO" {
            audit.database = database(section, ledger);
        } else if section.name.starts_with("TABLES IN ") {
            audit.tables = tables(section, ledger);
        } else if section.name == "ALEMBIC VERSION" {
            audit.version = version(section, ledger);
        } else {
            ledger.understood(source.id, section.rows.len().max(1));
        }
    }
    let guess = || {
        audit
            .database
            .as_deref()
            .and_then(super::role_of_name)
            .map(|role| Assigned { role, source: RoleSource::DatabaseName })
    };
    audit.assigned = source.assigned(audit.assigned.or_else(guess));
    facts.audits.push(audit);
}

fn sections<'a>(source: &Source<'a>, ledger: &mut Ledger) -> (Option<&'a str>, Vec<Section<'a>>) {
    let mut title = None;
    let mut sections: Vec<Section<'a>> = Vec::new();
    for line in source.lines() {
        let text = line.text.trim();
        if text.is_empty() || text.starts_with("```") || is_rule(text) {
            continue;
        }
        if is_heading(text) {
            let name = text.trim_end_matches(':');
            sections.push(Section { name, heading: line.span, rows: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            section.rows.push((line.text, line.span));
        } else if title.is_none() && text.to_lowercase().contains("audit") && !text.contains(';') {
            title = Some(text);
        } else if !text.starts_with("Generated:") {
            stray(text, line.span, ledger);
        }
    }
    (title, sections)
}

/// `=====`.
fn is_rule(text: &str) -> bool {
    text.chars().all(|c| "=-_─═".contains(c))
}

/// A line that belongs to nothing an audit says. It may be a statement of something pasted along.
fn stray(text: &str, span: Span, ledger: &mut Ledger) {
    if publish_plan::is_plain_words(text) {
        ledger.understood(span.document, 1);
        return;
    }
    let what = "a line that is no part of an audit".to_owned();
    ledger.undecided(Undecided { span, what, affects: Affects::Everything, revision: None });
}

/// "Marigold Database Audit - prod".
fn role_of_title(title: &str) -> Option<Role> {
    let repaired = mojibake::repair(title);
    let title = repaired.as_deref().unwrap_or(title);
    let (_, environment) = title.rsplit_once(['-', '–', '—', '(', ':'])?;
    super::role_of_name(environment.trim_matches([')', ' ']))
}

fn is_error(row: &str) -> bool {
    let row = row.trim_start();
    row.starts_with("ERROR:")
        || row.starts_with("FATAL:")
        || row.contains("connection to server at")
        || row.contains("could not connect")
}

fn database(section: &Section<'_>, ledger: &mut Ledger) -> Option<String> {
    if let Some((row, span)) = section.rows.iter().find(|(row, _)| is_error(row)) {
        let what = format!("database information could not be read: {}", row.trim());
        ledger.undecided(Undecided {
            span: *span,
            what,
            affects: Affects::Everything,
            revision: None,
        });
        return None;
    }
    ledger.understood(section.heading.document, section.rows.len());
    let (header, _) = section.rows.first()?;
    let (row, _) = section.rows.get(1)?;
    let column = cells(header).iter().position(|cell| *cell == "current_database").unwrap_or(0);
    cells(row).get(column).map(|cell| (*cell).to_owned())
}

/// Cells are split on tabs, or on two or more blanks where tabs were expanded.
fn cells(row: &str) -> Vec<&str> {
    if row.contains('\t') {
        row.split('\t').map(str::trim).collect()
    } else {
        row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
    }
}

fn tables(section: &Section<'_>, ledger: &mut Ledger) -> Option<Map<TableName, Span>> {
    if let Some((row, span)) = section.rows.iter().find(|(row, _)| is_error(row)) {
        let what = format!("the table list could not be read: {}", row.trim());
        ledger.undecided(Undecided {
            span: *span,
            what,
            affects: Affects::Everything,
            revision: None,
        });
        return None;
    }
    let schema =
        section.name.trim_start_matches("TABLES IN ").trim_end_matches(" SCHEMA").to_lowercase();
    let rows = match section.rows.split_first() {
        Some(((header, _), rest)) if header.trim() == "table_name" => rest,
        _ => section.rows.as_slice(),
    };
    let mut tables = Map::new();
    for (row, span) in rows {
        if row_count(row) {
            ledger.understood(span.document, 1);
            continue;
        }
        let cell = cells(row).first().copied().unwrap_or_default();
        if cell.is_empty() || cell.contains(char::is_whitespace) {
            let what = format!("not a table name: {}", row.trim());
            ledger.undecided(Undecided {
                span: *span,
                what,
                affects: Affects::Everything,
                revision: None,
            });
            continue;
        }
        ledger.understood(span.document, 1);
        tables.insert(
            TableName::qualified(Ident::exact(schema.clone()), Ident::exact(cell), "public"),
            *span,
        );
    }
    Some(tables)
}

/// `(12 rows)`.
fn row_count(row: &str) -> bool {
    let row = row.trim();
    row.starts_with('(') && (row.ends_with("rows)") || row.ends_with("row)"))
}

fn version(section: &Section<'_>, ledger: &mut Ledger) -> VersionSection {
    let mut found = VersionSection {
        state: VersionState::Empty,
        rows: Vec::new(),
        span: Some(section.heading),
    };
    let error = section.rows.iter().find(|(row, _)| is_error(row));
    if let Some((row, span)) = error {
        found.span = Some(*span);
        found.state = if row.contains("does not exist") {
            VersionState::Absent
        } else {
            VersionState::Unreadable
        };
        if found.state == VersionState::Unreadable {
            let what = format!("the version table could not be read: {}", row.trim());
            ledger.undecided(Undecided {
                span: *span,
                what,
                affects: Affects::Everything,
                revision: None,
            });
        } else {
            ledger.understood(span.document, section.rows.len());
        }
        return found;
    }
    for (row, span) in &section.rows {
        let cell = row.trim();
        // The script's own remark under an empty or missing table; the words carry the meaning.
        let remark = (cell.contains("alembic_version") && !cell.contains(';')) || row_count(cell);
        let header = matches!(cell, "version_num" | "NULL") || cell.chars().all(|c| c == '^');
        if remark || header {
            ledger.understood(span.document, 1);
        } else if cell.contains(char::is_whitespace) || cell.contains([';', '(']) {
            stray(cell, *span, ledger);
        } else {
            ledger.understood(span.document, 1);
            found.rows.push((cell.to_owned(), *span));
        }
    }
    if !found.rows.is_empty() {
        found.state = VersionState::Stamped;
        found.span = found.rows.first().map(|(_, span)| *span);
    }
    found
}
