//! A report as one HTML file: no script, nothing loaded, light and dark, fit to print.
//!
//! Its policy allows its own style and nothing else, by that style's digest.

use std::fmt::Write as _;

use super::human::place;
use super::svg::{self, escaped};
use super::{Look, Render, Renderer};
use crate::wire::words::{count, thousands};
use crate::wire::{FindingRow, Report, RuleCard, Severity, Status};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "html", title: "report as a page", render: Render::Report(render) };

const STYLE: &str = include_str!("html.css");
/// SHA-256 of [`STYLE`], as policies write it.
const STYLE_DIGEST: &str = "/yvwhC/5kQyXqPfNjl5ClXoJNNBHcgQiVvZzNccb1R4=";

/// Returns the page.
pub fn render(report: &Report, _rules: &[RuleCard], _look: &Look) -> String {
    let verdict = &report.verdict;
    let mut out = String::new();
    let headline = escaped(&verdict.headline);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'sha256-{STYLE_DIGEST}'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{headline} \
         · Retort</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    );
    let (word, class) = sign(verdict.status);
    let diagnosis = verdict.diagnosis.map(|it| format!(" · {}", it.word())).unwrap_or_default();
    let _ = writeln!(
        out,
        "<h1>{headline}</h1>\n<p><span class=\"word {class}\">{word}{diagnosis}</span> {}</p>",
        prose(&verdict.reason)
    );
    if !verdict.next_steps.is_empty() {
        out.push_str("<h2>What to do next</h2>\n<ol>\n");
        for step in &verdict.next_steps {
            let command = step.command.as_ref().map(|it| pre(it)).unwrap_or_default();
            let _ = writeln!(out, "<li>{}{command}</li>", prose(&step.title));
        }
        out.push_str("</ol>\n");
    }
    list(&mut out, "Not known", report.doubts.iter().map(|doubt| prose(&format!("{doubt}."))));
    findings(&mut out, "Deciding", report, |row| row.pending && row.suppressed.is_none(), true);
    findings(&mut out, "Suppressed", report, |row| row.suppressed.is_some(), false);
    let history = |row: &FindingRow| !row.pending && row.suppressed.is_none();
    findings(&mut out, "In the history, not deciding", report, history, false);
    if report.chains.iter().any(|chain| !chain.revisions.is_empty()) {
        let _ = write!(out, "<h2>Chain</h2>\n<div class=\"wide\">{}</div>\n", svg::inline(report));
    }
    inputs(&mut out, report);
    let settings = report.settings.iter().map(|row| escaped(&row.with_place()));
    list(&mut out, "Settings", settings);
    let rows = report.missing();
    let rows = rows.iter().map(|(why, rules)| prose(&format!("`{}`: {why}", rules.join("`, `"))));
    list(&mut out, "Not evaluated", rows);
    let stats = &report.stats;
    let _ = write!(
        out,
        "<p class=\"faint\">Understood {} of {}; {}; {}.</p>\n</body>\n</html>\n",
        thousands(stats.understood),
        count(stats.statements, "statement", "statements"),
        count(stats.revisions, "revision", "revisions"),
        count(stats.rules, "rule", "rules")
    );
    out
}

fn sign(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Pass => ("✓ pass", "good"),
        Status::Warn => ("! warn", "doubt"),
        Status::Unknown => ("? unknown", "doubt"),
        Status::Fail => ("✗ fail", "bad"),
    }
}

fn list(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let items: String = lines.map(|line| format!("<li>{line}</li>\n")).collect();
    if !items.is_empty() {
        let _ = write!(out, "<h2>{title}</h2>\n<ul>\n{items}</ul>\n");
    }
}

fn findings(
    out: &mut String,
    title: &str,
    report: &Report,
    is_one: impl Fn(&FindingRow) -> bool,
    open: bool,
) {
    let rows: Vec<&FindingRow> = report.findings.iter().filter(|row| is_one(row)).collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "<h2>{title}: {}</h2>", count(rows.len(), "finding", "findings"));
    for row in rows {
        finding(out, row, open);
    }
}

