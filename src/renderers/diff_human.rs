//! What two schemas have apart, for the terminal.

use super::terminal::{Ink, Page};
use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::ObjectRef;
use crate::wire::diff::{DiffView, DifferenceKind, DifferenceView, EndView, UndecidedDifference};
use crate::wire::words::count;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "human", title: "differences for the terminal", render: Render::Diff(render) };

/// Returns the answer in a sentence, differences by table, guesses at renames, then what is undecided.
pub fn render(diff: &DiffView, look: &Look) -> String {
    let mut page = Page::new(look);
    let ink = if diff.same { Ink::Good } else { Ink::Strong };
    page.prose("", &sentence(diff), ink);
    page.prose("  ", &format!("from {}", end(&diff.from)), Ink::Faint);
    page.prose("  ", &format!("to   {}", end(&diff.to)), Ink::Faint);
    let mut heading = String::new();
    for one in &diff.differences {
        let title = title(one);
        if title != heading {
            page.heading(&visible(&title));
            heading = title;
        }
        difference(&mut page, one);
    }
    if !diff.renames.is_empty() {
        page.heading("Perhaps renamed (--renames takes the likely ones for renames)");
        for one in &diff.renames {
            let line = format!(
                "{} was `{}`: {} ({})",
                one.object.label(),
                one.from,
                one.likelihood,
                one.reason
            );
            page.prose("  > ", &line, Ink::Plain);
        }
    }
    if !diff.undecided.is_empty() {
        page.heading("Not known");
        for line in all_undecided(diff) {
            page.prose("  ? ", &line, Ink::Doubtful);
        }
    }
    page.finish()
}

/// The answer in one sentence.
pub(super) fn sentence(diff: &DiffView) -> String {
    let total = diff.counts.total();
    let open = diff.counts.undecided;
    let order = match diff.counts.reordered {
        0 => String::new(),
        tables => format!("; columns in another order in {}", count(tables, "table", "tables")),
    };
    match (total, open) {
        (0, 0) => format!("The schemas are the same{order}."),
        (0, open) => {
            let open = count(open, "thing is", "things are");
            format!("No difference was found, but {open} not known{order}.")
        }
        (total, 0) => format!("{}{order}.", count(total, "difference", "differences")),
        (total, open) => format!(
            "{}, and {} not known{order}.",
            count(total, "difference", "differences"),
            count(open, "thing is", "things are")
        ),
    }
}

/// One side in words.
pub(super) fn end(end: &EndView) -> String {
    let at = match end.at.as_slice() {
        [] => String::new(),
        at => format!(" at {}", at.join(", ")),
    };
    format!("{}: {}{at}, {}", end.name, end.what, count(end.tables, "table", "tables"))
}

/// The table that a difference is in, or what kind of object it is about.
pub(super) fn title(one: &DifferenceView) -> String {
    match &one.object.table {
        Some(table) => match &one.object.schema {
            Some(schema) => format!("{schema}.{table}"),
            None => table.clone(),
        },
        None => "Beside tables".to_owned(),
    }
}

fn difference(page: &mut Page<'_>, one: &DifferenceView) {
    let ink = match one.kind {
        DifferenceKind::Added => Ink::Good,
        DifferenceKind::Removed => Ink::Bad,
        DifferenceKind::Changed | DifferenceKind::Renamed => Ink::Doubtful,
        DifferenceKind::Reordered => Ink::Faint,
    };
    page.prose(&format!("  {} ", one.kind.sign()), &line(one), ink);
    if let Some(hanging) = hanging(one) {
        page.prose("      ", &hanging, Ink::Doubtful);
    }
    for cause in &one.causes {
        let place = match &cause.file {
            Some(file) => format!(" ({file}:{})", cause.line),
            None => String::new(),
        };
        let text = format!("{} {}{place}", cause.revision, cause.what);
        page.prose("      ", &text, Ink::Faint);
    }
}

/// What hangs on something that is gone, briefly.
pub(super) fn hanging(one: &DifferenceView) -> Option<String> {
    let name = |of: &ObjectRef| [of.kind.word(), " ", &of.label()].concat();
    let mut names: Vec<String> = one.dependents.iter().take(HANGING_SHOWN).map(name).collect();
    let more = one.dependents.len().saturating_sub(HANGING_SHOWN);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    (!names.is_empty()).then(|| ["hangs on it: ", &names.join(", ")].concat())
}

/// How many are named; JSON lists them all.
const HANGING_SHOWN: usize = 5;

/// A difference in one line, without its sign.
pub(super) fn line(one: &DifferenceView) -> String {
    let object = match &one.object.name {
        Some(name) => format!("{} {name}", one.object.kind.word()),
        None => one.object.kind.word().to_owned(),
    };
    let aspect = one.aspect.as_ref().map(|aspect| format!(" {aspect}")).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let sure = if one.certain { "" } else { " (as far as is known)" };
    let body = match one.kind {
        DifferenceKind::Added => match &one.after {
            Some(after) => format!("{object}: {after}"),
            None => object,
        },
        DifferenceKind::Removed => match &one.before {
            Some(before) => format!("{object}: {before}"),
            None => object,
        },
        DifferenceKind::Changed => {
            format!("{object}{aspect}: {} → {}", text(&one.before), text(&one.after))
        }
        DifferenceKind::Renamed => format!("{object}, which was {}", text(&one.before)),
        DifferenceKind::Reordered => {
            format!("columns in another order: {} → {}", text(&one.before), text(&one.after))
        }
    };
    format!("{body}{sure}")
}

/// Every undecided entry in a line; what both sides ran alike is said in one.
pub(super) fn all_undecided(diff: &DiffView) -> Vec<String> {
    let is_shared = |one: &&UndecidedDifference| one.side.as_deref() == Some("both");
    let shared = diff.undecided.iter().filter(is_shared).count();
    let mut lines: Vec<String> =
        diff.undecided.iter().filter(|one| !is_shared(one)).map(undecided).collect();
    if shared > 0 {
        let steps = count(shared, "step", "steps");
        lines.push(format!(
            "both: {steps} of revisions that both sides ran (--format json lists them)"
        ));
    }
    lines
}

/// An undecided entry in one line.
fn undecided(one: &UndecidedDifference) -> String {
    let side = match one.side.as_deref() {
        Some(side) => format!("{side}: "),
        None => String::new(),
    };
    let place = match &one.file {
        Some(file) => format!(" ({file}:{})", one.line),
        None => String::new(),
    };
    let affects = match one.affects.as_slice() {
        [] => String::new(),
        [all] if all == "*" => ", which could affect anything".to_owned(),
        tables => format!(" — {}", tables.join(", ")),
    };
    format!("{side}{}{place}{affects}", one.what)
}
