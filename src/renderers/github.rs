//! Workflow commands, which GitHub shows beside the lines of a pull request.
//!
//! Escapes are those of GitHub's documentation: `%`, carriage return and line feed everywhere, and in
//! properties `:` and `,` as well.

use std::fmt::Write as _;

use super::human::place;
use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::words::count;
use crate::wire::{FindingRow, Report, RuleCard, Severity, Status};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "github", title: "report as workflow commands", render: Render::Report(render) };

/// Returns a command for the verdict, then one for each finding. History and suppressed findings are notices.
pub fn render(report: &Report, _rules: &[RuleCard], _look: &Look) -> String {
    let verdict = &report.verdict;
    let level = match verdict.status {
        Status::Fail | Status::Unknown => "error",
        Status::Warn => "warning",
        Status::Pass => "notice",
    };
    let mut said = vec![verdict.reason.clone()];
    said.extend(report.doubts.iter().map(|doubt| format!("Not known: {doubt}.")));
    said.extend(verdict.next_steps.iter().map(|step| format!("Next: {}", step.title)));
    let mut out = String::new();
    let title = format!("Retort: {}", verdict.headline);
    let _ = writeln!(out, "::{level} title={}::{}", property(&title), data(&said));
    for row in &report.findings {
        finding(row, &mut out);
    }
    let number = count(report.findings.len(), "finding", "findings");
    let _ = writeln!(out, "Retort: {}, {number}", verdict.status.word());
    out
}

fn finding(row: &FindingRow, out: &mut String) {
    let level = match row.severity {
        _ if !row.pending || row.suppressed.is_some() => "notice",
        Severity::Blocker | Severity::Danger => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    let mut properties = Vec::new();
    if !row.file.is_empty() {
        properties.push(format!("file={}", property(&row.file)));
    }
    if row.line > 0 {
        properties.push(format!("line={},endLine={}", row.line, row.end_line.max(row.line)));
        // GitHub takes columns of one line only.
        if row.column > 0 && row.end_line <= row.line {
            properties.push(format!("col={}", row.column));
        }
    }
    let state = match &row.suppressed {
        Some(_) => " (suppressed)",
        None if !row.pending => " (history)",
        None => "",
    };
    properties.push(format!(
        "title={}{state}",
        property(&format!("{} {}", row.severity.word(), row.rule))
    ));
    let mut said = vec![format!("{} ({})", row.title, place(row))];
    said.extend(row.suppressed.iter().map(|it| format!("Suppressed: {}", it.reason)));
    said.extend(row.evidence.iter().map(|one| format!("- {}", one.text)));
    said.push(format!("Instead: {}", row.remedy.summary));
    said.extend(row.remedy.steps.iter().map(|step| format!("* {}", step.text)));
    let _ = writeln!(out, "::{level} {}::{}", properties.join(","), data(&said));
}

fn data(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| visible(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    visible(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn every_finding_is_one_line_with_its_place() {
        let mut report = fixture::report(12, 2);
        report.findings[0].file = "a,b:c%.sql".to_owned();
        report.findings[0].title = "x\n::stop-commands::y 100%".to_owned();
        let text = render(&report, &[], &Look::plain());
        assert_eq!(text.lines().count(), 2 + report.findings.len());
        let line = text.lines().nth(1).unwrap();
        assert!(line.starts_with("::error file=a%2Cb%3Ac%25.sql,line="), "{line}");
        assert!(line.contains("x\\u{a}::stop-commands::y 100%25"), "{line}");
        assert!(text.lines().all(|line| line.starts_with("::") || line.starts_with("Retort: ")));
    }
}
