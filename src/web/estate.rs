//! The estate: what revision and which tables dev, prod, the plan and the chain's head have.

use super::words;
use crate::wire::{AuditSide, Report, SchemaSummary, VersionState};

/// One column of the estate table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateColumn {
    pub title: &'static str,
    /// What comparisons call it.
    pub word: &'static str,
    pub revision: Cell,
    pub tables: Cell,
    pub from_head: Cell,
}

/// One cell, and how it bears on the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

/// How a value is drawn. Never the only sign: the words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Code,
    Dim,
    Good,
    Bad,
}

fn cell(text: impl Into<String>, tone: Tone) -> Cell {
    Cell { text: text.into(), tone }
}

/// Returns the estate: dev, prod, after the plan, head, as far as they are known.
pub fn estate(report: &Report) -> Vec<EstateColumn> {
    let schemas = &report.schemas;
    let head = schemas.head.as_ref();
    let mut columns = Vec::new();
    let mut side =
        |title: &'static str, audit: Option<&AuditSide>, schema: Option<&SchemaSummary>| {
            if audit.is_some() || schema.is_some() {
                columns.push(EstateColumn {
                    title,
                    word: title,
                    revision: side_revision(audit, schema),
                    tables: side_tables(audit, schema),
                    from_head: side_from_head(audit, schema, head.is_some()),
                });
            }
        };
    side("dev", report.audits.dev.as_ref(), schemas.dev.as_ref());
    side("prod", report.audits.prod.as_ref(), schemas.prod.as_ref());
    if let Some(after) = &schemas.after_plan {
        let from_head = from_head(Some(after), head.is_some());
        let tone = if from_head.tone == Tone::Bad { Tone::Bad } else { Tone::Plain };
        columns.push(EstateColumn {
            title: "after the plan",
            word: "plan",
            revision: cell("—", Tone::Dim),
            tables: cell(counted(after), tone),
            from_head,
        });
    }
    if let Some(head) = head {
        columns.push(EstateColumn {
            title: "head",
            word: "head",
            revision: revisions_cell(&head.revisions),
            tables: cell(counted(head), Tone::Plain),
            from_head: cell("—", Tone::Dim),
        });
    }
    columns
}

fn side_revision(audit: Option<&AuditSide>, schema: Option<&SchemaSummary>) -> Cell {
    match (audit, schema) {
        (Some(audit), _) if audit.revisions.is_empty() => {
            let tone = match audit.version_state {
                VersionState::Absent | VersionState::Empty => Tone::Bad,
                _ => Tone::Dim,
            };
            cell(words::version_state(audit.version_state), tone)
        }
        (Some(audit), _) => revisions_cell(&audit.revisions),
        (None, Some(schema)) => revisions_cell(&schema.revisions),
        (None, None) => cell(words::NOT_KNOWN, Tone::Dim),
    }
}

fn revisions_cell(revisions: &[String]) -> Cell {
    if revisions.is_empty() {
        return cell(words::NOT_KNOWN, Tone::Dim);
    }
    let mut text: Vec<&str> = revisions.iter().take(2).map(|id| words::short(id)).collect();
    let more = words::join(&["+", &words::number(revisions.len().saturating_sub(2))]);
    if revisions.len() > 2 {
        text.push(&more);
    }
    cell(words::visible(&text.join(" ")), Tone::Code)
}

/// Says that there may be more where a step was not understood.
fn counted(schema: &SchemaSummary) -> String {
    let more = if schema.complete { "" } else { " or more" };
    words::join(&[&words::number(schema.tables), more])
}

fn side_tables(audit: Option<&AuditSide>, schema: Option<&SchemaSummary>) -> Cell {
    let tables = audit.and_then(|audit| audit.tables).or(schema.map(|schema| schema.tables));
    match tables {
        Some(tables) => cell(words::number(tables), Tone::Plain),
        None => cell("—", Tone::Dim),
    }
}

/// The same tables are good news only of a database that knows its revision.
fn side_from_head(
    audit: Option<&AuditSide>,
    schema: Option<&SchemaSummary>,
    has_head: bool,
) -> Cell {
    let mut cell = from_head(schema, has_head);
    if cell.tone == Tone::Good && audit.is_some_and(|audit| audit.revisions.is_empty()) {
        cell.tone = Tone::Plain;
    }
    cell
}

fn from_head(schema: Option<&SchemaSummary>, has_head: bool) -> Cell {
    let known = schema.and_then(|schema| {
        Some((schema.missing_from_head.as_ref()?.len(), schema.extra_to_head.as_ref()?.len()))
    });
    let Some((missing, extra)) = known.filter(|_| has_head) else {
        return cell(words::NOT_KNOWN, Tone::Dim);
    };
    let missing_said = words::join(&[&words::number(missing), " missing"]);
    let extra_said = words::join(&[&words::number(extra), " extra"]);
    match (missing, extra) {
        (0, 0) => cell("same tables", Tone::Good),
        (_, 0) => cell(missing_said, Tone::Bad),
        (0, _) => cell(extra_said, Tone::Bad),
        _ => cell(words::join(&[&missing_said, ", ", &extra_said]), Tone::Bad),
    }
}
