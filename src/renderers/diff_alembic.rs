//! The way from one schema to another as an Alembic revision.

use std::fmt::Write as _;

use super::visible::visible;
use super::{Look, Render, Renderer, diff_human, diff_sql};
use crate::wire::diff::{DiffView, WayStep};

/// The row of the catalogue.
pub const RENDERER: Renderer = Renderer {
    id: "alembic",
    title: "the way as an Alembic revision",
    render: Render::Diff(render),
};

/// Returns a file for `versions/`. It only adds to a history: the revisions that it follows stay as they are.
pub fn render(diff: &DiffView, _look: &Look) -> String {
    let head = &diff.revision;
    let mut out = String::new();
    let quoted = |ids: &[String]| match ids {
        [] => "None".to_owned(),
        [one] => python_text(one),
        several => {
            let ids: Vec<String> = several.iter().map(|id| python_text(id)).collect();
            format!("({})", ids.join(", "))
        }
    };
    let _ = writeln!(out, "\"\"\"{}", docstring(&head.message));
    let _ = writeln!(out, "\nRevision ID: {}", docstring(&head.id));
    let _ = writeln!(out, "Revises: {}", docstring(&head.down.join(", ")));
    let _ = writeln!(out, "\nFrom {}", docstring(&diff_human::end(&diff.from)));
    let _ = writeln!(out, "to {}.", docstring(&diff_human::end(&diff.to)));
    for text in diff_sql::remarks(diff) {
        let _ = writeln!(out, "{}", docstring(&text));
    }
    let _ = writeln!(out, "\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa");
    for line in &head.imports {
        let _ = writeln!(out, "{}", visible(line));
    }
    let _ = writeln!(out, "\nrevision = {}", python_text(&head.id));
    if head.down.is_empty() {
        out.push_str("# The revision that this one follows is not known: name it here.\n");
    }
    let _ = writeln!(out, "down_revision = {}", quoted(&head.down));
    out.push_str("branch_labels = None\ndepends_on = None\n");
    for (name, steps) in [("upgrade", &diff.way.steps), ("downgrade", &diff.back.steps)] {
        let _ = writeln!(out, "\n\ndef {name}() -> None:");
        function(&mut out, steps);
    }
    out
}

fn function(out: &mut String, steps: &[WayStep]) {
    if steps.is_empty() {
        out.push_str("    pass\n");
    }
    for step in steps {
        if let Some(loses) = &step.loses {
            let _ = writeln!(out, "    # LOSES {}", visible(loses));
        }
        if let Some(note) = &step.note {
            let _ = writeln!(out, "    # {}", visible(note));
        }
        for line in &step.python {
            let _ = writeln!(out, "    {}", visible(line));
        }
    }
}

/// A line inside of the docstring.
fn docstring(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "'")
}

fn python_text(text: &str) -> String {
    format!("'{}'", visible(text).replace('\\', "\\\\").replace('\'', "\\'"))
}
