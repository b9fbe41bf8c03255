//! The answer, what to do next, and why.

use crate::renderers::rule_human::capital;
use crate::renderers::terminal::{Ink, Page};
use crate::renderers::visible::visible;
use crate::wire::words::{count, thousands};
use crate::wire::{FindingRow, Report, Severity, Status, Verdict};

/// The headline and its reason.
pub fn answer(report: &Report, page: &mut Page<'_>) {
    let verdict = &report.verdict;
    let (mark, word, ink) = signs(verdict.status);
    let mut line = format!(
        "{} {}  {}",
        page.look.paint(ink, mark),
        page.look.paint(Ink::Strong, &visible(&verdict.headline)),
        page.look.paint(ink, word)
    );
    if let Some(diagnosis) = verdict.diagnosis {
        line.push_str(&page.look.paint(Ink::Faint, &format!(" · {}", diagnosis.word())));
    }
    page.line(&line);
    page.prose("  ", &verdict.reason, Ink::Plain);
}

/// The way out, numbered.
pub fn next_steps(verdict: &Verdict, page: &mut Page<'_>) {
    if verdict.next_steps.is_empty() {
        return;
    }
    page.heading("What to do next");
    for (ix, step) in verdict.next_steps.iter().enumerate() {
        page.prose(&format!("{:>2}. ", ix + 1), &step.title, Ink::Plain);
        if let Some(command) = &step.command {
            page.code(6, command);
        }
        for file in &step.files {
            page.prose("      ", file, Ink::Faint);
        }
    }
}

/// How many findings go away with the cause that the reason names.
pub fn one_cause(report: &Report) -> Option<String> {
    let joined = report.verdict.joined.len();
    let open = report.findings.iter().filter(|row| row.pending && row.suppressed.is_none()).count();
    (joined > 1).then(|| match joined == open {
        true => format!("All {joined} of its findings have the one cause named above."),
        false => format!("{joined} of its {open} findings have the one cause named above."),
    })
}

/// Deciding findings that are named again; all of them stand above.
const NAMED_MAX: usize = 5;

/// What the verdict rests on, in numbers.
pub fn why(report: &Report, page: &mut Page<'_>) {
    page.heading("Why this verdict");
    let (_, word, _) = signs(report.verdict.status);
    let line = match report.verdict.because.len() {
        0 => format!("{}: {}", capital(&word.to_lowercase()), no_cause(report.verdict.status)),
        number => format!(
            "{}: decided by {}.",
            capital(&word.to_lowercase()),
            count(number, "finding", "findings")
        ),
    };
    page.prose("  ", &line, Ink::Plain);
    if let Some(line) = one_cause(report) {
        page.prose("  ", &line, Ink::Plain);
    }
    for id in report.verdict.because.iter().take(NAMED_MAX) {
        if let Some(finding) = report.findings.iter().find(|finding| finding.id == *id) {
            page.prose("  · ", &format!("{}: {}", finding.rule, finding.title), Ink::Plain);
        }
    }
    if report.verdict.because.len() > NAMED_MAX {
        let more = report.verdict.because.len() - NAMED_MAX;
        page.prose("  · ", &format!("and {} more", thousands(more)), Ink::Plain);
    }
    for doubt in &report.doubts {
        page.prose("  ? ", &format!("{doubt}."), Ink::Plain);
    }
    let tally: Vec<String> = Severity::ALL
        .into_iter()
        .filter_map(|severity| {
            let number = report.findings.iter().filter(|row| is_open(row, severity)).count();
            (number > 0).then(|| format!("{number} {}", severity.word()))
        })
        .collect();
    if !tally.is_empty() {
        page.prose("  ", &format!("Open findings: {}.", tally.join(", ")), Ink::Plain);
    }
    let suppressed = report.findings.iter().filter(|row| row.suppressed.is_some()).count();
    if suppressed > 0 {
        page.prose("  ", &format!("{} suppressed.", thousands(suppressed)), Ink::Plain);
    }
    let stats = &report.stats;
    let line = format!(
        "Understood {} of {}; {}; {} of {} not evaluated.",
        thousands(stats.understood),
        count(stats.statements, "statement", "statements"),
        count(stats.revisions, "revision", "revisions"),
        thousands(report.not_evaluated.len()),
        count(stats.rules, "rule", "rules")
    );
    page.prose("  ", &line, Ink::Plain);
}

fn is_open(row: &FindingRow, severity: Severity) -> bool {
    row.severity == severity && row.pending && row.suppressed.is_none()
}

fn no_cause(status: Status) -> &'static str {
    match status {
        Status::Pass => "no open finding, and everything that could change that was understood.",
        Status::Warn => "something needs a person's decision.",
        Status::Unknown => {
            "something that could change the answer was not given or not understood."
        }
        Status::Fail => "see the reason above.",
    }
}

/// Sign, word and ink of a status; each alone would be enough.
fn signs(status: Status) -> (&'static str, &'static str, Ink) {
    match status {
        Status::Pass => ("✓", "PASS", Ink::Good),
        Status::Warn => ("!", "WARN", Ink::Doubtful),
        Status::Unknown => ("?", "UNKNOWN", Ink::Doubtful),
        Status::Fail => ("✗", "FAIL", Ink::Bad),
    }
}
