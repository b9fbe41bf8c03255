//! The model as views need it: what is on a line, in which order, in which words.

use super::filter::Filter;
use super::model::{
    Engine, LeftOut, LinkState, Model, Notice, NoticeAction, PanelId, Place, Subject,
};
use super::update::is_refusal;
use super::words;
use crate::wire::share::{self, LinkError, Location};
use crate::wire::{FindingRow, Kind, Report, Severity, Status};

/// Returns the page's state, as the root element names it.
pub fn state(model: &Model) -> &'static str {
    if model.run.crash.is_some() {
        return "crashed";
    }
    if matches!(model.link, LinkState::Broken { .. }) {
        return "link-error";
    }
    if model.run.waiting.is_some() && model.run.shown {
        return "working";
    }
    match &model.report {
        Some(report) => status_state(report.verdict.status),
        None if matches!(model.engine, Engine::Unavailable { .. }) => "unavailable",
        None if model.run.due || model.run.waiting.is_some() => "starting",
        None => "empty",
    }
}

fn status_state(status: Status) -> &'static str {
    match status {
        Status::Fail => "blocked",
        Status::Warn => "review",
        Status::Pass => "pass",
        Status::Unknown => "unknown",
    }
}

/// Returns the window's title: verdict and counts.
pub fn title(model: &Model) -> String {
    let Some(report) = &model.report else {
        return words::NAME.to_owned();
    };
    let counts = severity_counts(report);
    let counts = counts.iter().filter(|(_, count)| *count > 0).take(2);
    let counts: Vec<String> =
        counts.map(|&(severity, count)| words::severities(severity, count)).collect();
    let mut title = words::plain(&report.verdict.headline);
    if !counts.is_empty() {
        title.push_str(": ");
        title.push_str(&counts.join(", "));
    }
    title.push_str(" — ");
    title.push_str(words::NAME);
    title
}

/// Returns how many findings that count there are of each severity, worst first.
pub fn severity_counts(report: &Report) -> [(Severity, usize); 4] {
    Severity::ALL.map(|severity| {
        let of_it = report.findings.iter().filter(|finding| {
            finding.severity == severity && finding.suppressed.is_none() && finding.pending
        });
        (severity, of_it.count())
    })
}

/// Returns what a screen reader hears when a review is done.
pub fn verdict_said(report: &Report) -> String {
    let findings = words::count(report.findings.len(), "finding", "findings");
    words::join(&[
        &words::plain(&report.verdict.headline),
        ". ",
        &words::plain(&report.verdict.reason),
        " ",
        &findings,
        ".",
    ])
}

/// Returns what was handed over, in a few words: `2 audits · 1 publish plan · 31 revisions`.
pub fn input_summary(report: &Report) -> String {
    const NAMES: [(&[Kind], &str, &str); 7] = [
        (
            &[Kind::AuditSummary, Kind::AuditConsole, Kind::CollectedAudit, Kind::CatalogRows],
            "audit",
            "audits",
        ),
        (&[Kind::PublishPlan], "publish plan", "publish plans"),
        (&[Kind::AlembicRevision], "revision", "revisions"),
        (&[Kind::SchemaDump], "schema dump", "schema dumps"),
        (&[Kind::Diff], "diff", "diffs"),
        (&[Kind::Sql, Kind::AlembicOfflineSql], "SQL file", "SQL files"),
        (&[Kind::ToolOutput, Kind::AlembicOutput], "output", "outputs"),
    ];
    let mut parts = Vec::new();
    let mut named = 0;
    for (kinds, one, many) in NAMES {
        let count = report.inputs.iter().filter(|input| kinds.contains(&input.kind)).count();
        named += count;
        if count > 0 {
            parts.push(words::count(count, one, many));
        }
    }
    let others = report.inputs.len() - named;
    if others > 0 {
        parts.push(words::count(others, "other file", "other files"));
    }
    parts.join(" · ")
}

