//! A chain as rows to draw, newest on top: where each revision stands, which lines pass its row, and
//! everything a row says in words.

use crate::ordered::Map;

use super::filter::Filter;
use super::model::Subject;
use super::positions;
use super::words;
use crate::renderers::lanes::{self, EdgeSegment, RowKind};
use crate::wire::{ChainChange, ChainRevision, ChainView, Changes, Report, Role, Severity};

/// Lanes that are drawn; more are counted in words.
pub const LANES_DRAWN: usize = 12;

/// All chains, one under the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    pub rows: Vec<TrailRow>,
    pub lanes: usize,
    /// First and last row of each run that may be folded.
    pub runs: Vec<(usize, usize)>,
}

impl Trail {
    /// Returns the revision on top.
    pub fn first(&self) -> Option<Subject> {
        self.rows.iter().find_map(TrailRow::subject)
    }

    /// Returns the rows that pass the filter.
    pub fn kept(&self) -> Vec<usize> {
        let is_kept =
            |row: &usize| matches!(self.rows.get(*row), Some(TrailRow::Node(it)) if it.kept);
        (0..self.rows.len()).filter(is_kept).collect()
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
    /// Index into [`ChainView::revisions`]; none for a hole.
    pub revision: Option<usize>,
    pub shape: Shape,
    pub lane: usize,
    pub edges: Vec<EdgeSegment>,
    pub badges: Vec<Badge>,
    /// `+1 table`, `~1`…
    pub changes: String,
    /// The row in words, for people who do not see the lines.
    pub said: String,
    /// Passes the filter.
    pub kept: bool,
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
pub fn leap(trail: &Trail, report: &Report, from: usize, key: &str) -> Option<usize> {
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

/// Returns every chain of a report as rows.
pub fn trail(report: &Report, filter: &Filter) -> Trail {
    let mut trail = Trail::default();
    let found = findings_by_revision(report, filter);
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
        let teller = Teller::new(report, chain, &found, filter);
        trail.rows.extend(teller.gone(ix));
        for (row, in_cycle) in layout.rows.into_iter().zip(in_cycle) {
            trail.rows.push(TrailRow::Node(Box::new(teller.node(ix, row, in_cycle))));
        }
        trail.rows.extend(positions::positions(report, ix, chain));
    }
    trail.runs = super::folding::runs(&trail.rows, !filter.is_empty());
    trail
}

/// What others in the report say of a revision.
#[derive(Debug, Default, Clone)]
struct About<'a> {
    findings: usize,
    /// Of those that are not suppressed.
    worst: Option<Severity>,
    /// One of its findings passes the filter.
    kept: bool,
    children: Vec<&'a str>,
    /// Files with its id.
    files: usize,
    /// Where it stands among the chain's revisions.
    revision: Option<usize>,
    /// It ran on prod.
    applied: bool,
}

fn findings_by_revision<'a>(report: &'a Report, filter: &Filter) -> Map<&'a str, About<'a>> {
    let mut found: Map<&str, About> = Map::new();
    for finding in &report.findings {
        if let Some(revision) = finding.revision.as_deref() {
            let about = found.entry(revision).or_default();
            about.findings += 1;
            if finding.suppressed.is_none() {
                about.worst = about.worst.max(Some(finding.severity));
            }
            about.kept |= !filter.is_empty() && filter.takes_finding(finding);
        }
    }
    found
}

// Words.

/// Knows what to say of each node of one chain.
struct Teller<'a> {
    report: &'a Report,
    chain: &'a ChainView,
    filter: &'a Filter,
    about: Map<&'a str, About<'a>>,
    /// Where prod stands is known.
    has_prod: bool,
}

impl<'a> Teller<'a> {
    fn new(
        report: &'a Report,
        chain: &'a ChainView,
        found: &Map<&'a str, About<'a>>,
        filter: &'a Filter,
    ) -> Self {
        let mut about = found.clone();
        for (ix, revision) in chain.revisions.iter().enumerate() {
            let own = about.entry(&revision.id).or_default();
            own.files += 1;
            own.revision = Some(ix);
            for parent in &revision.down {
                about.entry(parent).or_default().children.push(&revision.id);
            }
        }
        let has_prod = apply(report, chain, &mut about);
        Self { report, chain, filter, about, has_prod }
    }

