//! The model as views need it: what is on a line, in which order, in which words.

use super::filter::Filter;
use super::model::{
    Engine, LeftOut, LinkState, Model, Notice, NoticeAction, PanelId, Place, Subject,
};
use super::update::is_refusal;
use super::words;
use crate::wire::share::{self, Location};
use crate::wire::{
    AuditSide, FindingRow, Kind, Remedy, Report, SchemaSummary, Severity, StatementView, Status,
    VersionState,
};

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

/// Returns how many things a panel holds, with no filter.
pub fn tab_count(report: &Report, panel: PanelId) -> usize {
    match panel {
        PanelId::Findings => report.findings.len(),
        PanelId::Chain => report.chains.iter().map(|chain| chain.revisions.len()).sum(),
        PanelId::Plan => report.plans.iter().map(|plan| plan.statements.len()).sum(),
        PanelId::Inputs => report.inputs.len(),
    }
}

/// Returns the panels that have something to show.
pub fn tabs(report: &Report) -> Vec<PanelId> {
    let shown = |panel: &PanelId| *panel != PanelId::Plan || !report.plans.is_empty();
    PanelId::ALL.into_iter().filter(shown).collect()
}

// The estate: what is where.

/// One column of the estate table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateColumn {
    pub title: &'static str,
    pub revision: Cell,
    pub tables: Cell,
    pub from_head: Cell,
}

/// One cell, and how it bears on the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

/// How a value is drawn. Never the only sign: the words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Code,
    Dim,
    Good,
    Bad,
}

fn cell(text: impl Into<String>, tone: Tone) -> Cell {
    Cell { text: text.into(), tone }
}

/// Returns the estate: dev, prod, after the plan, head, as far as they are known.
pub fn estate(report: &Report) -> Vec<EstateColumn> {
    let schemas = &report.schemas;
    let head = schemas.head.as_ref();
    let mut columns = Vec::new();
    let mut side = |title, audit: Option<&AuditSide>, schema: Option<&SchemaSummary>| {
        if audit.is_some() || schema.is_some() {
            columns.push(EstateColumn {
                title,
                revision: side_revision(audit, schema),
                tables: side_tables(audit, schema),
                from_head: from_head(schema, head.is_some()),
            });
        }
    };
    side("dev", report.audits.dev.as_ref(), schemas.dev.as_ref());
    side("prod", report.audits.prod.as_ref(), schemas.prod.as_ref());
    if let Some(after) = &schemas.after_plan {
        let from_head = from_head(Some(after), head.is_some());
        let tone = if from_head.tone == Tone::Bad { Tone::Bad } else { Tone::Plain };
        columns.push(EstateColumn {
            title: "after the plan",
            revision: cell("—", Tone::Dim),
            tables: cell(words::number(after.tables), tone),
            from_head,
        });
    }
    if let Some(head) = head {
        columns.push(EstateColumn {
            title: "head",
            revision: revisions_cell(&head.revisions),
            tables: cell(words::number(head.tables), Tone::Plain),
            from_head: cell("—", Tone::Dim),
        });
    }
    columns
}

fn side_revision(audit: Option<&AuditSide>, schema: Option<&SchemaSummary>) -> Cell {
    match (audit, schema) {
        (Some(audit), _) if audit.revisions.is_empty() => {
            let tone = match audit.version_state {
                VersionState::Absent | VersionState::Empty => Tone::Bad,
                _ => Tone::Dim,
            };
            cell(words::version_state(audit.version_state), tone)
        }
        (Some(audit), _) => revisions_cell(&audit.revisions),
        (None, Some(schema)) => revisions_cell(&schema.revisions),
        (None, None) => cell(words::NOT_KNOWN, Tone::Dim),
    }
}

fn revisions_cell(revisions: &[String]) -> Cell {
    if revisions.is_empty() {
        return cell(words::NOT_KNOWN, Tone::Dim);
    }
    let mut text: Vec<&str> = revisions.iter().take(2).map(|id| words::short(id)).collect();
    let more = words::join(&["+", &words::number(revisions.len().saturating_sub(2))]);
    if revisions.len() > 2 {
        text.push(&more);
    }
    cell(words::visible(&text.join(" ")), Tone::Code)
}

fn side_tables(audit: Option<&AuditSide>, schema: Option<&SchemaSummary>) -> Cell {
    let tables = audit.map(|audit| audit.tables).or(schema.map(|schema| schema.tables));
    match tables {
        Some(tables) => cell(words::number(tables), Tone::Plain),
        None => cell("—", Tone::Dim),
    }
}

