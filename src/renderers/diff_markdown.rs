//! What two schemas have apart, for a pull request or a ticket.

use std::fmt::Write as _;

use super::visible::visible;
use super::{Look, Render, Renderer, diff_human};
use crate::wire::diff::DiffView;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "markdown", title: "differences as Markdown", render: Render::Diff(render) };

/// Returns a heading with the answer, a `diff` block for each table, and what is not known.
pub fn render(diff: &DiffView, _look: &Look) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "### {}\n", escaped(&diff_human::sentence(diff)));
    let _ = writeln!(out, "- from {}", code(&diff_human::end(&diff.from)));
    let _ = writeln!(out, "- to {}", code(&diff_human::end(&diff.to)));
    let mut title = String::new();
    let mut block: Vec<String> = Vec::new();
    for one in &diff.differences {
        let own = diff_human::title(one);
        if own != title {
            close(&mut out, &mut block);
            let _ = writeln!(out, "\n#### {}\n", code(&own));
            title = own;
        }
        block.push(format!("{} {}", sign(one.kind.sign()), visible(&diff_human::line(one))));
    }
    close(&mut out, &mut block);
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n#### {title}\n");
            for line in lines {
                let _ = writeln!(out, "- {}", escaped(&line));
            }
        }
    };
    let renames = diff.renames.iter().map(|one| {
        format!("{} was {}: {} ({})", one.object.label(), one.from, one.likelihood, one.reason)
    });
    list("Perhaps renamed", renames.collect());
    list("Not known", diff_human::all_undecided(diff));
    out
}

/// GitHub colours lines of a `diff` block by their first character.
fn sign(sign: char) -> char {
    match sign {
        '+' | '-' => sign,
        _ => '!',
    }
}

fn close(out: &mut String, block: &mut Vec<String>) {
    if block.is_empty() {
        return;
    }
    // A fence longer than any in the text.
    let longest = block.iter().map(|line| runs_of_backticks(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(out, "{fence}diff\n{}\n{fence}", block.join("\n"));
    block.clear();
}

fn runs_of_backticks(line: &str) -> usize {
    line.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(runs_of_backticks(&text) + 1);
    match text.contains('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// Text that is text: no markup, no link, nobody is mentioned.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        if "\\*_{}[]<>()#+!|~&@".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    // Backticks in pairs are code; a single one is a character.
    if out.matches('`').count() % 2 == 1 { out.replace('`', "\\`") } else { out }
}
