//! Revisions in time.
//!
//! In: [`Revision`]s as the revision files give them.
//! Out: [`Chain`]s: one per script folder, with graph, order, problems and replay.
//! Never: Python, SQL, files; the graph is built from ids alone.

mod cycles;
mod group;
mod listing;
mod locations;
pub mod settings;
mod tables;
pub mod graph;
pub mod moves;
pub mod order;
pub mod resolve;
mod version_rows;
pub mod replay;
pub mod touches;
pub mod undo;
pub mod problems;
#[cfg(test)]
mod tests;

pub use graph::{Edge, Graph, Link, Missing, Node, Refusal, RefusalKind, RevisionIx};
pub use listing::{Shown, from_listing};
pub use problems::Problem;
pub use replay::{Baseline, Origin, Replay, ReplayClash, Resemblance};
pub use settings::Settings;
pub use touches::{Touch, Touches};
pub use undo::Undo;

use std::sync::Arc;

use crate::engine::dialects::{Choice, Dialect};
use crate::engine::op::{ConstraintKind, Op, Step};
use crate::engine::schema::{Ident, Schema, TableName};
use crate::engine::span::{DocumentId, Span};
use crate::ordered::{Map, Set};

/// The revisions of one script folder, in time.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// The folder that holds `versions/`; empty when the revisions came without folders.
    pub root: String,
    /// In Alembic's file order; [`RevisionIx`] points in here.
    pub revisions: Vec<Revision>,
    pub graph: Graph,
    /// Oldest first, as `upgrade heads` runs them.
    pub order: Vec<RevisionIx>,
    pub problems: Vec<Problem>,
    pub replay: Replay,
    /// In the order of their paths.
    pub ignored: Vec<Ignored>,
    /// What was done to read the folder, as sentences.
    pub notes: Vec<String>,
}

/// Everything that decides which files are revisions of which script folder.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// What replay starts from.
    pub baseline: Baseline,
    pub dialect: Choice,
    pub revisions: Vec<Revision>,
    pub settings: Vec<Settings>,
    pub plain_scripts: Vec<PlainScript>,
    /// A diff shows some of the revisions and not the rest: what is not there may well be.
    pub in_part: bool,
}

impl From<Vec<Revision>> for Sources {
    fn from(revisions: Vec<Revision>) -> Self {
        Self { revisions, ..Self::default() }
    }
}

/// A Python file that holds no revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainScript {
    pub document: DocumentId,
    pub path: String,
    /// Where it has SQLAlchemy make every table of the models, beside Alembic.
    pub creates_all: Option<Span>,
}

/// A revision file that Alembic would not load, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    pub document: DocumentId,
    pub path: String,
    pub why: String,
}

/// Builds the chains of all script folders, in the order of their roots.
pub fn build(sources: impl Into<Sources>) -> Vec<Chain> {
    build_settled(sources, &mut |_, _, _, _| None)
}

/// Puts in what depends on the order of the revisions: it is given what was there before them, the graph, the
/// order and the revisions, and returns what was there before them where that is more.
pub type Settle<'a> =
    &'a mut dyn FnMut(&Baseline, &Graph, &[RevisionIx], &mut [Revision]) -> Option<Baseline>;