/// Returns how many things a panel holds, with no filter; nothing where nobody counted.
pub fn tab_count(report: &Report, panel: PanelId) -> String {
    let count = match panel {
        PanelId::Findings => report.findings.len(),
        PanelId::Chain => report.chains.iter().map(|chain| chain.revisions.len()).sum(),
        PanelId::Plan => report.plans.iter().map(|plan| plan.statements.len()).sum(),
        // What the panel compares unless it is asked for something else.
        PanelId::Schema => {
            let comparisons = &report.comparisons;
            let first = comparisons.iter().find(|it| it.id == "prod-head").or(comparisons.first());
            // No difference among what is known is no nought.
            match first {
                Some(it) if it.same || it.differences > 0 => it.differences,
                _ => return String::new(),
            }
        }
        PanelId::Fixes => {
            let has_way = |finding: &&FindingRow| {
                let remedy = &finding.remedy;
                finding.suppressed.is_none()
                    && !(remedy.steps.is_empty() && remedy.patches.is_empty())
            };
            report.findings.iter().filter(has_way).count()
        }
        PanelId::Inputs => report.inputs.len(),
        PanelId::Rules => report.stats.rules,
    };
    words::number(count)
}

/// Returns the panels that have something to show.
pub fn tabs(report: &Report) -> Vec<PanelId> {
    let shown = |panel: &PanelId| match panel {
        PanelId::Plan => !report.plans.is_empty(),
        PanelId::Rules => false,
        _ => true,
    };
    PanelId::ALL.into_iter().filter(shown).collect()
}

// Findings.

/// Returns the second line of a finding's row: how Retort knows, or what it is about.
pub fn finding_hint(finding: &FindingRow) -> String {
    if let Some(suppressed) = &finding.suppressed {
        return words::join(&["Suppressed: ", &words::visible(&suppressed.reason)]);
    }
    let texts: Vec<String> =
        finding.evidence.iter().take(2).map(|evidence| words::plain(&evidence.text)).collect();
    if !texts.is_empty() {
        return texts.join(" · ");
    }
    let labels: Vec<String> =
        finding.objects.iter().take(3).map(|object| words::visible(&object.label())).collect();
    labels.join(", ")
}

/// Returns `file:line`, the file without its folders.
pub fn finding_place(finding: &FindingRow) -> String {
    let file = finding.file.rsplit('/').next().unwrap_or_default();
    let file = words::visible(file);
    match finding.line {
        0 => file,
        line if finding.end_line > line => {
            words::join(&[&file, ":", &line.to_string(), "–", &finding.end_line.to_string()])
        }
        line => words::join(&[&file, ":", &line.to_string()]),
    }
}

/// Returns what is said of the list's length while somebody types into the filter.
pub fn filter_said(report: &Report, filter: &str) -> String {
    let filter = Filter::read(filter);
    let kept = report.findings.iter().filter(|finding| filter.takes_finding(finding)).count();
    words::join(&[
        &words::number(kept),
        " of ",
        &words::count(report.findings.len(), "finding", "findings"),
    ])
}

/// Returns the finding to look at first: the first that decided, else the worst that counts.
pub fn first_problem(report: &Report) -> Option<String> {
    let findings = &report.findings;
    let decided = |finding: &&FindingRow| report.verdict.because.contains(&finding.id);
    let counts = |finding: &&FindingRow| finding.pending && finding.suppressed.is_none();
    let first = findings.iter().find(decided).or_else(|| findings.iter().find(counts));
    first.map(|finding| finding.id.clone())
}

/// Returns the finding with this id, or the only one whose id begins so.
pub fn finding_named(report: &Report, id: &str) -> Option<Subject> {
    let exact = report.findings.iter().find(|finding| finding.id == id);
    let begins =
        || report.findings.iter().find(|finding| !id.is_empty() && finding.id.starts_with(id));
    exact.or_else(begins).map(|finding| Subject::Finding(finding.id.clone()))
}

/// Returns the revision with this id.
pub fn revision_named(report: &Report, id: &str) -> Option<Subject> {
    let chain = report
        .chains
        .iter()
        .position(|chain| chain.revisions.iter().any(|revision| revision.id == id))?;
    Some(Subject::Revision { chain, id: id.to_owned() })
}