fn from_head(schema: Option<&SchemaSummary>, has_head: bool) -> Cell {
    let known = schema.and_then(|schema| {
        Some((schema.missing_from_head.as_ref()?.len(), schema.extra_to_head.as_ref()?.len()))
    });
    let Some((missing, extra)) = known.filter(|_| has_head) else {
        return cell(words::NOT_KNOWN, Tone::Dim);
    };
    let missing_said = words::join(&[&words::number(missing), " missing"]);
    let extra_said = words::join(&[&words::number(extra), " extra"]);
    match (missing, extra) {
        (0, 0) => cell("same tables", Tone::Good),
        (_, 0) => cell(missing_said, Tone::Bad),
        (0, _) => cell(extra_said, Tone::Bad),
        _ => cell(words::join(&[&missing_said, ", ", &extra_said]), Tone::Bad),
    }
}

// Findings.

/// A line of the findings list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingLine {
    /// A severity's heading, and how many findings follow.
    Group { group: Group, count: usize },
    /// Index into [`Report::findings`].
    Row(usize),
}

/// What findings are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// They decide the verdict.
    Pending(Severity),
    /// Already applied; for information.
    History,
    Suppressed,
}

fn group_of(finding: &FindingRow) -> Group {
    match finding {
        FindingRow { suppressed: Some(_), .. } => Group::Suppressed,
        FindingRow { pending: false, .. } => Group::History,
        FindingRow { severity, .. } => Group::Pending(*severity),
    }
}

/// Returns the findings that pass the filter, grouped; those of a closed group are only counted.
pub fn finding_lines(report: &Report, filter: &Filter, closed: &[Group]) -> Vec<FindingLine> {
    let groups = Severity::ALL.map(Group::Pending);
    let groups = groups.into_iter().chain([Group::History, Group::Suppressed]);
    let mut lines = Vec::new();
    for group in groups {
        let of_group = |(ix, finding): (usize, &FindingRow)| {
            (group_of(finding) == group && filter.takes_finding(finding))
                .then_some(FindingLine::Row(ix))
        };
        let rows: Vec<FindingLine> =
            report.findings.iter().enumerate().filter_map(of_group).collect();
        if rows.is_empty() {
            continue;
        }
        lines.push(FindingLine::Group { group, count: rows.len() });
        if !closed.contains(&group) {
            lines.extend(rows);
        }
    }
    lines
}

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

/// Returns a remedy as numbered lines, for pasting into a message.
pub fn steps_as_text(remedy: &Remedy) -> String {
    let mut text = String::new();
    for (ix, step) in remedy.steps.iter().enumerate() {
        text.push_str(&words::join(&[&(ix + 1).to_string(), ". ", &step.text, "\n"]));
        for line in step.code.iter().flat_map(|code| code.lines()) {
            text.push_str(&words::join(&["   ", line, "\n"]));
        }
    }
    text
}

/// Returns what is said of the list's length while somebody types into the filter.
pub fn filter_said(model: &Model) -> String {
    let Some(report) = &model.report else {
        return String::new();
    };
    let filter = Filter::read(&model.filter);
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

/// Returns the findings about a revision.
pub fn findings_of<'a>(report: &'a Report, revision: &str) -> Vec<&'a FindingRow> {
    let about = |finding: &&FindingRow| finding.revision.as_deref() == Some(revision);
    report.findings.iter().filter(about).collect()
}

// The plan.

/// A line of the plan panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlanLine {
    /// Heads the statements of one plan.
    File(usize),
    Remark {
        plan: usize,
        remark: usize,
    },
    Statement {
        plan: usize,
        statement: usize,
    },
}

/// Returns every plan's remarks and statements by line.
pub fn plan_lines(report: &Report, filter: &Filter) -> Vec<PlanLine> {
    let mut lines = Vec::new();
    for (ix, plan) in report.plans.iter().enumerate() {
        let remarks = plan.remarks.iter().enumerate().filter(|_| filter.is_empty());
        let remarks =
            remarks.map(|(remark, (line, _))| (*line, PlanLine::Remark { plan: ix, remark }));
        let statements = plan.statements.iter().enumerate().filter(|(_, statement)| {
            let texts = [statement.text.as_deref(), statement.summary.as_deref()];
            let findings =
                report.findings.iter().filter(|finding| statement.findings.contains(&finding.id));
            filter.takes_text(texts.into_iter().flatten())
                || findings.clone().any(|finding| filter.takes_finding(finding))
        });
        let statements = statements
            .map(|(statement, row)| (row.line, PlanLine::Statement { plan: ix, statement }));
        let mut of_plan: Vec<(usize, PlanLine)> = remarks.chain(statements).collect();
        if of_plan.is_empty() && !filter.is_empty() {
            continue;
        }
        of_plan.sort_by_key(|(line, _)| *line);
        lines.push(PlanLine::File(ix));
        lines.extend(of_plan.into_iter().map(|(_, line)| line));
    }
    lines
}

/// Returns the severities of a statement's findings, worst first, each once.
pub fn statement_severities(report: &Report, statement: &StatementView) -> Vec<Severity> {
    let of_it = |severity: &Severity| {
        let mut findings = report.findings.iter().filter(|finding| finding.severity == *severity);
        findings.any(|finding| statement.findings.contains(&finding.id))
    };
    Severity::ALL.into_iter().filter(of_it).collect()
}