/// The same, when what revisions do has to be settled once their order is known.
pub fn build_settled(sources: impl Into<Sources>, settle: Settle<'_>) -> Vec<Chain> {
    let mut sources = sources.into();
    let baseline = Arc::new(std::mem::take(&mut sources.baseline));
    let (in_part, choice) = (sources.in_part, std::mem::take(&mut sources.dialect));
    group::split(sources)
        .into_iter()
        .map(|mut group| {
            // All files are loaded before one runs, and what one tells the compiler holds for all.
            if group.revisions.iter().any(|revision| revision.unnames_keys) {
                group.revisions.iter_mut().for_each(Revision::unname_keys);
            }
            let links: Vec<Link> = group.revisions.iter().map(Link::from).collect();
            let graph = Graph::new(&links);
            let order = order::upgrade(&graph);
            let of_folder = group.revisions.first().and_then(|one| choice.of_folder(&one.path));
            let baseline = match of_folder.filter(|own| *own != baseline.schema.dialect) {
                Some(own) => Arc::new(baseline.in_dialect(own)),
                None => Arc::clone(&baseline),
            };
            let begun = settle(&baseline, &graph, &order, &mut group.revisions);
            let baseline = begun.map_or(baseline, Arc::new);
            let problems = problems::find(&graph, &order, &group, in_part);
            let replay = Replay::run(&graph, &order, &group.revisions, baseline);
            let group::Group { root, revisions, ignored, notes, .. } = group;
            Chain { root, revisions, graph, order, problems, replay, ignored, notes }
        })
        .collect()
}

impl Chain {
    /// Returns the dialect that it was read in.
    pub fn dialect(&self) -> Dialect {
        self.replay.baseline().dialect
    }

    /// Returns the revisions that run, oldest first.
    pub fn in_order(&self) -> impl Iterator<Item = (RevisionIx, &Revision)> {
        self.order.iter().filter_map(|ix| Some((*ix, self.revision(*ix)?)))
    }

    /// Returns a revision. An index of another chain gives `None`.
    pub fn revision(&self, ix: RevisionIx) -> Option<&Revision> {
        self.revisions.get(ix.0)
    }

    /// Returns the revision with this id, by exact match.
    pub fn find(&self, id: &str) -> Option<RevisionIx> {
        self.graph.find(id).filter(|ix| self.revision(*ix).is_some_and(|found| found.id == id))
    }

    /// Returns the schema after these revisions and all their ancestors, and whether its set of tables is
    /// known for certain.
    pub fn schema_at(&self, heads: &[RevisionIx]) -> (Schema, bool) {
        self.replay.schema_at(&self.graph, &self.revisions, &self.order, heads)
    }

    /// Returns the revision whose tables are nearest to a database's.
    pub fn nearest(&self, tables: &Set<TableName>) -> Option<Resemblance> {
        let mut near = self.replay.nearest(&self.order, tables)?;
        // Those after which nothing of the schema changed are one place.
        let mut newer = near.revision;
        while let Some(tie) = near.ties.last().copied() {
            let is_same = self.revision(newer).is_some_and(|one| {
                one.leaves_schema() && self.graph.normal_parents(newer).contains(&tie)
            });
            if !is_same {
                break;
            }
            near.ties.pop();
            near.alike.insert(0, tie);
            newer = tie;
        }
        Some(near)
    }

    /// Returns whether a revision's downgrade takes back its upgrade; `None` for one that never runs.
    pub fn undo(&self, ix: RevisionIx) -> Option<&Undo> {
        self.replay.undo(&self.order, &self.revisions, ix)
    }

    /// Returns the revision and the step that a touch names.
    pub fn touched(&self, touch: Touch) -> Option<(&Revision, &Step)> {
        let revision = self.revision(touch.revision)?;
        Some((revision, revision.upgrade.get(touch.step)?))
    }

    /// Returns the tables that a revision is the last to make.
    pub fn made_by(&self, ix: RevisionIx) -> impl Iterator<Item = (&TableName, Span)> {
        self.replay.made_by(ix)
    }

    /// Returns which revision created or dropped a table.
    pub fn origin(&self, table: &TableName) -> Option<&Origin> {
        self.replay.origin(table)
    }
}

impl From<&Revision> for Link {
    fn from(revision: &Revision) -> Self {
        Self {
            id: revision.id.clone(),
            down: revision.down.clone(),
            depends_on: revision.depends_on.clone(),
            labels: revision.labels.clone(),
        }
    }
}

