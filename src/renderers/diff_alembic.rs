//! The way from one schema to another as an Alembic revision.

use super::visible::visible;
use super::{Look, Render, Renderer, diff_human, diff_sql};
use crate::wire::diff::{DiffView, WayStep};
use crate::wire::revision_file::RevisionFile;

/// The row of the catalogue.
pub const RENDERER: Renderer = Renderer {
    id: "alembic",
    title: "the way as an Alembic revision",
    render: Render::Diff(render),
};

/// Returns a file for `versions/`. It only adds to a history: the revisions that it follows stay as they are.
pub fn render(diff: &DiffView, _look: &Look) -> String {
    let head = &diff.revision;
    let mut notes = vec![
        format!("From {}", visible(&diff_human::end(&diff.from))),
        format!("to {}.", visible(&diff_human::end(&diff.to))),
    ];
    notes.extend(diff_sql::remarks(diff).iter().map(|text| visible(text)));
    let shown =
        |texts: &[String]| -> Vec<String> { texts.iter().map(|text| visible(text)).collect() };
    RevisionFile {
        id: &visible(&head.id),
        down: &shown(&head.down),
        message: &visible(&head.message),
        notes: &notes,
        imports: &shown(&head.imports),
        upgrade: &function(&diff.way.steps),
        downgrade: &function(&diff.back.steps),
    }
    .text()
}

fn function(steps: &[WayStep]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        lines.extend(step.loses.as_ref().map(|loses| format!("# LOSES {}", visible(loses))));
        lines.extend(step.note.as_ref().map(|note| format!("# {}", visible(note))));
        lines.extend(step.python.iter().map(|line| visible(line)));
    }
    lines
}
