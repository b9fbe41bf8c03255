//! A chain as rows to draw, newest on top: where each revision stands, which lines pass its row, and
//! everything a row says in words.

use crate::ordered::Map;

use super::filter::Filter;
use super::model::Subject;
use super::words;
use crate::renderers::lanes::{self, EdgeSegment, RowKind};
use crate::wire::{
    AuditSide, ChainRevision, ChainView, Changes, Report, Role, Severity, VersionState,
};

/// Lanes that are drawn; more are counted in words.
pub const LANES_DRAWN: usize = 12;

/// All chains, one under the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    pub rows: Vec<TrailRow>,
    pub lanes: usize,
}

impl Trail {
    /// Returns the revision on top.
    pub fn first(&self) -> Option<Subject> {
        self.rows.iter().find_map(TrailRow::subject)
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
            "h" => it.shape == Shape::Head,
            _ => it.badges.iter().any(|it| matches!(it, Badge::Finding(_) | Badge::Problem(_))),
        };
        node(*row).is_some_and(|it| is_it(it))
    };
    match key {
        "p" | "b" | "]" => (from + 1..trail.rows.len()).find(is_it),
        "c" | "[" => (0..from).rev().find(is_it),
        "h" => (0..trail.rows.len()).find(is_it),
        _ => None,
    }
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
        for (row, in_cycle) in layout.rows.into_iter().zip(in_cycle) {
            trail.rows.push(TrailRow::Node(Box::new(teller.node(ix, row, in_cycle))));
        }
        trail.rows.extend(positions(report, ix, chain));
    }
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
}

impl<'a> Teller<'a> {
    fn new(
        report: &'a Report,
        chain: &'a ChainView,
        found: &Map<&'a str, About<'a>>,
        filter: &'a Filter,
    ) -> Self {
        let mut about = found.clone();
        for revision in &chain.revisions {
            about.entry(&revision.id).or_default().files += 1;
            for parent in &revision.down {
                about.entry(parent).or_default().children.push(&revision.id);
            }
        }
        Self { report, chain, filter, about }
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
        let shape = match revision {
            None => Shape::Missing,
            Some(revision) if revision.is_head => Shape::Head,
            Some(revision) if revision.down.len() > 1 => Shape::Merge,
            Some(revision) if revision.down.is_empty() => Shape::Base,
            Some(_) => Shape::Plain,
        };
        let about = self.about(&id);
        let badges = self.badges(&id, &about, revision, in_cycle);
        Node {
            chain,
            revision: place,
            shape,
            lane: row.lane,
            edges: row.edges,
            changes: revision.map(|revision| changes_said(&revision.changes)).unwrap_or_default(),
            said: said(&id, &about, revision, &badges),
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
        let Some(revision) = revision else {
            badges.push(Badge::Problem("missing".to_owned()));
            return badges;
        };
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

/// `8c1f0a2e, backfill users.email_hash. Parent 5f6c2ad0. Children … Dev is here. No findings.`
fn said(id: &str, about: &About<'_>, revision: Option<&ChainRevision>, badges: &[Badge]) -> String {
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

/// Says where dev and prod are when no row can show it.
fn positions(report: &Report, ix: usize, chain: &ChainView) -> Vec<TrailRow> {
    let sides = [(Role::Dev, &report.audits.dev), (Role::Prod, &report.audits.prod)];
    let mut rows = Vec::new();
    for (role, audit) in sides {
        let Some(audit) = audit else {
            continue;
        };
        let near = chain.resembles.iter().find(|near| near.role == role);
        if near.is_none() && !(audit.revisions.is_empty() && ix == 0) {
            continue;
        }
        let text = position_said(audit, near.map(|near| (near.missing.len(), near.extra.len())));
        let revision = near.map(|near| (ix, near.revision.clone()));
        rows.push(TrailRow::Position { role, text, revision });
    }
    rows
}

fn position_said(audit: &AuditSide, near: Option<(usize, usize)>) -> String {
    let state = match audit.version_state {
        VersionState::Stamped => "Its revision isn't in this chain.",
        VersionState::Empty => "Its version table is empty.",
        VersionState::Absent => "It carries no revision.",
        VersionState::Unreadable => "Its revision couldn't be read.",
        VersionState::NotGiven => "The audit doesn't say where it is.",
    };
    let Some(tables) = audit.tables else {
        return words::join(&[state, " Its tables aren't known."]);
    };
    let tables = words::count(tables, "table", "tables");
    match near {
        None => words::join(&[state, " ", &tables, "."]),
        Some((0, 0)) => words::join(&[state, " Its ", &tables, " are those of "]),
        Some((missing, extra)) => {
            let missing = words::join(&[&words::number(missing), " missing, "]);
            let extra = words::join(&[&words::number(extra), " extra, next to "]);
            words::join(&[state, " Its ", &tables, " come near: ", &missing, &extra])
        }
    }
}

#[cfg(test)]
#[path = "trail_tests.rs"]
mod tests;
