//! The lines of the panels' lists: which there are, in which order.

use super::filter::{Filter, state_of};
use super::model::Model;
use super::words;
use crate::ordered::Map;
use crate::wire::{FindingRow, Report, Severity};

/// A line of the findings list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingLine {
    /// Heads a group: the index of its first finding, and how many there are.
    Group { first: usize, count: usize },
    /// Index into [`Report::findings`].
    Row(usize),
}

/// Groups that are shown shut until somebody opens them.
pub const SUPPRESSED: &str = "suppressed";
pub const HISTORY: &str = "history";

/// Returns the name of the group a finding stands in: what does not count stands apart, whatever the others are
/// grouped by.
pub fn group_of(finding: &FindingRow, by: &str) -> String {
    let table = || finding.objects.iter().find_map(|object| object.table.clone());
    let name = match (state_of(finding), by) {
        (SUPPRESSED, _) => return SUPPRESSED.to_owned(),
        (_, "rule") => Some(finding.rule.clone()),
        (_, "revision") => finding.revision.clone(),
        (_, "table") => table(),
        (_, "file") => Some(finding.file.clone()).filter(|file| !file.is_empty()),
        (HISTORY, _) => return HISTORY.to_owned(),
        _ => Some(finding.severity.word().to_owned()),
    };
    name.unwrap_or_else(|| words::join(&["no ", by]))
}

/// Returns the findings that pass the filter, in groups; those of a closed group are only counted. Groups by
/// severity come worst first, others as their first finding does, and what does not count last.
pub fn finding_lines(report: &Report, filter: &Filter, closed: &[String]) -> Vec<FindingLine> {
    let mut groups: Map<String, usize> = Map::new();
    let mut rows: Vec<(String, Vec<usize>)> = Vec::new();
    let mut open = |name: String| {
        *groups.entry(name.clone()).or_insert_with(|| {
            rows.push((name, Vec::new()));
            rows.len() - 1
        })
    };
    let mut found: Vec<(usize, usize)> = Vec::new();
    if filter.group.is_empty() {
        for severity in Severity::ALL {
            open(severity.word().to_owned());
        }
        open(HISTORY.to_owned());
    }
    for (ix, finding) in report.findings.iter().enumerate() {
        if filter.takes_finding(finding) {
            found.push((open(group_of(finding, &filter.group)), ix));
        }
    }
    for (group, ix) in found {
        rows.get_mut(group).into_iter().for_each(|(_, of)| of.push(ix));
    }
    // A stable sort: only what does not count changes its place.
    crate::ordered::sort_by_key(&mut rows, |(name, _)| name == SUPPRESSED);
    let mut lines = Vec::new();
    for (name, of) in rows {
        let Some(&first) = of.first() else { continue };
        lines.push(FindingLine::Group { first, count: of.len() });
        if !closed.contains(&name) {
            lines.extend(of.into_iter().map(FindingLine::Row));
        }
    }
    lines
}

// Inputs.

/// A line of the input tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
