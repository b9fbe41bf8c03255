//! Every way out that is a file, as one patch that `git apply` takes.
//!
//! It only adds files, as `retort fix` does. Of two findings about one statement the first has the word.

use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::ordered::{Map, Set};
use crate::wire::{Patch, Report, RuleCard, revision_file};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "patch", title: "ways out as one patch", render: Render::Report(render) };

fn render(report: &Report, _rules: &[RuleCard], _look: &Look) -> String {
    all(report)
}

/// Returns the patch, with the findings it is for above it, which `git apply` passes over.
pub fn all(report: &Report) -> String {
    let (mut tails, mut told) = (Map::default(), Set::default());
    let (mut said, mut files) = (String::new(), Vec::new());
    for row in report.findings.iter().filter(|row| row.suppressed.is_none()) {
        let place = (&row.file, row.line, row.column);
        if row.remedy.patches.is_empty() || row.line > 0 && !told.insert(place) {
            continue;
        }
        said.push_str(&["# ", &visible(&row.title), "\n"].concat());
        files.extend(chained(&row.remedy.patches, &mut tails));
    }
    if files.is_empty() {
        return "# No finding has a way out that is a file.\n".to_owned();
    }
    let mut names = Set::default();
    for patch in files {
        let name = path(&patch.file);
        if !patch.content.is_empty() && names.insert(name.clone()) {
            said.push_str(&added(&name, &patch.content));
        }
    }
    said
}

/// A path that git takes without quotes, within the folder in which the patch is applied.
fn path(file: &str) -> String {
    let parts = file.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..");
    let plain = |part: &str| -> String {
        part.chars()
            .map(|c| if c.is_ascii_alphanumeric() || "._-+@".contains(c) { c } else { '_' })
            .collect()
    };
    parts.map(plain).collect::<Vec<String>>().join("/")
}

fn added(name: &str, content: &str) -> String {
    let lines: Vec<&str> = content.lines().collect();
    let count = lines.len().to_string();
    let head = [
        "diff --git a/",
        name,
        " b/",
        name,
        "\nnew file mode 100644\n--- /dev/null\n+++ b/",
        name,
        "\n@@ -0,0 +1,",
        &count,
        " @@\n",
    ];
    let mut text = head.concat();
    for line in lines {
        text.push_str(&["+", &visible(line), "\n"].concat());
    }
    text
}

/// Each finding's revisions follow the heads as they are; together they follow each other. `tails` says what
/// comes after a revision by now.
pub fn chained(patches: &[Patch], tails: &mut Map<String, String>) -> Vec<Patch> {
    let mut all = patches.to_vec();
    let Some(first) = all.first_mut().filter(|patch| patch.revision.is_some()) else { return all };
    let mut follows: Vec<String> = Vec::new();
    for parent in &first.follows {
        let mut tail = parent.clone();
        while let Some(next) = tails.get(&tail) {
            tail.clone_from(next);
        }
        if !follows.contains(&tail) {
            follows.push(tail);
        }
    }
    if follows != first.follows {
        first.content = revision_file::moved(&first.content, &first.follows, &follows);
        first.follows.clone_from(&follows);
    }
    if let Some(last) = all.last().and_then(|patch| patch.revision.as_ref()) {
        tails.extend(follows.into_iter().filter(|one| one != last).map(|one| (one, last.clone())));
    }
    all
}