    /// Revisions that the change under review took away, and that nobody names any more.
    fn gone(&self, chain: usize) -> Vec<TrailRow> {
        let is_named = |id: &String| self.about.get(id.as_str()).is_some();
        let gone = self.chain.changed.iter().filter(|it| it.is_gone() && !is_named(&it.revision));
        let row = |it: &ChainChange| {
            let row = lanes::Row {
                kind: RowKind::Ghost(it.revision.clone()),
                lane: 0,
                edges: Vec::new(),
            };
            TrailRow::Node(Box::new(self.node(chain, row, false)))
        };
        gone.map(row).collect()
    }

    /// What the change under review did to a revision, if that is more than moving its file.
    fn change(&self, id: &str) -> Option<&'a str> {
        let mut changes = self.chain.changed.iter().filter(|it| it.revision == id);
        changes.find(|it| !matches!(it.what.as_str(), "file" | "same-effect")).map(|it| &*it.what)
    }

    fn about(&self, id: &str) -> About<'a> {
        self.about.get(id).cloned().unwrap_or_default()
    }

    fn node(&self, chain: usize, row: lanes::Row, in_cycle: bool) -> Node {
        let (id, place) = match row.kind {
            RowKind::Revision(ix) => {
                (self.chain.revisions.get(ix).map(|revision| revision.id.clone()), Some(ix))
            }
            RowKind::Ghost(id) => (Some(id), None),
        };
        let id = id.unwrap_or_default();
        let revision = place.and_then(|ix| self.chain.revisions.get(ix));
        let about = self.about(&id);
        let shape = match (revision, self.change(&id)) {
            (None, Some("deleted")) => Shape::Gone,
            (Some(_), Some("added" | "inserted")) => Shape::Added,
            (Some(_), Some(_)) => Shape::Edited,
            _ => plain_shape(revision),
        };
        let single = revision.is_some_and(|it| it.down.len() == 1 && it.depends_on.is_empty())
            && shape == Shape::Plain
            && about.children.len() == 1;
        let pending = revision.is_some() && self.has_prod && !about.applied;
        let badges = self.badges(&id, &about, revision, in_cycle);
        Node {
            chain,
            revision: place,
            shape,
            single,
            pending,
            lane: row.lane,
            edges: row.edges,
            changes: revision.map(|revision| changes_said(&revision.changes)).unwrap_or_default(),
            said: said(&id, &about, revision, &badges, pending),
            kept: self.filter.is_empty()
                || about.kept
                || revision.is_some_and(|revision| self.filter.takes_revision(revision)),
            badges,
            id,
        }
    }

    fn badges(
        &self,
        id: &str,
        about: &About<'_>,
        revision: Option<&ChainRevision>,
        in_cycle: bool,
    ) -> Vec<Badge> {
        let mut badges = Vec::new();
        let audits = &self.report.audits;
        for (role, audit) in [("dev", &audits.dev), ("prod", &audits.prod)] {
            if audit.as_ref().is_some_and(|audit| audit.revisions.iter().any(|at| at == id)) {
                badges.push(Badge::Database(role));
            }
        }
        let change = self.change(id);
        let Some(revision) = revision else {
            let gone = change.filter(|what| *what == "deleted").unwrap_or("missing");
            badges.push(Badge::Problem(gone.to_owned()));
            return badges;
        };
        badges.extend(change.map(|what| match what {
            "added" | "inserted" => Badge::Plain("added".to_owned()),
            "parent" | "renamed-id" => Badge::Problem("re-parented".to_owned()),
            _ if about.applied => Badge::Problem("edited after release".to_owned()),
            _ => Badge::Problem("edited".to_owned()),
        }));
        if revision.is_head {
            badges.push(Badge::Plain("head".to_owned()));
        }
        if revision.down.is_empty() {
            badges.push(Badge::Plain("base".to_owned()));
        }
        if revision.down.len() > 1 {
            badges.push(Badge::Plain("merge".to_owned()));
        }
        badges.extend(revision.labels.iter().map(|label| Badge::Plain(words::visible(label))));
        if about.files > 1 {
            badges.push(Badge::Problem("duplicate id".to_owned()));
        }
        if in_cycle {
            badges.push(Badge::Problem("cycle".to_owned()));
        }
        for needed in &revision.depends_on {
            let needed = words::visible(words::short(needed));
            badges.push(Badge::Plain(words::join(&["needs ", &needed])));
        }
        badges.extend(self.problems(revision));
        badges.extend(about.worst.map(Badge::Finding));
        badges
    }

    fn problems(&self, revision: &ChainRevision) -> Vec<Badge> {
        let mut badges = Vec::new();
        for problem in &self.chain.problems {
            let about = problem.revision.as_ref() == Some(&revision.id)
                || problem.file.as_ref() == Some(&revision.file);
            if !about {
                continue;
            }
            // The header's rule also speaks of other things than a file whose name lies.
            let said = file_says(&revision.file).filter(|said| !revision.id.starts_with(said));
            if let Some(said) = said.filter(|_| problem.rule == "alembic-revision-header") {
                let said = words::visible(words::short(said));
                badges.push(Badge::Problem(words::join(&["file says ", &said])));
            }
        }
        badges.dedup();
        badges
    }
}

