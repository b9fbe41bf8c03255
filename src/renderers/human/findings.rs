//! The findings: what, how Retort knows, and what to do instead.

use crate::ordered::Map;
use crate::renderers::rule_human::{capital, ink};
use crate::renderers::terminal::{Ink, Page};
use crate::renderers::visible::{columns, visible};
use crate::wire::words::count;
use crate::wire::{Evidence, Excerpt, FindingRow, Remedy, Report, Severity};

/// Lines of an excerpt that are shown when the lines around it are not known.
const EXCERPT_LINES_MAX: usize = 8;

/// Lines of context on either side of a finding; a page has room for more, a terminal scrolls.
const CONTEXT_LINES: usize = 1;

/// Findings that decide the verdict, worst first, in full. A rule's way out is told once.
pub fn deciding(report: &Report, page: &mut Page<'_>) {
    let open = |row: &&FindingRow| row.pending && row.suppressed.is_none();
    let mut number = 0;
    let mut told: Map<&str, usize> = Map::new();
    for severity in Severity::ALL {
        let rows: Vec<&FindingRow> =
            report.findings.iter().filter(open).filter(|row| row.severity == severity).collect();
        if rows.is_empty() {
            continue;
        }
        let title = capital(severity.word());
        page.heading(&format!("{title}: {}", count(rows.len(), "finding", "findings")));
        for row in rows {
            number += 1;
            in_full(number, row, page);
            match told.get(row.rule.as_str()) {
                Some(first) => {
                    page.prose("     Instead: ", &format!("as for finding {first}."), Ink::Plain)
                }
                None => remedy(&row.remedy, page),
            }
            told.entry(&row.rule).or_insert(number);
        }
    }
}

/// Findings about what is applied already, a line each.
pub fn history(report: &Report, page: &mut Page<'_>) {
    let rows: Vec<&FindingRow> =
        report.findings.iter().filter(|row| !row.pending && row.suppressed.is_none()).collect();
    if rows.is_empty() {
        return;
    }
    let number = count(rows.len(), "finding", "findings");
    page.heading(&format!("In the history, not deciding: {number}"));
    for row in rows {
        let first = format!("  {:<9}", row.severity.word());
        page.prose(&first, &format!("{} ({}, {})", row.title, row.rule, place(row)), Ink::Plain);
    }
}

/// Findings that somebody decided not to count, with their reasons.
pub fn suppressed(report: &Report, page: &mut Page<'_>) {
    let rows: Vec<&FindingRow> =
        report.findings.iter().filter(|row| row.suppressed.is_some()).collect();
    if rows.is_empty() {
        return;
    }
    page.heading(&format!("Suppressed: {}", count(rows.len(), "finding", "findings")));
    for row in rows {
        let Some(suppressed) = &row.suppressed else { continue };
        page.prose("  · ", &format!("{}: {} ({})", row.rule, row.title, place(row)), Ink::Plain);
        let until =
            suppressed.until.as_ref().map_or(String::new(), |date| format!(", until {date}"));
        let place = suppressed.file.as_ref().map_or(String::new(), |file| match suppressed.line {
            0 => format!(" ({file})"),
            line => format!(" ({file}:{line})"),
        });
        page.prose("    ", &format!("Reason: {}{until}{place}", suppressed.reason), Ink::Faint);
    }
}

fn in_full(number: usize, row: &FindingRow, page: &mut Page<'_>) {
    page.gap();
    page.prose(&format!("{number:>3}. "), &row.title, Ink::Strong);
    let rule = match &row.cause {
        Some(cause) => format!("{}/{cause}", row.rule),
        None => row.rule.clone(),
    };
    let about = format!("{} · {} · ", visible(&rule), row.certainty.word());
    let severity = page.look.paint(ink(row.severity), row.severity.word());
    let rest = page.look.paint(Ink::Faint, &about);
    page.line(&format!("     {severity} · {rest}{}", visible(&place(row))));
    page.gap();
    source(row, page);
    page.gap();
    for evidence in &row.evidence {
        page.prose("     · ", &known(evidence), Ink::Plain);
    }
}

/// `file:line:column`, which editors and terminals make clickable.
pub fn place(row: &FindingRow) -> String {
    match (row.line, row.column) {
        (0, _) => row.file.clone(),
        (line, 0) => format!("{}:{line}", row.file),
        (line, column) => format!("{}:{line}:{column}", row.file),
    }
}

fn known(evidence: &Evidence) -> String {
    match (&evidence.file, evidence.line) {
        (Some(file), 0) => format!("{} ({file})", evidence.text),
        (Some(file), line) => format!("{} ({file}:{line})", evidence.text),
        (None, _) => evidence.text.clone(),
    }
}

