//! What a row of the chain says: its marks, and all of it in words for people who do not see the lines.

use super::trail::{Badge, Node, Shape, TrailRow};
use super::words;
use crate::ordered::{Map, Set};
use crate::renderers::lanes::{self, RowKind};
use crate::wire::{ChainChange, ChainRevision, ChainView, Changes, Report, Severity};

/// What others in the report say of a revision.
#[derive(Debug, Default, Clone)]
pub struct About<'a> {
    findings: usize,
    /// Of those that are not suppressed.
    worst: Option<Severity>,
    children: Vec<&'a str>,
    /// Files with its id.
    files: usize,
    /// Where it stands among the chain's revisions.
    revision: Option<usize>,
    /// It ran on prod.
    applied: bool,
    /// What the change under review did to it, if that is more than moving its file.
    change: Option<&'a str>,
    /// The name of its file is about another revision.
    misnamed: bool,
}

/// Returns what the findings say of each revision.
pub fn findings_by_revision(report: &Report) -> Map<&str, About<'_>> {
    let mut found: Map<&str, About> = Map::new();
    for finding in &report.findings {
        if let Some(revision) = finding.revision.as_deref() {
            let about = found.entry(revision).or_default();
            about.findings += 1;
            if finding.suppressed.is_none() {
                about.worst = about.worst.max(Some(finding.severity));
            }
        }
    }
    found
}

/// Knows what to say of each node of one chain.
#[derive(Debug)]
pub struct Teller<'a> {
    report: &'a Report,
    chain: &'a ChainView,
    about: Map<&'a str, About<'a>>,
    /// Where prod stands is known.
    has_prod: bool,
}

impl<'a> Teller<'a> {
    /// Looks through the report once.
    pub fn new(report: &'a Report, chain: &'a ChainView, found: &Map<&'a str, About<'a>>) -> Self {
        let mut about = found.clone();
        // The header's rule also speaks of other things than a file whose name lies.
        let headers = chain.problems.iter().filter(|it| it.rule == "alembic-revision-header");
        let named = headers.flat_map(|it| it.revision.iter().chain(&it.file));
        let misnamed: Set<&str> = named.map(String::as_str).collect();
        for (ix, revision) in chain.revisions.iter().enumerate() {
            let own = about.entry(&revision.id).or_default();
            own.files += 1;
            own.revision = Some(ix);
            let names = [&revision.id, &revision.file];
            own.misnamed |= names.iter().any(|it| misnamed.contains(it.as_str()));
            for parent in &revision.down {
                about.entry(parent).or_default().children.push(&revision.id);
            }
        }
        for change in &chain.changed {
            let own = about.entry(&change.revision).or_default();
            if own.change.is_none() && !matches!(change.what.as_str(), "file" | "same-effect") {
                own.change = Some(&change.what);
            }
        }
        let has_prod = apply(report, chain, &mut about);
        Self { report, chain, about, has_prod }
    }

    /// Revisions that the change under review took away, and that nobody names any more.
    pub fn gone(&self, chain: usize) -> Vec<TrailRow> {
        let is_named = |it: &ChainChange| {
            let about = self.about.get(it.revision.as_str());
            about.is_some_and(|it| it.files + it.findings + it.children.len() > 0)
        };
        let gone = self.chain.changed.iter().filter(|it| it.is_gone() && !is_named(it));
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

    /// Returns a row of the layout with all that is said of it.
    pub fn node(&self, chain: usize, row: lanes::Row, in_cycle: bool) -> Node {
        let (id, place) = match row.kind {
            RowKind::Revision(ix) => {
                (self.chain.revisions.get(ix).map(|revision| revision.id.clone()), Some(ix))
            }
            RowKind::Ghost(id) => (Some(id), None),
        };
        let id = id.unwrap_or_default();
        let revision = place.and_then(|ix| self.chain.revisions.get(ix));
        let nothing = About::default();
        let about = self.about.get(id.as_str()).unwrap_or(&nothing);
        let shape = match (revision, about.change) {
            (None, Some("deleted")) => Shape::Gone,
            (Some(_), Some("added" | "inserted")) => Shape::Added,
            (Some(_), Some(_)) => Shape::Edited,
            _ => plain_shape(revision),
        };
        let single = revision.is_some_and(|it| it.down.len() == 1 && it.depends_on.is_empty())
            && shape == Shape::Plain
            && about.children.len() == 1;
        let pending = revision.is_some() && self.has_prod && !about.applied;
        let badges = self.badges(&id, about, revision, in_cycle);
        Node {
            chain,
            revision: place,
            shape,
            single,
            pending,
            lane: row.lane,
            edges: row.edges,
            changes: revision.map(|revision| changes_said(&revision.changes)).unwrap_or_default(),
            said: said(&id, about, revision, &badges, pending),
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
        let change = about.change;
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
        let said = file_says(&revision.file).filter(|said| !revision.id.starts_with(said));
        badges.extend(said.filter(|_| about.misnamed).map(|said| {
            Badge::Problem(words::join(&["file says ", &words::visible(words::short(said))]))
        }));
        badges.extend(about.worst.map(Badge::Finding));
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
