//! A report as Markdown, for a pull request or a ticket.
//!
//! GitHub takes 65,536 characters in a comment. What would go beyond is left out from the end, and counted.

use std::fmt::Write as _;

use super::human::{comparisons, one_cause, place};
use super::marked::{block, code, text};
use super::rule_human::capital;
use super::visible::visible;
use super::{Look, Render, Renderer, mermaid};
use crate::wire::words::count;
use crate::wire::{FindingRow, Language, Report, RuleCard};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "markdown", title: "report as Markdown", render: Render::Report(render) };

/// Characters that are filled with findings told in full; the rest of a comment's 65,536 is for what follows.
const CHARS_MAX: usize = 40_000;
/// Rows of the table of findings.
const ROWS_MAX: usize = 100;
/// Lines of a list: of doubts, of rules that were not evaluated.
const LIST_MAX: usize = 30;
/// Revisions up to which a chain is drawn: beyond, Mermaid refuses the text, and nobody reads the picture.
const REVISIONS_DRAWN_MAX: usize = 80;
/// Characters of code or excerpt in one finding.
const CODE_CHARS_MAX: usize = 2_000;

/// Returns the verdict, what to do, the findings as a table and one by one, and the chain.
pub fn render(report: &Report, _rules: &[RuleCard], _look: &Look) -> String {
    let verdict = &report.verdict;
    let mut out = String::new();
    let _ = writeln!(out, "## {}\n", text(&verdict.headline));
    let diagnosis = verdict.diagnosis.map(|it| format!(" · {}", it.word())).unwrap_or_default();
    let word = verdict.status.word();
    let _ = writeln!(out, "**{}**{diagnosis}: {}", capital(word), text(&verdict.reason));
    if let Some(line) = one_cause(report) {
        let _ = writeln!(out, "\n{line}");
    }
    if !verdict.next_steps.is_empty() {
        out.push_str("\n### What to do next\n\n");
        for (ix, step) in verdict.next_steps.iter().enumerate() {
            let command = step.command.as_ref().map(|it| format!(": {}", code(&one_line(it))));
            let _ =
                writeln!(out, "{}. {}{}", ix + 1, text(&step.title), command.unwrap_or_default());
        }
    }
    list(&mut out, "Not known", report.doubts.iter().cloned());
    let schemas: Vec<String> = report.comparisons.iter().flat_map(comparisons::told).collect();
    list(&mut out, "Schemas", schemas.into_iter());
    let open = |row: &&FindingRow| row.pending && row.suppressed.is_none();
    let history = |row: &&FindingRow| !row.pending && row.suppressed.is_none();
    let deciding: Vec<&FindingRow> = report.findings.iter().filter(open).collect();
    table(&mut out, "Deciding", &deciding);
    let rows: Vec<&FindingRow> = report.findings.iter().filter(history).collect();
    table(&mut out, "In the history, not deciding", &rows);
    suppressed(&mut out, report);
    in_full(&mut out, &deciding);
    chain(&mut out, report);
    list(
        &mut out,
        "Not evaluated",
        report.missing().iter().map(|(why, rules)| format!("`{}`: {why}", rules.join("`, `"))),
    );
    list(
        &mut out,
        "Settings",
        report.settings.iter().map(|row| format!("`{} = {}`", row.key, row.value)),
    );
    out
}

fn list(out: &mut String, title: &str, lines: impl ExactSizeIterator<Item = String>) {
    let number = lines.len();
    if number == 0 {
        return;
    }
    let _ = writeln!(out, "\n### {title}\n");
    for line in lines.take(LIST_MAX) {
        let _ = writeln!(out, "- {}", text(&line));
    }
    if number > LIST_MAX {
        let _ = writeln!(out, "- and {} more", number - LIST_MAX);
    }
}

fn table(out: &mut String, title: &str, rows: &[&FindingRow]) {
    if rows.is_empty() {
        return;
    }
    let number = count(rows.len(), "finding", "findings");
    let _ = writeln!(
        out,
        "\n### {title}: {number}\n\n| severity | finding | rule | where |\n| --- | --- | --- | --- |"
    );
    for row in rows.iter().take(ROWS_MAX) {
        let (severity, title) = (row.severity.word(), text(&row.title));
        let _ =
            writeln!(out, "| {severity} | {title} | {} | {} |", code(&row.rule), code(&place(row)));
    }
    if rows.len() > ROWS_MAX {
        let _ = writeln!(out, "\nand {} more", rows.len() - ROWS_MAX);
    }
}

