//! The text of an Alembic revision file, for all who write one.

/// What stands in a revision file. Text in docstring and notes loses what could end it; lines of code are
/// taken as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct RevisionFile<'a> {
    pub id: &'a str,
    /// The revisions that it follows; a comment asks for them when there are none.
    pub down: &'a [String],
    pub message: &'a str,
    /// Lines of the docstring.
    pub notes: &'a [String],
    /// Import lines beside those of `op` and `sa`.
    pub imports: &'a [String],
    /// Lines inside of the functions.
    pub upgrade: &'a [String],
    pub downgrade: &'a [String],
}

impl RevisionFile<'_> {
    /// Returns the file, as Alembic's own template lays it out.
    pub fn text(&self) -> String {
        let mut out = format!("\"\"\"{}\n\nRevision ID: ", docstring(self.message));
        let mut line = |parts: &[&str]| {
            parts.iter().for_each(|part| out.push_str(part));
            out.push('\n');
        };
        line(&[&docstring(self.id)]);
        line(&[&revises(self.down)]);
        if !self.notes.is_empty() {
            line(&[]);
        }
        for note in self.notes {
            line(&[&docstring(note)]);
        }
        line(&["\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa"]);
        for import in self.imports {
            line(&[import]);
        }
        line(&["\nrevision = ", &python_text(self.id)]);
        if self.down.is_empty() {
            line(&["# The revision that this one follows is not known: name it here."]);
        }
        line(&[&down_revision(self.down)]);
        line(&["branch_labels = None\ndepends_on = None"]);
        for (name, lines) in [("upgrade", self.upgrade), ("downgrade", self.downgrade)] {
            line(&["\n\ndef ", name, "() -> None:"]);
            if lines.is_empty() {
                line(&["    pass"]);
            }
            for code in lines {
                line(&["    ", code]);
            }
        }
        out
    }
}

/// Returns the text of a revision file, made by [`RevisionFile::text`] to follow `from`, so that it follows `to`.
pub fn moved(text: &str, from: &[String], to: &[String]) -> String {
    let whole = |line: String| ["\n", &line, "\n"].concat();
    [revises, down_revision]
        .into_iter()
        .fold(text.to_owned(), |text, line| text.replacen(&whole(line(from)), &whole(line(to)), 1))
}

fn revises(ids: &[String]) -> String {
    ["Revises: ", &docstring(&ids.join(", "))].concat()
}

fn down_revision(ids: &[String]) -> String {
    ["down_revision = ", &parents(ids)].concat()
}

/// Returns parents as `down_revision` has them.
pub fn parents(ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| python_text(id)).collect();
    match ids.as_slice() {
        [] => "None".to_owned(),
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    }
}

/// Returns a text as Python writes it.
pub fn python_text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
}

/// A line inside of the docstring.
fn docstring(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "'")
}
