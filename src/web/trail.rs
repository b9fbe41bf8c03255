//! A chain as rows to draw, newest on top: where each revision stands, which lines pass its row, and
//! everything a row says in words.

use std::ops::Deref;

use crate::ordered::Map;

use super::filter::Filter;
use super::model::{Shared, Subject};
use super::positions;
use super::telling::{Teller, findings_by_revision};
use super::words;
use crate::renderers::lanes::{self, Course, EdgeSegment};
use crate::wire::{Report, Role, Severity};

/// Lanes that are drawn; more are counted in words.
pub const LANES_DRAWN: usize = 12;

/// All chains, one under the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    pub rows: Vec<TrailRow>,
    pub lanes: usize,
}

/// The chains as a filter shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail {
    tree: Shared<Tree>,
    /// Of each row, whether it passes the filter.
    passes: Vec<bool>,
    /// First and last row of each run that may be folded.
    pub runs: Vec<(usize, usize)>,
}

impl Deref for Trail {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        &self.tree
    }
}

impl Trail {
    /// Returns the revision on top.
    pub fn first(&self) -> Option<Subject> {
        self.rows.iter().find_map(TrailRow::subject)
    }

    /// Returns whether a row passes the filter.
    pub fn passes(&self, row: usize) -> bool {
        self.passes.get(row).is_some_and(|passes| *passes)
    }

    /// Returns the rows that pass the filter.
    pub fn kept(&self) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| self.passes(*row)).collect()
    }

    /// Returns the row of a revision.
    pub fn row_of(&self, subject: Option<&Subject>) -> Option<usize> {
        let Some(Subject::Revision { chain, id }) = subject else {
            return None;
        };
        let is_it = |row: &TrailRow| matches!(row, TrailRow::Node(it) if it.chain == *chain && it.id == *id);
        self.rows.iter().position(is_it)
    }

    /// Returns the revisions beside a row, one of each branch that passes it: the files give them no order, whichever
    /// stands higher.
    pub fn beside(&self, row: usize) -> Vec<&str> {
        let edges = |at: usize| match self.rows.get(at) {
            Some(TrailRow::Node(node)) => node.edges.as_slice(),
            _ => &[],
        };
        let mut beside = Vec::new();
        let mut kin = Vec::new();
        for edge in edges(row) {
            let Course::Through { lane } = edge.course else { continue };
            if kin.is_empty() {
                kin = self.kin(row, true);
            }
            // Either end of a line that passes may be of the row's own branch: where that began, or was merged.
            let own = EdgeSegment { course: Course::Out { lane }, ..*edge };
            let upper = (0..row).rev().find(|at| edges(*at).contains(&own));
            let ends = upper.into_iter().chain([edge.parent]);
            let apart = ends.into_iter().find(|at| kin.get(*at).is_some_and(|kin| !kin));
            beside.extend(apart.and_then(|at| self.id_at(at)));
        }
        beside
    }

    /// Returns of each row whether it follows a row or leads to it; unless all of them are wanted, as far as the next
    /// branch point.
    pub fn kin(&self, row: usize, all: bool) -> Vec<bool> {
        let parents = |at: usize| {
            let edges = match self.rows.get(at) {
                Some(TrailRow::Node(node)) => node.edges.as_slice(),
                _ => &[],
            };
            edges.iter().filter(|it| matches!(it.course, Course::Out { .. })).map(|it| it.parent)
        };
        let mut children = vec![0; self.rows.len()];
        for parent in (0..self.rows.len()).flat_map(parents) {
            children.get_mut(parent).into_iter().for_each(|count| *count += 1);
        }
        let goes_on =
            |at: usize| all || at == row || children.get(at).is_some_and(|count| *count < 2);
        let is_kin = |kin: &[bool], at: usize| kin.get(at).is_some_and(|it| *it) && goes_on(at);
        let mark = |kin: &mut [bool], at: usize| {
            kin.get_mut(at).into_iter().for_each(|it| *it = true);
        };
        let mut kin = vec![false; self.rows.len()];
        mark(&mut kin, row);
        // Parents stand below their children, so each row is settled before it is asked.
        for at in row..self.rows.len() {
            if is_kin(&kin, at) {
                parents(at).for_each(|parent| mark(&mut kin, parent));
            }
        }
        for at in (0..row).rev() {
            if parents(at).any(|parent| parent <= row && is_kin(&kin, parent)) {
                mark(&mut kin, at);
            }
        }
        kin
    }

    /// Returns the name of the run that a row stands in: that of its first revision.
    pub fn run_of(&self, row: usize) -> Option<&str> {
        let at = self.runs.partition_point(|(_, last)| *last < row);
        let (first, _) = self.runs.get(at).filter(|(first, _)| *first <= row)?;
        self.id_at(*first)
    }

    /// Returns the revision at a row.
    pub fn id_at(&self, row: usize) -> Option<&str> {
        match self.rows.get(row)? {
            TrailRow::Node(node) => Some(&node.id),
            TrailRow::Chain { .. } | TrailRow::Position { .. } => None,
        }
    }
}

/// One row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailRow {
    /// Names a chain, where there are several.
    Chain {
        chain: usize,
        root: String,
        count: usize,
    },
    Node(Box<Node>),
    /// What is known of a database's position without a row of its own.
    Position {
        role: Role,
        text: String,
        revision: Option<(usize, String)>,
    },
}