fn suppressed(out: &mut String, report: &Report) {
    let rows = report.findings.iter().filter_map(|row| {
        let it = row.suppressed.as_ref()?;
        let until = it.until.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
        Some(format!("{} (`{}`, `{}`): {}{until}", row.title, row.rule, place(row), it.reason))
    });
    let rows: Vec<String> = rows.collect();
    list(
        out,
        &format!("Suppressed: {}", count(rows.len(), "finding", "findings")),
        rows.into_iter(),
    );
}

fn in_full(out: &mut String, rows: &[&FindingRow]) {
    for (ix, row) in rows.iter().enumerate() {
        let mut own = String::new();
        finding(&mut own, row);
        if out.chars().count() + own.chars().count() > CHARS_MAX {
            let left = count(rows.len() - ix, "finding is", "findings are");
            let _ = writeln!(out, "\n{left} not told in full here: the comment would be too long.");
            return;
        }
        out.push_str(&own);
    }
}

fn finding(out: &mut String, row: &FindingRow) {
    let _ = writeln!(out, "\n#### {}: {}\n", capital(row.severity.word()), text(&row.title));
    let rule = row.cause.as_ref().map_or(row.rule.clone(), |cause| format!("{}/{cause}", row.rule));
    let _ = writeln!(out, "{} · {} · {}\n", code(&rule), row.certainty.word(), code(&place(row)));
    if let Some(excerpt) = &row.excerpt {
        let language = if row.file.ends_with(".py") { "python" } else { "sql" };
        let _ = writeln!(out, "{}", fenced(language, excerpt));
    }
    for evidence in &row.evidence {
        let _ = writeln!(out, "- {}", text(&evidence.text));
    }
    let _ = writeln!(out, "\n**Instead:** {}\n", text(&row.remedy.summary));
    for (ix, step) in row.remedy.steps.iter().enumerate() {
        let _ = writeln!(out, "{}. {}", ix + 1, text(&step.text));
        if let Some(own) = &step.code {
            let language = match step.language {
                Some(Language::Python) => "python",
                Some(Language::Shell) => "sh",
                Some(Language::Sql) | None => "sql",
            };
            // Indented, it stays in the list.
            let indented = fenced(language, own).replace('\n', "\n   ");
            let _ = writeln!(out, "\n   {}", indented.trim_end());
        }
    }
}

fn fenced(language: &str, own: &str) -> String {
    let mut cut: String = own.chars().take(CODE_CHARS_MAX).collect();
    if cut.len() < own.len() {
        cut.push('…');
    }
    let lines: Vec<String> = cut.lines().map(visible).collect();
    block(language, &lines)
}

fn one_line(command: &str) -> String {
    command.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn chain(out: &mut String, report: &Report) {
    let revisions: usize = report.chains.iter().map(|chain| chain.revisions.len()).sum();
    match revisions {
        0 => {}
        1..=REVISIONS_DRAWN_MAX => {
            let drawn: Vec<String> =
                mermaid::render(report, &Look::plain()).lines().map(str::to_owned).collect();
            let _ = writeln!(out, "\n### Chain\n\n{}", block("mermaid", &drawn));
        }
        _ => {
            let _ =
                writeln!(out, "\n### Chain\n\n{revisions} revisions; `retort chain` draws them.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn a_comment_fits_whatever_the_report() {
        for (revisions, findings) in [(12, 1), (12, 4), (80, 2_000), (3_000, 500)] {
            let text = render(&fixture::report(revisions, findings), &[], &Look::plain());
            assert!(text.chars().count() < 65_536, "{findings}: {}", text.chars().count());
        }
    }

    #[test]
    fn names_stay_in_their_cells() {
        let mut report = fixture::report(12, 1);
        report.findings[0].title = "Drops `a|b` | <img src=x> @me".to_owned();
        let text = render(&report, &[], &Look::plain());
        let row = text.lines().find(|line| line.starts_with("| ") && line.contains("img")).unwrap();
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 5, "{row}");
        assert!(row.contains("\\<img src\\=x\\>") && row.contains("@<!-- -->me"), "{row}");
    }
}