fn remedy(remedy: &Remedy, page: &mut Page<'_>) {
    if remedy.summary.is_empty() && remedy.steps.is_empty() {
        return;
    }
    page.gap();
    page.prose("     Instead: ", &remedy.summary, Ink::Plain);
    for (ix, step) in remedy.steps.iter().enumerate() {
        page.prose(&format!("     {:>2}. ", ix + 1), &step.text, Ink::Plain);
        if let Some(code) = &step.code {
            page.code(9, code);
        }
    }
    for patch in &remedy.patches {
        page.prose("     Proposed file: ", &patch.file, Ink::Plain);
    }
}

/// The lines of the finding with what is around them, and carets under its first line.
fn source(row: &FindingRow, page: &mut Page<'_>) {
    let (first, lines) = match (&row.context, &row.excerpt) {
        (Some(context), _) if !context.lines.is_empty() => near(row, context),
        (_, Some(excerpt)) => (row.line, excerpt.lines().map(str::to_owned).collect()),
        _ => return,
    };
    let whole_lines = row.context.is_some();
    let last = first + lines.len();
    let digits = last.to_string().len();
    for (at, line) in
        lines.iter().take(if whole_lines { lines.len() } else { EXCERPT_LINES_MAX }).enumerate()
    {
        let number = first + at;
        let mine = number >= row.line && number <= row.end_line.max(row.line);
        let sign = if mine { page.look.paint(ink(row.severity), ">") } else { " ".to_owned() };
        let column = if whole_lines { row.column } else { 1 };
        let window = Window::new(line, column, page.look.columns.saturating_sub(digits + 12));
        let gutter = page.look.paint(Ink::Faint, &format!("{number:>digits$} │"));
        let text =
            if mine { window.shown.clone() } else { page.look.paint(Ink::Faint, &window.shown) };
        page.line(&format!("     {sign} {gutter} {text}"));
        if number == row.line {
            let excerpt = row.excerpt.as_deref().unwrap_or("").lines().next().unwrap_or("");
            let carets = page.look.paint(ink(row.severity), &window.carets(line, column, excerpt));
            let gutter = page.look.paint(Ink::Faint, &format!("{:>digits$} │", ""));
            page.line(&format!("       {gutter} {carets}"));
        }
    }
    if !whole_lines && lines.len() > EXCERPT_LINES_MAX {
        let more = count(lines.len() - EXCERPT_LINES_MAX, "more line", "more lines");
        page.line(&format!("       {:>digits$}   … {more}", ""));
    }
}

/// The lines of the finding itself and a few around it.
fn near(row: &FindingRow, context: &Excerpt) -> (usize, Vec<String>) {
    let first = row.line.saturating_sub(CONTEXT_LINES).max(context.first_line);
    let last = row.end_line.max(row.line) + CONTEXT_LINES;
    let lines = context.lines.iter().skip(first - context.first_line).take(last + 1 - first);
    (first, lines.cloned().collect())
}

/// As much of a long line as fits, with the finding's column in it.
struct Window {
    shown: String,
    /// Characters of the line left out before what is shown.
    skipped: usize,
    room: usize,
}

impl Window {
    fn new(line: &str, column: usize, room: usize) -> Self {
        let room = room.max(20);
        let length = columns(&visible(line));
        // Some of what stands before the finding stays in view.
        let skipped = if length > room && column > room / 2 { column - room / 4 } else { 0 };
        let mut shown = String::new();
        if skipped > 0 {
            shown.push('…');
        }
        for c in line.chars().skip(skipped) {
            let piece = visible(c.encode_utf8(&mut [0; 4]));
            if columns(&shown) + columns(&piece) > room {
                shown.push('…');
                break;
            }
            shown.push_str(&piece);
        }
        Self { shown: shown.trim_end().to_owned(), skipped, room }
    }

    /// Carets under the excerpt, or from the column to the end of the line when that is not known.
    fn carets(&self, line: &str, column: usize, excerpt: &str) -> String {
        let start = column.saturating_sub(1).max(self.skipped);
        let before: String = line.chars().skip(self.skipped).take(start - self.skipped).collect();
        let rest: String = line.chars().skip(start).collect();
        let marked = match excerpt {
            "" => rest.trim_end(),
            excerpt if rest.starts_with(excerpt) => excerpt,
            _ => rest.trim_end(),
        };
        let offset = columns(&visible(&before)) + usize::from(self.skipped > 0);
        let length = columns(&visible(marked)).max(1);
        let length = length.min(self.room.saturating_sub(offset)).max(1);
        format!("{}{}", " ".repeat(offset.min(self.room)), "^".repeat(length))
    }
}
