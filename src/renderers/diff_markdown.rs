//! What two schemas have apart, for a pull request or a ticket.

use std::fmt::Write as _;

use super::marked::{block, code, text};
use super::visible::visible;
use super::{Look, Render, Renderer, diff_human};
use crate::wire::diff::DiffView;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "markdown", title: "differences as Markdown", render: Render::Diff(render) };

/// Returns a heading with the answer, a `diff` block for each table, and what is not known.
pub fn render(diff: &DiffView, _look: &Look) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "### {}\n", text(&diff_human::sentence(diff)));
    let _ = writeln!(out, "- from {}", code(&diff_human::end(&diff.from)));
    let _ = writeln!(out, "- to {}", code(&diff_human::end(&diff.to)));
    let mut title = String::new();
    let mut lines: Vec<String> = Vec::new();
    for one in &diff.differences {
        let own = diff_human::title(one);
        if own != title {
            close(&mut out, &mut lines);
            let _ = writeln!(out, "\n#### {}\n", code(&own));
            title = own;
        }
        lines.push(format!("{} {}", sign(one.kind.sign()), visible(&diff_human::line(one))));
        lines.extend(diff_human::hanging(one).map(|text| format!("#     {}", visible(&text))));
    }
    close(&mut out, &mut lines);
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n#### {title}\n");
            for line in lines {
                let _ = writeln!(out, "- {}", text(&line));
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

fn close(out: &mut String, lines: &mut Vec<String>) {
    if !lines.is_empty() {
        out.push_str(&block("diff", lines));
        lines.clear();
    }
}