/// One revision file, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub id: String,
    /// Parents as written; whether they exist is the graph's business. Empty for a base.
    pub down: Vec<String>,
    /// Revision ids or branch labels, as written.
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    /// First paragraph of the module docstring (Alembic's `doc`).
    pub message: Option<String>,
    pub create_date: Option<String>,
    /// `Revision ID:` of the docstring, which Alembic never reads.
    pub header_id: Option<String>,
    /// `Revises:` of the docstring, which Alembic never reads.
    pub header_revises: Option<Vec<String>>,
    pub upgrade: Vec<Step>,
    pub downgrade: Vec<Step>,
    pub downgrade_kind: DowngradeKind,
    /// A number made of its text without blanks, to tell copies from others.
    pub text: u64,
    /// Tables with a name in them that a naming convention would have made, had one been seen.
    pub assumed_names: Set<TableName>,
    /// The names of foreign keys are taken away before SQLAlchemy writes them: the database makes them.
    pub unnames_keys: bool,
    /// Foreign keys that a statement of SQL names, whose names stay.
    pub keys_in_sql: Set<(TableName, Ident)>,
    /// Parents were given as a set, whose order Alembic does not define.
    pub unordered_parents: bool,
    /// Why the parents could not be read; `down` is then empty although the revision may be no base.
    pub unread_parents: Option<String>,
    /// The `revision = …` assignment; its document is the revision's file.
    pub span: Span,
    /// Path of the file, for order (Alembic's file order) and for grouping into script folders.
    pub path: String,
}

impl Revision {
    /// Returns whether its upgrade leaves the schema as it is: it does nothing, or changes rows alone.
    pub fn leaves_schema(&self) -> bool {
        self.upgrade.iter().all(|step| {
            matches!(
                step.op,
                Op::Neutral { .. }
                    | Op::Mutate { .. }
                    | Op::Transaction(_)
                    | Op::Setting { .. }
                    | Op::Upkeep { .. }
                    | Op::Truncate { .. }
                    | Op::WithinTable { harmless: true, .. }
            )
        })
    }

    /// Leaves the names of the foreign keys that it makes to the database.
    pub fn unname_keys(&mut self) {
        self.unnames_keys = true;
        let in_sql = &self.keys_in_sql;
        let is_taken = |table: &TableName, name: &Option<Ident>| {
            name.as_ref().is_some_and(|name| !in_sql.contains(&(table.clone(), name.clone())))
        };
        for step in self.upgrade.iter_mut().chain(&mut self.downgrade) {
            match &mut step.op {
                Op::CreateTable { table, constraints, .. } => {
                    let keys = constraints.iter_mut();
                    keys.filter(|one| matches!(one.kind, ConstraintKind::ForeignKey(_)))
                        .filter(|one| is_taken(table, &one.name))
                        .for_each(|one| one.name = None);
                }
                Op::AddConstraint { table, name, kind: ConstraintKind::ForeignKey(_), .. }
                    if is_taken(table, name) =>
                {
                    *name = None;
                }
                _ => {}
            }
        }
    }
}

/// The codes of revision files, where there is something to compare them with: nothing else needs them.
#[derive(Debug, Clone, Default)]
pub struct Codes(Map<DocumentId, Code>);

impl Codes {
    /// Returns the code of a revision's file.
    pub fn of(&self, revision: &Revision) -> Code {
        self.0.get(&revision.span.document).copied().unwrap_or_default()
    }
}

impl FromIterator<(DocumentId, Code)> for Codes {
    fn from_iter<T: IntoIterator<Item = (DocumentId, Code)>>(codes: T) -> Self {
        Self(codes.into_iter().collect())
    }
}

/// The code of a revision file, by its meaning and not its looks (`python/fingerprint.rs`). Its id, its
/// parents and labels are no part of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Code {
    /// All that is not `downgrade()`.
    pub upgrade: u64,
    pub downgrade: u64,
    /// There is no condition, loop or `try` in it: its steps are all that it can do.
    pub is_straight: bool,
}

/// What a `downgrade()` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DowngradeKind {
    Absent,
    /// `pass`, a docstring, or nothing.
    Empty,
    /// Raises at once.
    Raises,
    Present,
}