fn finding(out: &mut String, row: &FindingRow, open: bool) {
    let class = match row.severity {
        Severity::Blocker | Severity::Danger => "bad",
        Severity::Warning => "doubt",
        Severity::Notice => "faint",
    };
    let rule = row.cause.as_ref().map_or(row.rule.clone(), |cause| format!("{}/{cause}", row.rule));
    let _ = writeln!(
        out,
        "<details{}><summary><span class=\"word {class}\">{}</span> <h3>{}</h3> <span class=\"faint\">{} · {} · \
         {}</span></summary>",
        if open { " open" } else { "" },
        row.severity.word(),
        prose(&row.title),
        escaped(&rule),
        row.certainty.word(),
        escaped(&place(row))
    );
    if let Some(it) = &row.suppressed {
        let until = it.until.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
        let _ = writeln!(out, "<p>Suppressed: {}</p>", escaped(&format!("{}{until}", it.reason)));
    }
    if let Some(excerpt) = &row.excerpt {
        let _ = writeln!(out, "{}", pre(excerpt));
    }
    let evidence = row.evidence.iter().map(|one| {
        let place = one.file.as_ref().map(|file| match one.line {
            0 => format!(" ({file})"),
            line => format!(" ({file}:{line})"),
        });
        format!("<li>{}{}</li>\n", prose(&one.text), escaped(&place.unwrap_or_default()))
    });
    let evidence: String = evidence.collect();
    if !evidence.is_empty() {
        let _ = write!(out, "<ul>\n{evidence}</ul>\n");
    }
    let _ = writeln!(out, "<p><b>Instead:</b> {}</p>", prose(&row.remedy.summary));
    let steps = row.remedy.steps.iter().map(|step| {
        let code = step.code.as_ref().map(|code| pre(code)).unwrap_or_default();
        format!("<li>{}{code}</li>\n", prose(&step.text))
    });
    let steps: String = steps.collect();
    if !steps.is_empty() {
        let _ = write!(out, "<ol>\n{steps}</ol>\n");
    }
    out.push_str("</details>\n");
}

fn inputs(out: &mut String, report: &Report) {
    if report.inputs.is_empty() {
        return;
    }
    out.push_str("<h2>Inputs</h2>\n<table>\n<tr><th>file</th><th>kind</th><th>role</th><th>understood</th></tr>\n");
    for row in &report.inputs {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&row.name),
            row.kind.title(),
            row.role.map_or("", |role| role.word()),
            match row.unreadable {
                true => "couldn't be read".to_owned(),
                false => format!("{} of {}", row.understood.statements, row.understood.of),
            }
        );
    }
    out.push_str("</table>\n");
}

/// What stands between backticks is code.
fn prose(text: &str) -> String {
    let text = escaped(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text;
    }
    let code = |(ix, part): (usize, &str)| match ix % 2 {
        1 => format!("<code>{part}</code>"),
        _ => part.to_owned(),
    };
    parts.into_iter().enumerate().map(code).collect()
}

fn pre(code: &str) -> String {
    // Printed in a log of GitHub's, a line with colons in front would be a command.
    let lines: Vec<String> =
        code.lines().map(|line| escaped(line).replace("::", ":&#58;")).collect();
    format!("<pre>{}</pre>", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn the_policy_names_the_style_that_is_there() {
        use sha2::{Digest as _, Sha256};
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digest = Sha256::digest(STYLE.as_bytes());
        let mut text = String::new();
        for three in digest.chunks(3) {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            let bits = bits << (8 * (3 - three.len()));
            for place in 0..=three.len() {
                text.push(char::from(letters[(bits >> (18 - 6 * place) & 63) as usize]));
            }
        }
        text.push('=');
        assert_eq!(STYLE_DIGEST, text, "write this into STYLE_DIGEST");
    }

    #[test]
    fn nothing_runs_is_loaded_or_leads_away() {
        let mut report = fixture::report(12, 4);
        report.verdict.reason = "<script>x</script> `<b>`".to_owned();
        report.findings[0].excerpt = Some("</pre><img src=x onerror=y>".to_owned());
        let page = render(&report, &[], &Look::plain());
        for never in ["<script", "<img", "<link", "<iframe", "href=", "src=\"", "style=\"", "url("]
        {
            assert!(!page.contains(never), "{never}");
        }
        assert!(page.contains("&lt;script&gt;x&lt;/script&gt; <code>&lt;b&gt;</code>"));
        assert_eq!(page.matches("<details").count(), page.matches("</details>").count());
    }

    #[test]
    fn two_hundred_findings_are_a_small_file() {
        let page = render(&fixture::report(50, 200), &[], &Look::plain());
        assert!(page.len() <= 300_000, "{}", page.len());
    }
}