impl TrailRow {
    /// Returns what selecting the row selects.
    pub fn subject(&self) -> Option<Subject> {
        match self {
            Self::Node(node) => Some(Subject::Revision { chain: node.chain, id: node.id.clone() }),
            Self::Chain { .. } | Self::Position { .. } => None,
        }
    }
}

/// A revision, or a hole where one should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub chain: usize,
    pub id: String,
    /// Index into `ChainView::revisions`; none for a hole.
    pub revision: Option<usize>,
    pub shape: Shape,
    pub lane: usize,
    pub edges: Vec<EdgeSegment>,
    pub badges: Vec<Badge>,
    /// `+1 table`, `~1`…
    pub changes: String,
    /// The row in words, for people who do not see the lines.
    pub said: String,
    /// It has one parent and one child, and needs nothing else.
    pub single: bool,
    /// Runs on prod once everything does.
    pub pending: bool,
}

/// How a node is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Plain,
    Head,
    Base,
    Merge,
    /// Not in the input.
    Missing,
    /// What the change under review did to it.
    Gone,
    Added,
    Edited,
}

/// A mark beside a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Badge {
    /// `head`, `base`, `merge`, a label.
    Plain(String),
    /// `dev` and `prod`.
    Database(&'static str),
    Problem(String),
    Finding(Severity),
}

/// Returns the row that a letter leads to: `p` a parent, `c` a child, `]` and `[` the next and the previous one
/// with a finding, `b` the next branch point, `h` the head.
pub fn leap(trail: &Tree, report: &Report, from: usize, key: &str) -> Option<usize> {
    let node = |row: usize| match trail.rows.get(row)? {
        TrailRow::Node(node) => Some(node),
        _ => None,
    };
    let revision = |node: &Node| report.chains.get(node.chain)?.revisions.get(node.revision?);
    let here = node(from)?;
    let own = revision(here);
    let is_it = |row: &usize| {
        let is_it = |it: &Node| match key {
            "p" => own.is_some_and(|own| own.down.first() == Some(&it.id)),
            "c" => revision(it).is_some_and(|it| it.down.contains(&here.id)),
            "b" => revision(it).is_some_and(|it| it.is_branch_point),
            "h" => revision(it).is_some_and(|it| it.is_head),
            "base" => revision(it).is_some_and(|it| it.is_base),
            "dev" | "prod" => it.badges.iter().any(|it| *it == Badge::Database(roles(key))),
            _ => it.badges.iter().any(|it| matches!(it, Badge::Finding(_) | Badge::Problem(_))),
        };
        node(*row).is_some_and(|it| is_it(it))
    };
    match key {
        "p" | "b" | "]" => (from + 1..trail.rows.len()).find(is_it),
        "c" | "[" => (0..from).rev().find(is_it),
        "h" | "base" | "dev" | "prod" => (0..trail.rows.len()).find(is_it),
        _ => None,
    }
}

fn roles(key: &str) -> &'static str {
    if key == "dev" { "dev" } else { "prod" }
}

/// Returns the rows with what a filter makes of them: which pass it, and which may be folded.
pub fn trail(tree: Shared<Tree>, report: &Report, filter: &Filter) -> Trail {
    let mut found: Map<&str, bool> = Map::new();
    for finding in
        report.findings.iter().filter(|it| !filter.is_empty() && filter.takes_finding(it))
    {
        finding.revision.as_deref().and_then(|revision| found.insert(revision, true));
    }
    let passes = |row: &TrailRow| {
        let TrailRow::Node(node) = row else {
            return false;
        };
        let revision = || report.chains.get(node.chain)?.revisions.get(node.revision?);
        filter.is_empty()
            || found.get(node.id.as_str()).is_some()
            || revision().is_some_and(|revision| filter.takes_revision(revision))
    };
    let passes: Vec<bool> = tree.rows.iter().map(passes).collect();
    let runs = super::folding::runs(&tree.rows, &passes, !filter.is_empty());
    Trail { tree, passes, runs }
}

/// Returns every chain of a report as rows.
pub fn tree(report: &Report) -> Tree {
    let mut trail = Tree::default();
    let found = findings_by_revision(report);
    for (ix, chain) in report.chains.iter().enumerate() {
        if report.chains.len() > 1 {
            let root = if chain.root.is_empty() {
                "revisions without a folder".to_owned()
            } else {
                words::visible(&chain.root)
            };
            trail.rows.push(TrailRow::Chain { chain: ix, root, count: chain.revisions.len() });
        }
        let layout = lanes::layout(chain);
        trail.lanes = trail.lanes.max(layout.lanes);
        let mut in_cycle = vec![false; layout.rows.len()];
        for row in layout.cycles.iter().flatten() {
            in_cycle.get_mut(*row).into_iter().for_each(|it| *it = true);
        }
        let teller = Teller::new(report, chain, &found);
        trail.rows.extend(teller.gone(ix));
        let above = trail.rows.len();
        for (mut row, in_cycle) in layout.rows.into_iter().zip(in_cycle) {
            row.edges.iter_mut().for_each(|edge| edge.parent += above);
            trail.rows.push(TrailRow::Node(Box::new(teller.node(ix, row, in_cycle))));
        }
        trail.rows.extend(positions::positions(report, ix, chain));
    }
    trail
}

#[cfg(test)]
#[path = "trail_tests.rs"]
mod tests;
