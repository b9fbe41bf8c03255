//! What the given schemas have apart.

use crate::renderers::rule_human::capital;
use crate::renderers::terminal::{Ink, Page};
use crate::wire::schema::OriginView;
use crate::wire::words::count;
use crate::wire::{ComparisonView, Part, PartLine, Report, Sign};

/// Lines of one comparison; the JSON has the others.
const LINES_MAX: usize = 16;

/// Every comparison: its answer, and the first of what differs.
pub(super) fn all(report: &Report, page: &mut Page<'_>) {
    if report.comparisons.is_empty() {
        return;
    }
    page.heading("Schemas");
    for one in &report.comparisons {
        let ink = if one.same { Ink::Good } else { Ink::Plain };
        page.prose("", &format!("{}: {}", capital(&one.title), one.answer), ink);
        differences(one, page);
    }
}

/// A comparison in lines of its own, for lists.
pub(in crate::renderers) fn told(one: &ComparisonView) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", capital(&one.title), one.answer)];
    for part in &one.parts {
        let head = format!("{} `{}`", part.kind.word(), part.name);
        if part.lines.is_empty() {
            lines.push(format!("{} {head}{}", sign(part.sign), place(part.origin.as_ref())));
        }
        let told = |line: &PartLine| {
            format!("{} {head}: `{}`{}", sign(line.sign), line.text, place(line.origin.as_ref()))
        };
        lines.extend(part.lines.iter().map(told));
    }
    let left = lines.len().saturating_sub(LINES_MAX + 1);
    if left > 0 {
        lines.truncate(LINES_MAX + 1);
        lines.push(format!("and {}", count(left, "more line", "more lines")));
    }
    lines
}

fn differences(one: &ComparisonView, page: &mut Page<'_>) {
    let mut shown = 0;
    for part in &one.parts {
        if shown >= LINES_MAX {
            break;
        }
        head(part, page);
        let room = LINES_MAX - shown;
        part.lines.iter().take(room).for_each(|one| line(one, page));
        shown += part.lines.len().min(room).max(1);
    }
    let left = one.differences.saturating_sub(shown);
    if left > 0 {
        let more = count(left, "difference", "differences");
        page.prose("  ", &format!("and {more} more (--format json lists them)"), Ink::Faint);
    }
}

fn head(part: &Part, page: &mut Page<'_>) {
    let place = place(part.origin.as_ref());
    let unsure = if part.open { ", as far as is known" } else { "" };
    let text = format!("{} `{}`{unsure}{place}", part.kind.word(), part.name);
    page.prose(&format!("  {} ", sign(part.sign)), &text, ink(part.sign));
}

fn line(one: &PartLine, page: &mut Page<'_>) {
    let place = place(one.origin.as_ref());
    let text = match (&one.was, one.text.split_once(": ")) {
        // What it is about stands once.
        (Some(was), Some((about, now))) => {
            let was = was.strip_prefix(about).unwrap_or(was).trim_start_matches(": ");
            format!("{about}: {was} → {now}{place}")
        }
        _ => format!("{}{place}", one.text),
    };
    page.prose(&format!("      {} ", sign(one.sign)), &text, ink(one.sign));
}

fn place(origin: Option<&OriginView>) -> String {
    origin.map(|of| format!(" ({}, {}:{})", of.revision, of.file, of.line)).unwrap_or_default()
}

fn sign(sign: Sign) -> char {
    match sign {
        Sign::Same => ' ',
        Sign::Added => '+',
        Sign::Removed => '-',
        Sign::Changed => '~',
    }
}

fn ink(sign: Sign) -> Ink {
    match sign {
        Sign::Same => Ink::Faint,
        Sign::Added => Ink::Good,
        Sign::Removed => Ink::Bad,
        Sign::Changed => Ink::Doubtful,
    }
}
