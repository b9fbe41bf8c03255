//! Long chains in few lines: straight runs of revisions that say nothing stand in one line until somebody unfolds
//! them (ux.md CH-23), and with a filter those that it passes over (CH-30).

use super::trail::{Trail, TrailRow};
use crate::renderers::lanes::Course;

/// A line of the list: where it begins among the rows, and how many of them it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub row: usize,
    pub what: What,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Chain,
    Node,
    Position,
    /// So many revisions in one line.
    Fold(usize),
}

/// In the list of unfolded runs: every one of them.
pub const UNFOLD_ALL: &str = "*";
/// Longer chains are folded by themselves.
const FOLDED_FROM_ROWS: usize = 60;
/// Shorter runs stay as they are: of what a filter passes over, and of plain revisions.
const RUN_MIN: [usize; 2] = [2, 6];

/// Returns the lines to show: all rows, but for runs that nobody unfolded.
pub fn lines(trail: &Trail, unfolded: &[String]) -> Vec<Line> {
    let is_open = |first: usize| {
        unfolded.iter().any(|one| one == UNFOLD_ALL || Some(one.as_str()) == trail.id_at(first))
    };
    let mut folds = trail.runs.iter().filter(|(first, _)| !is_open(*first)).peekable();
    let mut lines = Vec::new();
    let mut row = 0;
    while let Some(at) = trail.rows.get(row) {
        if let Some((first, last)) = folds.next_if(|(first, _)| *first == row) {
            lines.push(Line { row, what: What::Fold(last + 1 - first) });
            row = last + 1;
            continue;
        }
        let what = match at {
            TrailRow::Chain { .. } => What::Chain,
            TrailRow::Node(_) => What::Node,
            TrailRow::Position { .. } => What::Position,
        };
        lines.push(Line { row, what });
        row += 1;
    }
    lines
}

/// Finds the runs: revisions in a straight line of which none says more than that it is there. With a filter, those
/// that it passes over.
pub fn runs(rows: &[TrailRow], passes: &[bool], is_filtered: bool) -> Vec<(usize, usize)> {
    if !is_filtered && rows.len() <= FOLDED_FROM_ROWS {
        return Vec::new();
    }
    let straight = |(row, passes): (&TrailRow, &bool)| match row {
        TrailRow::Node(it) if it.single && (!is_filtered || !passes) => {
            let goes_on = it.edges.iter().any(|edge| edge.course == Course::Out { lane: it.lane });
            (goes_on && (is_filtered || it.badges.is_empty())).then_some(it.lane)
        }
        _ => None,
    };
    let lanes: Vec<Option<usize>> = rows.iter().zip(passes).map(straight).collect();
    let mut runs = Vec::new();
    let mut first = 0;
    for run in lanes.chunk_by(|one, next| one.is_some() && one == next) {
        let is_long = run.len() >= RUN_MIN[usize::from(!is_filtered)];
        if is_long && run.first().is_some_and(Option::is_some) {
            runs.push((first, first + run.len() - 1));
        }
        first += run.len();
    }
    runs
}

/// Returns the line in which a row is shown.
pub fn line_of(lines: &[Line], row: usize) -> usize {
    lines.partition_point(|line| line.row <= row).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::filter::Filter;
    use crate::web::fixture::report;
    use crate::web::model::Shared;
    use crate::web::trail::{trail, tree};
    use crate::wire::ChainRevision;

    fn long(count: usize, labelled: usize, filter: &str) -> Trail {
        let mut report = report();
        let chain = &mut report.chains[0];
        let template = ChainRevision { labels: Vec::new(), ..chain.revisions[3].clone() };
        chain.revisions = (0..count)
            .map(|ix| ChainRevision {
                id: ix.to_string(),
                message: Some(format!("step {ix}")),
                down: ix.checked_sub(1).map(|parent| parent.to_string()).into_iter().collect(),
                depends_on: Vec::new(),
                is_head: ix + 1 == count,
                labels: if ix == labelled { vec!["billing".to_owned()] } else { Vec::new() },
                ..template.clone()
            })
            .collect();
        chain.resembles.clear();
        chain.problems.clear();
        report.findings.clear();
        report.audits.prod = None;
        report.audits.dev = None;
        trail(Shared::new(tree(&report)), &report, &Filter::read(filter))
    }

    fn said(lines: &[Line]) -> Vec<String> {
        let line = |line: &Line| match line.what {
            What::Fold(count) => format!("{}: {count} revisions", line.row),
            _ => line.row.to_string(),
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn runs_of_plain_revisions_are_folded_and_open_by_name() {
        let trail = long(100, 50, "");
        let folded = lines(&trail, &[]);
        assert_eq!(said(&folded), ["0", "1: 48 revisions", "49", "50: 49 revisions", "99"]);
        assert_eq!(trail.run_of(3), Some("98"));
        assert_eq!(trail.run_of(49), None);
        assert_eq!(line_of(&folded, 3), 1);
        assert_eq!(line_of(&folded, 99), 4);
        assert_eq!(lines(&trail, &["98".to_owned()]).len(), 1 + 48 + 1 + 1 + 1);
        assert_eq!(lines(&trail, &[UNFOLD_ALL.to_owned()]).len(), 100);
    }

    #[test]
    fn short_chains_stay_as_they_are() {
        assert_eq!(long(60, 50, "").runs, []);
    }

    #[test]
    fn a_filter_folds_what_it_passes_over() {
        let trail = long(20, 50, "rev:1");
        // Newest first: 19 to 10 begin with 1, and so does 1.
        let shown = said(&lines(&trail, &[]));
        assert_eq!(shown.get(10).map(String::as_str), Some("10: 8 revisions"));
        assert_eq!(trail.kept().len(), 11);
    }
}