// Inputs.

/// A line of the input tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InputLine {
    /// Heads the members of an archive; `of` is the first of them.
    Archive {
        of: usize,
        count: usize,
    },
    Document {
        input: usize,
        member: bool,
    },
    /// Index into [`excluded`].
    Excluded(usize),
    LeftOutHead {
        count: usize,
    },
    /// Index into [`Model::left_out`].
    LeftOut(usize),
}

/// Returns the documents that pass the filter; members stand under their archive.
pub fn input_lines(report: &Report, uploads: &[String], filter: &Filter) -> Vec<InputLine> {
    let mut lines = Vec::new();
    let mut archive: Option<(&str, usize)> = None;
    for (ix, input) in report.inputs.iter().enumerate() {
        let texts = [input.name.as_str(), &input.path, input.kind.title()];
        if !filter.takes_text(texts.into_iter()) {
            continue;
        }
        let own = archive_of(&input.path, uploads);
        let Some(own) = own else {
            archive = None;
            lines.push(InputLine::Document { input: ix, member: false });
            continue;
        };
        match archive.filter(|(name, _)| *name == own) {
            Some((_, head)) => {
                if let Some(InputLine::Archive { count, .. }) = lines.get_mut(head) {
                    *count += 1;
                }
            }
            None => {
                archive = Some((own, lines.len()));
                lines.push(InputLine::Archive { of: ix, count: 1 });
            }
        }
        lines.push(InputLine::Document { input: ix, member: true });
    }
    lines
}

/// Returns the upload a document was found in, when it is not the document itself.
fn archive_of<'a>(path: &str, uploads: &'a [String]) -> Option<&'a str> {
    if uploads.iter().any(|upload| upload == path) {
        return None;
    }
    let within = |upload: &&String| {
        path.strip_prefix(upload.as_str())
            .is_some_and(|rest| rest.starts_with(['/', '!', '#', ':', '›', ' ']))
    };
    uploads.iter().find(within).map(String::as_str)
}

/// Returns the documents that the person left out, by path.
pub fn excluded(model: &Model) -> Vec<String> {
    let decisions = model.decisions.values().filter(|decision| decision.exclude);
    decisions.map(|decision| decision.path.clone()).collect()
}

/// Returns the lines about what was skipped.
pub fn left_out_lines(count: usize, open: bool) -> Vec<InputLine> {
    let head = (count > 0).then_some(InputLine::LeftOutHead { count });
    head.into_iter().chain((0..count).filter(|_| open).map(InputLine::LeftOut)).collect()
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
        Subject::Statement { plan, statement } => {
            report.plans.get(*plan).is_some_and(|plan| *statement < plan.statements.len())
        }
    }
}

/// Returns the panel in which a subject is at home.
pub fn home(subject: &Subject) -> PanelId {
    match subject {
        Subject::Finding(_) => PanelId::Findings,
        Subject::Revision { .. } => PanelId::Chain,
        Subject::Input(_) => PanelId::Inputs,
        Subject::Statement { .. } => PanelId::Plan,
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
        PanelId::Chain => {
            let (chain, first) = report.chains.iter().enumerate().find_map(|(ix, chain)| {
                let head = chain.heads.last().or_else(|| chain.order.last());
                Some((ix, head.or_else(|| chain.revisions.first().map(|revision| &revision.id))?))
            })?;
            Some(Subject::Revision { chain, id: first.clone() })
        }
        PanelId::Plan => report
            .plans
            .iter()
            .position(|plan| !plan.statements.is_empty())
            .map(|plan| Subject::Statement { plan, statement: 0 }),
        PanelId::Inputs => report.inputs.first().map(|input| Subject::Input(input.path.clone())),
    }
}

/// Returns where the page is, for its address.
pub fn place(model: &Model) -> Place {
    let mut place = Place { panel: model.panel, filter: model.filter.clone(), ..Place::default() };
    match &model.selected {
        Some(Subject::Finding(id)) => place.finding = Some(id.clone()),
        Some(Subject::Revision { id, .. }) => place.revision = Some(id.clone()),
        _ => {}
    }
    place
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

/// Reads a link: the report and where to open it, or title and text of what is wrong.
pub fn open_link(fragment: &str) -> Result<(Report, Place), (String, String)> {
    let shared = share::decode(fragment).map_err(|error| (error.title(), error.text()))?;
    let mut place = Place::default();
    match shared.location {
        Location::Verdict | Location::Schemas { .. } => {}
        Location::Finding(id) => place.finding = Some(id),
        Location::Revision(id) => {
            place.panel = PanelId::Chain;
            place.revision = Some(id);
        }
    }
    Ok((shared.report, place))
}

#[cfg(test)]
#[path = "select_tests.rs"]
mod tests;
