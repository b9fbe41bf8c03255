//! What was given, what the databases are said to hold, and what could not be read.

use crate::renderers::terminal::{Ink, Page, table};
use crate::wire::words::{count, thousands};
use crate::wire::{AuditSide, Report, RoleSource, SchemaSummary, VersionState};

/// Names shown of a long list.
const NAMES_MAX: usize = 12;

/// Dev, prod, head and what the plan would leave, side by side.
pub fn states(report: &Report, page: &mut Page<'_>) {
    let mut rows = vec![cells(&["", "revision", "tables", "missing from head", "extra to head"])];
    let (audits, schemas) = (&report.audits, &report.schemas);
    let sides = [
        ("dev", audits.dev.as_ref(), schemas.dev.as_ref()),
        ("prod", audits.prod.as_ref(), schemas.prod.as_ref()),
        ("after the plan", None, schemas.after_plan.as_ref()),
        ("head", None, schemas.head.as_ref()),
    ];
    for (name, audit, schema) in sides {
        if audit.is_some() || schema.is_some() {
            rows.push(state(name, audit, schema));
        }
    }
    let distance = audits.distance.as_ref().filter(|distance| distance.count > 0);
    if rows.len() == 1 {
        return;
    }
    page.heading("Where things stand");
    for line in table(&rows) {
        page.line(&format!("  {line}"));
    }
    if let Some(distance) = distance {
        names("Only in dev", &distance.only_in_dev, page);
        names("Only in prod", &distance.only_in_prod, page);
    }
}

/// Each document: what it was taken for, and why.
pub fn list(report: &Report, page: &mut Page<'_>) {
    if report.inputs.is_empty() {
        return;
    }
    page.heading(&format!("Inputs: {}", thousands(report.inputs.len())));
    let rows: Vec<Vec<String>> = report
        .inputs
        .iter()
        .map(|input| {
            let role = match (input.role, input.role_source) {
                (None, _) => String::new(),
                (Some(role), Some(RoleSource::DatabaseName | RoleSource::FileName)) => {
                    format!("{} (a guess)", role.word())
                }
                (Some(role), _) => role.word().to_owned(),
            };
            let understood = match input.understood.of {
                0 => String::new(),
                of => format!("{} of {}", thousands(input.understood.statements), thousands(of)),
            };
            vec![input.name.clone(), input.kind.title().to_owned(), role, understood]
        })
        .collect();
    for (line, input) in table(&rows).iter().zip(&report.inputs) {
        page.line(&format!("  {line}"));
        page.prose("    ", &format!("{}: {}", input.certainty.word(), input.why), Ink::Faint);
        for note in &input.notes {
            page.prose("    ! ", note, Ink::Plain);
        }
    }
}

/// Settings that differ from their defaults.
pub fn settings(report: &Report, page: &mut Page<'_>) {
    if report.settings.is_empty() {
        return;
    }
    page.heading("Settings");
    for row in &report.settings {
        page.prose("  · ", &row.with_place(), Ink::Plain);
    }
}

/// What could hide a problem: documents not read in full, and rules that had nothing to go by.
pub fn not_understood(report: &Report, page: &mut Page<'_>) {
    let partly: Vec<String> = report
        .inputs
        .iter()
        .filter(|input| input.unreadable || input.understood.statements < input.understood.of)
        .map(|input| {
            let missing = input.understood.of.saturating_sub(input.understood.statements);
            match input.unreadable {
                true => format!("{}: couldn't be read", input.name),
                false => format!(
                    "{}: {} not understood",
                    input.name,
                    count(missing, "statement", "statements")
                ),
            }
        })
        .collect();
    let by_reason = report.missing();
    if partly.is_empty() && by_reason.is_empty() {
        return;
    }
    page.heading("What wasn't checked");
    for line in partly {
        page.prose("  · ", &line, Ink::Plain);
    }
    for (why, rules) in by_reason {
        page.prose("  · ", &format!("{}: {why}", rules.join(", ")), Ink::Plain);
    }
}

fn state(name: &str, audit: Option<&AuditSide>, schema: Option<&SchemaSummary>) -> Vec<String> {
    let revision = match (audit, schema) {
        (Some(audit), _) => version(audit),
        (None, Some(schema)) => schema.revisions.join(", "),
        (None, None) => String::new(),
    };
    let tables = match (audit, schema) {
        (Some(audit), _) => audit.tables.map_or_else(|| "?".to_owned(), thousands),
        (None, Some(schema)) if schema.complete => thousands(schema.tables),
        (None, Some(schema)) => format!("{} or more", thousands(schema.tables)),
        (None, None) => String::new(),
    };
    let list = |tables: Option<&Vec<String>>| {
        tables.map_or_else(|| "?".to_owned(), |tables| thousands(tables.len()))
    };
    let (missing, extra) = match schema {
        _ if name == "head" => ("-".to_owned(), "-".to_owned()),
        Some(schema) => {
            (list(schema.missing_from_head.as_ref()), list(schema.extra_to_head.as_ref()))
        }
        None => ("?".to_owned(), "?".to_owned()),
    };
    vec![name.to_owned(), revision, tables, missing, extra]
}

fn version(audit: &AuditSide) -> String {
    match audit.version_state {
        _ if !audit.revisions.is_empty() => audit.revisions.join(", "),
        VersionState::Stamped | VersionState::NotGiven => "not given".to_owned(),
        VersionState::Empty => "never stamped".to_owned(),
        VersionState::Absent => "no version table".to_owned(),
        VersionState::Unreadable => "couldn't be read".to_owned(),
    }
}

fn names(title: &str, names: &[String], page: &mut Page<'_>) {
    if names.is_empty() {
        return;
    }
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    let tail = if more > 0 { format!(" and {} more", thousands(more)) } else { String::new() };
    let line = format!("{title}: {}{tail}", shown.join(", "));
    page.prose("  ", &line, Ink::Plain);
}

fn cells(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