// Subjects.

/// Returns true when the report holds what is selected.
pub fn exists(report: &Report, subject: &Subject) -> bool {
    match subject {
        Subject::Finding(id) => report.findings.iter().any(|finding| finding.id == *id),
        Subject::Revision { chain, id } => report.chains.get(*chain).is_some_and(|chain| {
            chain.revisions.iter().any(|revision| {
                revision.id == *id || revision.down.contains(id) || revision.depends_on.contains(id)
            })
        }),
        Subject::Input(path) => report.inputs.iter().any(|input| input.path == *path),
        Subject::Other { .. } => true,
    }
}

/// Returns the panel in which a subject is at home.
pub fn home(subject: &Subject) -> PanelId {
    match subject {
        Subject::Finding(_) => PanelId::Findings,
        Subject::Revision { .. } => PanelId::Chain,
        Subject::Input(_) => PanelId::Inputs,
        Subject::Other { .. } => PanelId::Rules,
    }
}

/// Returns what a wide page shows in its detail pane when nothing was picked.
pub fn first_subject(report: &Report, panel: PanelId) -> Option<Subject> {
    match panel {
        PanelId::Findings => {
            let first = first_problem(report);
            let any = || report.findings.first().map(|finding| finding.id.clone());
            first.or_else(any).map(Subject::Finding)
        }
        PanelId::Inputs => report.inputs.first().map(|input| Subject::Input(input.path.clone())),
        // The chain's first row is the layout's to know; other panels fill the page alone.
        _ => None,
    }
}

/// Returns where the page is, for its address.
pub fn place(model: &Model) -> Place {
    let subject = model.selected.as_ref().map(|subject| match subject {
        Subject::Finding(id) => ("f", id.clone()),
        Subject::Revision { id, .. } => ("rev", id.clone()),
        Subject::Input(path) => ("input", path.clone()),
        Subject::Other { key, value } => (*key, value.clone()),
    });
    let ask = if model.panel == PanelId::Schema { model.ask.clone() } else { String::new() };
    Place { panel: model.panel, subject, filter: model.filter.clone(), ask }
}

// Notices.

/// Returns what to say of things that were offered and not taken; nothing about mere machinery.
pub fn left_out_notice(left_out: &[LeftOut]) -> Option<Notice> {
    let refused: Vec<&LeftOut> = left_out.iter().filter(|item| is_refusal(item.why)).collect();
    let first = refused.first()?;
    let title = words::join(&["Left out ", &words::count(refused.len(), "file", "files")]);
    let name = words::visible(&first.path);
    let more = words::join(&[" and ", &words::count(refused.len() - 1, "other", "others")]);
    let more = if refused.len() > 1 { more.as_str() } else { "" };
    let text =
        words::join(&[&name, more, ": ", words::reason(first.why), ". The rest was reviewed."]);
    Some(Notice { title, text, action: Some(NoticeAction::ShowLeftOut) })
}

/// Returns what to say of an address that asked for something unknown.
pub fn ignored_notice(ignored: &[String]) -> Notice {
    let names: Vec<String> = ignored.iter().map(|name| words::visible(name)).collect();
    Notice {
        title: "Part of that address means nothing here".to_owned(),
        text: words::join(&["Ignored: ", &names.join(", "), "."]),
        action: None,
    }
}

/// Reads a link: the report and where to open it, or what is wrong.
pub fn open_link(fragment: &str) -> Result<(Report, Place), LinkError> {
    let shared = share::decode_by(fragment, words::lower)?;
    let mut place = Place::default();
    match shared.location {
        Location::Verdict | Location::Schemas { .. } => {}
        Location::Finding(id) => place.subject = Some(("f", id)),
        Location::Revision(id) => {
            place.panel = PanelId::Chain;
            place.subject = Some(("rev", id));
        }
    }
    Ok((shared.report, place))
}

#[cfg(test)]
#[path = "select_tests.rs"]
mod tests;
