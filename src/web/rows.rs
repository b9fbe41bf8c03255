//! The lines of the panels' lists: which there are, in which order.

use super::filter::Filter;
use super::model::Model;
use crate::wire::{FindingRow, Report, Severity};

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
pub fn archive_of<'a>(path: &str, uploads: &'a [String]) -> Option<&'a str> {
    if uploads.iter().any(|upload| upload == path) {
        return None;
    }
    let within = |upload: &&String| {
        path.strip_prefix(upload.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    uploads.iter().find(within).map(String::as_str)
}

/// Returns the documents that the person left out, by path.
pub fn excluded(model: &Model) -> Vec<String> {
    let decisions = model.decisions.iter().filter(|decision| decision.exclude);
    decisions.map(|decision| decision.path.clone()).collect()
}

/// Returns the lines about what was skipped.
pub fn left_out_lines(count: usize, open: bool) -> Vec<InputLine> {
    let head = (count > 0).then_some(InputLine::LeftOutHead { count });
    head.into_iter().chain((0..count).filter(|_| open).map(InputLine::LeftOut)).collect()
}
