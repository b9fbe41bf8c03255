//! Which parts of a report go into a link.

use crate::ordered::Set;

use super::{Choice, HIDING, trim};
use crate::wire::{Kind, Report, Sureness, Understood};

/// A date without its time, which is all that the order of branches needs.
const DATE_CHARS: usize = 10;
/// Characters of a finding's id that a link keeps, where they are enough to tell it from the others.
const ID_CHARS: usize = 8;

/// What a receiver is told of what was hidden.
const HIDDEN: [(&str, &str); 3] = [
    ("paths", "Folders of files are hidden."),
    ("messages", "Messages of revisions are hidden."),
    ("names", "Tables, columns and files have pseudonyms, the same ones throughout."),
];

/// Returns the parts of a report that were chosen.
pub(super) fn held(report: &Report, choice: &Choice) -> Report {
    let mut report = report.clone();
    lighten(&mut report);
    // Code and excerpts hold names in every form.
    let names = choice.has("names");
    let sources = choice.has("sources") && !HIDING.iter().any(|word| choice.has(word));
    if !sources {
        drop_sources(&mut report, choice.has("steps") && !names);
    }
    if choice.has("counts") {
        trim::counts(&mut report);
    } else if choice.has("near") {
        trim::details(&mut report);
        trim::near(&mut report);
    } else if choice.has("details") {
        trim::details(&mut report);
    }
    for (word, said) in HIDDEN {
        if choice.has(word) {
            say(&mut report, said);
        }
    }
    report
}

/// Tells the receiver what a report lacks, once.
pub(super) fn say(report: &mut Report, lacks: &str) {
    if !report.left_out.iter().any(|line| line == lacks) {
        report.left_out.push(lacks.to_owned());
    }
}

/// Takes out what is worked out again by whoever has the inputs, and says nothing of the case.
fn lighten(report: &mut Report) {
    report.comparisons.clear();
    for input in &mut report.inputs {
        input.bytes = 0;
        if input.certainty == Sureness::Certain {
            input.why.clear();
        }
        if input.kind == Kind::AlembicRevision && input.understood.statements == input.understood.of
        {
            input.understood = Understood::default();
        }
    }
    shorten_ids(report);
}

/// File text and what points into it goes; what Retort says about it stays, but for the steps of remedies,
/// which are as long as all the rest.
fn drop_sources(report: &mut Report, steps: bool) {
    for finding in &mut report.findings {
        finding.excerpt = None;
        finding.context = None;
        if !steps {
            finding.remedy.steps.clear();
        }
        finding.remedy.patches.clear();
    }
    for revision in report.chains.iter_mut().flat_map(|chain| &mut chain.revisions) {
        revision.line = 0;
        if let Some(date) = &mut revision.create_date {
            *date = date.chars().take(DATE_CHARS).collect();
        }
    }
    for plan in &mut report.plans {
        plan.remarks.clear();
        for statement in &mut plan.statements {
            statement.text = None;
        }
    }
}

/// The beginning of an id is enough, unless two begin alike.
fn shorten_ids(report: &mut Report) {
    let short = |id: &str| id.chars().take(ID_CHARS).collect::<String>();
    let mut all = Set::new();
    if !report.findings.iter().all(|finding| all.insert(short(&finding.id))) {
        return;
    }
    let statements = report.plans.iter_mut().flat_map(|plan| &mut plan.statements);
    let mentions = statements.flat_map(|statement| &mut statement.findings);
    let because = &mut report.verdict.because;
    let ids = report.findings.iter_mut().map(|finding| &mut finding.id);
    for id in ids.chain(because).chain(mentions) {
        *id = short(id);
    }
}
