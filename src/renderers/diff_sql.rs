//! The way from one schema to another as a script.

use std::fmt::Write as _;

use super::visible::visible;
use super::{Look, Render, Renderer, diff_human};
use crate::wire::diff::{DiffView, WayStep};
use crate::wire::words::count;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "sql", title: "the way as SQL", render: Render::Diff(render) };

/// Returns statements in an order in which they run. What loses something is marked; what is left out, not
/// known or cannot be written stands in comments at the top.
pub fn render(diff: &DiffView, _look: &Look) -> String {
    let mut out = String::new();
    remark(&mut out, &format!("From {}", diff_human::end(&diff.from)));
    remark(&mut out, &format!("to {}", diff_human::end(&diff.to)));
    for text in remarks(diff) {
        remark(&mut out, &text);
    }
    for step in &diff.way.steps {
        out.push('\n');
        if let Some(loses) = &step.loses {
            remark(&mut out, &format!("LOSES {loses}"));
        }
        if let Some(note) = &step.note {
            remark(&mut out, note);
        }
        for text in &step.sql {
            statement(&mut out, text, &diff.dialect);
        }
    }
    if diff.way.steps.is_empty() {
        remark(&mut out, "Nothing to do.");
    }
    out
}

/// What has to be said before the steps.
pub(super) fn remarks(diff: &DiffView) -> Vec<String> {
    let mut remarks = Vec::new();
    if !diff.undecided.is_empty() {
        let things = count(diff.undecided.len(), "thing is", "things are");
        remarks.push(format!("NOT KNOWN: {things} not decided, and nothing below sees to that:"));
        let lines = diff_human::all_undecided(diff);
        remarks.extend(lines.into_iter().map(|line| format!("  {line}")));
    }
    if !diff.way.missing.is_empty() {
        remarks.push("NOT WRITTEN: these differences stay:".to_owned());
        remarks.extend(diff.way.missing.iter().map(|what| format!("  {what}")));
    }
    if !diff.renames.is_empty() {
        remarks.push("PERHAPS RENAMED, and written as a removal and an addition:".to_owned());
        remarks.extend(diff.renames.iter().map(|one| {
            let (new, reason) = (one.object.label(), &one.reason);
            format!("  `{}` to `{new}`: {} ({reason})", one.from, one.likelihood)
        }));
    }
    if !diff.way.left_out.is_empty() {
        let steps = count(diff.way.left_out.len(), "step that loses", "steps that lose");
        remarks.push(format!("LEFT OUT: {steps} something (--destructive writes them):"));
        remarks.extend(diff.way.left_out.iter().map(left_out));
    }
    remarks
}

fn left_out(step: &WayStep) -> String {
    format!("  {}", step.summary)
}

fn remark(out: &mut String, text: &str) {
    let _ = writeln!(out, "-- {}", visible(text));
}

/// A statement with its semicolon. MySQL's client ends one at every semicolon unless told otherwise.
pub(super) fn statement(out: &mut String, text: &str, dialect: &str) {
    // A line of somebody else's that a build server would obey stays inside of its statement's line.
    let is_command = text.lines().any(|line| line.trim_start().starts_with("::"));
    let lines: Vec<String> = match is_command {
        true => vec![visible(text)],
        false => text.lines().map(visible).collect(),
    };
    let joined = lines.join("\n");
    let _ = match dialect == "mysql" && text.contains(';') {
        true => writeln!(out, "DELIMITER ;;\n{joined};;\nDELIMITER ;"),
        false => writeln!(out, "{joined};"),
    };
}