fn plain_shape(revision: Option<&ChainRevision>) -> Shape {
    match revision {
        None => Shape::Missing,
        Some(revision) if revision.is_head => Shape::Head,
        Some(revision) if revision.down.len() > 1 => Shape::Merge,
        Some(revision) if revision.down.is_empty() => Shape::Base,
        Some(_) => Shape::Plain,
    }
}

/// Marks what ran on prod: its revisions, and all that they follow or need. Returns whether one is in the chain.
fn apply<'a>(
    report: &'a Report,
    chain: &'a ChainView,
    about: &mut Map<&'a str, About<'a>>,
) -> bool {
    let prod = report.audits.prod.iter().flat_map(|prod| &prod.revisions);
    let mut open: Vec<&str> = prod.map(String::as_str).collect();
    let mut any = false;
    while let Some(id) = open.pop() {
        let Some(own) = about.get_mut(id).filter(|own| !own.applied) else { continue };
        let Some(revision) = own.revision.and_then(|ix| chain.revisions.get(ix)) else { continue };
        (own.applied, any) = (true, true);
        open.extend(revision.down.iter().chain(&revision.depends_on).map(String::as_str));
    }
    any
}

/// `8c1f0a2e, backfill users.email_hash. Parent 5f6c2ad0. Children … Dev is here. No findings.`
fn said(
    id: &str,
    about: &About<'_>,
    revision: Option<&ChainRevision>,
    badges: &[Badge],
    pending: bool,
) -> String {
    let mut said = words::visible(id);
    match revision {
        Some(revision) => {
            if let Some(message) = &revision.message {
                said.push_str(", ");
                said.push_str(&words::visible(message));
            }
            said.push_str(". ");
            said.push_str(&listed("Parent", "Parents", &revision.down));
        }
        None => said.push_str(", not in the input. "),
    }
    let children: Vec<String> = about.children.iter().map(|&child| child.to_owned()).collect();
    said.push_str(&listed("Child", "Children", &children));
    for badge in badges {
        match badge {
            Badge::Database(role) => said.push_str(&words::join(&[role, " is here. "])),
            Badge::Plain(text) | Badge::Problem(text) => said.push_str(&words::join(&[text, ". "])),
            Badge::Finding(_) => {}
        }
    }
    if pending {
        said.push_str("Pending for prod. ");
    }
    let findings = match about.findings {
        0 => "No findings.".to_owned(),
        count => words::join(&[&words::count(count, "finding", "findings"), "."]),
    };
    said.push_str(&findings);
    said
}

fn listed(one: &str, many: &str, ids: &[String]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let short: Vec<String> = ids.iter().map(|id| words::visible(words::short(id))).collect();
    words::join(&[if ids.len() == 1 { one } else { many }, " ", &short.join(" and "), ". "])
}

/// Returns the id with which a file's name begins.
fn file_says(file: &str) -> Option<&str> {
    let name = file.rsplit('/').next()?;
    let (id, _) = name.split_once(['_', '.'])?;
    (!id.is_empty()).then_some(id)
}

fn changes_said(changes: &Changes) -> String {
    let mut parts = Vec::new();
    let tables =
        |count: usize, sign: &str| words::join(&[sign, &words::count(count, "table", "tables")]);
    if !changes.created.is_empty() {
        parts.push(tables(changes.created.len(), "+"));
    }
    if !changes.dropped.is_empty() {
        parts.push(tables(changes.dropped.len(), "−"));
    }
    if !changes.renamed.is_empty() {
        parts.push(words::join(&["~", &words::number(changes.renamed.len())]));
    }
    if changes.undecided > 0 {
        parts.push(words::join(&["?", &words::number(changes.undecided)]));
    }
    parts.join(" ")
}

#[cfg(test)]
#[path = "trail_tests.rs"]
mod tests;
