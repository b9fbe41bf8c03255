//! Revisions run in Alembic's order → the schema after each of them.

use std::sync::{Arc, OnceLock};

use crate::engine::dialects::Dialect;
use crate::engine::op::{self, Clash, Op};
use crate::engine::schema::{Schema, TableName};
use crate::engine::span::Span;
use crate::ordered::{Map, Set};
use crate::wire::Certainty;

use super::Revision;
use super::graph::{Graph, RevisionIx};
use super::order;
use super::tables::{Names, TableChange, TableSet};
use super::undo::{self, Undo};

/// The table that Alembic keeps its rows in; never part of a comparison.
pub const VERSION_TABLE: &str = "alembic_version";

/// What running the chain on an empty database would do.
///
/// A moment holds the set of tables alone, as bits, so that thousands of revisions stay cheap; columns are
/// worked out on request by [`Replay::schema_at`].
#[derive(Debug, Clone, Default)]
pub struct Replay {
    baseline: Arc<Baseline>,
    /// The tables of the baseline.
    first: TableSet,
    moments: Vec<Moment>,
    names: Names,
    /// In the order in which they happen.
    pub clashes: Vec<ReplayClash>,
    origins: Map<TableName, Origin>,
    /// Whether downgrades take back what upgrades do, by revision, once somebody asks: a schema does not.
    undos: OnceLock<Vec<Option<Undo>>>,
    /// The schema after everything, which is asked for most.
    last: Schema,
}

/// The schema before the first revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    pub schema: Schema,
    /// The set of its tables is known for certain.
    pub complete: bool,
}

impl Baseline {
    /// Returns an empty database.
    pub fn empty(dialect: Dialect) -> Self {
        Self { schema: Schema::empty(dialect), complete: true }
    }

    /// Returns the same for a chain of another database.
    pub fn in_dialect(&self, dialect: Dialect) -> Self {
        Self { schema: Schema { dialect, ..self.schema.clone() }, complete: self.complete }
    }
}

impl Default for Baseline {
    fn default() -> Self {
        Self::empty(Dialect::default())
    }
}

/// After one revision and all its ancestors.
#[derive(Debug, Clone, Default)]
struct Moment {
    tables: TableSet,
    /// Everything that decides the set of tables was understood.
    complete: bool,
}

/// A step that cannot happen to the schema that the chain has made by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayClash {
    pub revision: RevisionIx,
    pub span: Span,
    pub clash: Clash,
    /// Nothing before it was left open, so it will fail on a database that this chain alone has made.
    pub certain: bool,
    /// It leaves the set of tables open, and not only what is inside one of them.
    pub of_tables: bool,
}

/// Where a table comes from and where it went, as the whole chain has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The last revision that created it, or renamed another table to it.
    pub created: Option<(RevisionIx, Span)>,
    /// The last revision that dropped it, or renamed it away, if nothing created it since.
    pub dropped: Option<(RevisionIx, Span)>,
}

/// The revision whose tables are nearest to those of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resemblance {
    pub revision: RevisionIx,
    /// Tables of the revision that the database lacks.
    pub missing: Set<TableName>,
    /// Tables of the database that the revision does not have.
    pub extra: Set<TableName>,
    /// The revision's tables are known for certain.
    pub complete: bool,
    /// Other revisions that are as near, oldest first: what is known of the database does not tell which of
    /// them it is.
    pub ties: Vec<RevisionIx>,
    /// Other revisions after which the schema is the very same, oldest first: nothing in a schema tells them
    /// apart.
    pub alike: Vec<RevisionIx>,
    /// All of the schema was compared, not its tables alone.
    pub by_columns: bool,
    /// What else the revision and the database have apart, in words, and how much in all.
    pub differences: (usize, Vec<String>),
}

impl Resemblance {
    /// Returns whether the database holds what the revision makes, as far as it is known, and what no revision
    /// with another schema does.
    pub fn is_exact(&self) -> bool {
        self.has_tables() && self.differences.0 == 0 && self.ties.is_empty()
    }

    /// Returns whether the tables are the same.
    pub fn has_tables(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

impl Replay {
    /// Runs the chain.
    pub fn run(
        graph: &Graph,
        order: &[RevisionIx],
        revisions: &[Revision],
        baseline: Arc<Baseline>,
    ) -> Self {
        let mut replay = Self { baseline, ..Self::default() };
        replay.first = replay.names.set(replay.baseline.schema.tables.keys());
        replay.run_steps(graph, order, revisions);
        let changes: Vec<Vec<TableChange>> =
            revisions.iter().map(|revision| replay.names.changes(&revision.upgrade)).collect();
        let clashed: Set<RevisionIx> =
            replay.clashes.iter().filter(|c| c.of_tables).map(|c| c.revision).collect();
        replay.moments = vec![Moment::default(); graph.nodes.len()];
        for ix in order {
            let (mut tables, mut complete) = replay.before(graph, order, *ix, &changes);
            tables.apply(changes.get(ix.0).map_or(&[], Vec::as_slice));
            complete &= !clashed.contains(ix) && !in_cycle(graph, *ix);
            complete &= revisions.get(ix.0).is_some_and(is_understood);
            if let Some(moment) = replay.moments.get_mut(ix.0) {
                *moment = Moment { tables, complete };
            }
        }
        replay
    }

    /// Returns the tables after a revision, and whether they are known for certain.
    pub fn tables_after(&self, ix: RevisionIx) -> (Set<TableName>, bool) {
        let Some(moment) = self.moments.get(ix.0) else { return (Set::new(), false) };
        (self.names.names(&moment.tables), moment.complete)
    }

    /// Returns the schema after these revisions and all their ancestors, and whether its set of tables is
    /// known for certain. `whole` is the order in which everything ran.
    pub fn schema_at(
        &self,
        graph: &Graph,
        revisions: &[Revision],
        whole: &[RevisionIx],
        heads: &[RevisionIx],
    ) -> (Schema, bool) {
        let complete =
            heads.iter().all(|ix| self.moments.get(ix.0).is_some_and(|moment| moment.complete));
        let order = order::between(graph, &[], heads);
        if order == whole {
            return (self.last.clone(), complete);
        }
        let mut schema = self.baseline.schema.clone();
        for ix in order {
            let Some(revision) = revisions.get(ix.0) else { continue };
            for step in &revision.upgrade {
                // What clashes is listed once, from the run of the whole chain.
                let _clash = op::apply(&mut schema, &step.op);
            }
        }
        (schema, complete)
    }

    /// Returns what it starts from.
    pub fn baseline(&self) -> &Schema {
        &self.baseline.schema
    }

    /// Returns a database as the first revision meets it.
    pub fn before_all(&self) -> op::Replayed {
        op::Replayed::from(self.baseline.schema.clone(), self.baseline.complete)
    }

    /// Returns the schema after every revision.
    pub fn last(&self) -> &Schema {
        &self.last
    }

    /// Returns which revision created or dropped a table.
    pub fn origin(&self, table: &TableName) -> Option<&Origin> {
        self.origins.get(table)
    }

    /// Returns the revision whose tables are nearest to a database's: the fewest that only one side has,
    /// and the newest of those. `None` when no revision shares a table with the database.
    pub fn nearest(&self, order: &[RevisionIx], tables: &Set<TableName>) -> Option<Resemblance> {
        let mut known = TableSet::default();
        let mut foreign = Set::new();
        for table in tables.iter().filter(|table| table.name.as_str() != VERSION_TABLE) {
            match self.names.find(table) {
                Some(number) => known.insert(number),
                None => {
                    foreign.insert(table.clone());
                }
            }
        }
        let is_empty = known.is_empty() && foreign.is_empty();
        let mut best: Option<(usize, RevisionIx)> = None;
        let mut ties: Vec<RevisionIx> = Vec::new();
        for ix in order.iter().rev() {
            let Some(moment) = self.moments.get(ix.0) else { continue };
            if !(moment.tables.meets(&known) || (is_empty && moment.tables.is_empty())) {
                continue;
            }
            let distance =
                moment.tables.count_without(&known) + known.count_without(&moment.tables);
            match best {
                Some((least, _)) if distance == least => ties.push(*ix),
                Some((least, _)) if distance > least => {}
                _ => {
                    ties.clear();
                    best = Some((distance, *ix));
                }
            }
        }
        ties.reverse();
        let (_, revision) = best?;
        let (own, complete) = self.tables_after(revision);
        let given = self.names.names(&known);
        let missing = own.difference(&given).cloned().collect();
        let extra = given.difference(&own).cloned().chain(foreign).collect();
        Some(Resemblance {
            revision,
            missing,
            extra,
            complete,
            ties,
            alike: Vec::new(),
            by_columns: false,
            differences: (0, Vec::new()),
        })
    }

    /// The tables before a revision: after its last parent, with what its other ancestors do on top. Of a
    /// merge, Alembic runs the last parent's line first.
    fn before(
        &self,
        graph: &Graph,
        order: &[RevisionIx],
        ix: RevisionIx,
        changes: &[Vec<TableChange>],
    ) -> (TableSet, bool) {
        let parents = graph.normal_parents(ix);
        let Some((last, others)) = parents.split_last() else {
            let reads = graph.node(ix).is_some_and(|node| node.is_base);
            return (self.first.clone(), reads && self.baseline.complete);
        };
        let moment = self.moments.get(last.0).cloned().unwrap_or_default();
        let (mut tables, mut complete) = (moment.tables, moment.complete);
        if !others.is_empty() {
            let done = order::ancestors(graph, &[*last]);
            let mut further = order::ancestors(graph, others);
            further.subtract(&done);
            for other in order.iter().filter(|other| further.contains(**other)) {
                tables.apply(changes.get(other.0).map_or(&[], Vec::as_slice));
            }
            complete &= others
                .iter()
                .all(|other| self.moments.get(other.0).is_some_and(|moment| moment.complete));
        }
        let lacks_parent = graph.missing.iter().any(|missing| missing.revision == ix);
        (tables, complete && !lacks_parent)
    }

    /// Applies every op once, in order, for clashes and origins.
    fn run_steps(&mut self, graph: &Graph, order: &[RevisionIx], revisions: &[Revision]) {
        let mut schema = self.baseline.schema.clone();
        let mut complete = graph.missing.is_empty() && self.baseline.complete;
        let mut inside = true;
        let mut assumes_names = false;
        for ix in order {
            let Some(revision) = revisions.get(ix.0) else { continue };
            complete &= revision.unread_parents.is_none();
            assumes_names |= !revision.assumed_names.is_empty();
            for step in &revision.upgrade {
                if let Err(clash) = op::apply(&mut schema, &step.op) {
                    let (revision, span) = (*ix, step.span);
                    let of_tables = is_about_tables(&step.op, &clash);
                    let certain = step.certainty != Certainty::Unverified
                        && complete
                        && (of_tables || inside)
                        && !(assumes_names && is_about_names(&step.op));
                    self.clashes.push(ReplayClash { revision, span, clash, certain, of_tables });
                    continue;
                }
                complete &= decides_tables(&step.op);
                inside &= !matches!(step.op, Op::UnknownWithin { .. })
                    && op::unmodelled(&schema, &step.op).is_empty();
                self.enter_origin(*ix, step.span, &step.op);
            }
        }
        self.last = schema;
    }

    /// Returns whether a revision's downgrade takes back its upgrade; `None` for one that never runs.
    pub fn undo(
        &self,
        order: &[RevisionIx],
        revisions: &[Revision],
        ix: RevisionIx,
    ) -> Option<&Undo> {
        let judge = || {
            let clashed: Set<RevisionIx> = self.clashes.iter().map(|one| one.revision).collect();
            let mut schema = self.baseline.schema.clone();
            let mut undos: Vec<Option<Undo>> = revisions.iter().map(|_| None).collect();
            for ix in order {
                let Some(revision) = revisions.get(ix.0) else { continue };
                let before = undo::Before::take(&schema, revision);
                for step in &revision.upgrade {
                    // What clashes is listed once, from the run of the whole chain.
                    let _clash = op::apply(&mut schema, &step.op);
                }
                if let Some(undo) = undos.get_mut(ix.0) {
                    *undo = Some(before.judge(revision, clashed.contains(ix)));
                }
            }
            undos
        };
        self.undos.get_or_init(judge).get(ix.0)?.as_ref()
    }

    /// Returns the tables that a revision is the last to make, and where.
    pub fn made_by(&self, ix: RevisionIx) -> impl Iterator<Item = (&TableName, Span)> {
        self.origins.iter().filter_map(move |(table, origin)| {
            origin.created.filter(|(by, _)| *by == ix).map(|(_, span)| (table, span))
        })
    }

    fn enter_origin(&mut self, ix: RevisionIx, span: Span, op: &Op) {
        let place = Some((ix, span));
        match op {
            Op::CreateTable { table, .. } => {
                let origin = self.origins.entry(table.clone()).or_default();
                *origin = Origin { created: place, dropped: None };
            }
            Op::DropTable { table, .. } => {
                self.origins.entry(table.clone()).or_default().dropped = place;
            }
            Op::RenameTable { from, to } => {
                self.origins.entry(from.clone()).or_default().dropped = place;
                let origin = self.origins.entry(to.clone()).or_default();
                *origin = Origin { created: place, dropped: None };
            }
            _ => {}
        }
    }
}

fn in_cycle(graph: &Graph, ix: RevisionIx) -> bool {
    graph.cycles.iter().any(|cycle| cycle.contains(&ix))
}

fn is_understood(revision: &Revision) -> bool {
    revision.unread_parents.is_none()
        && revision.upgrade.iter().all(|step| decides_tables(&step.op))
}

/// Whether an op finds, or makes, something by a name that a naming convention may have made.
fn is_about_names(op: &Op) -> bool {
    matches!(
        op,
        Op::AddConstraint { .. }
            | Op::DropConstraint { .. }
            | Op::RenameConstraint { .. }
            | Op::CreateIndex { .. }
            | Op::DropIndex { .. }
            | Op::RenameIndex { .. }
    )
}

/// Whether a clash says that the set of tables is not what it was taken for.
fn is_about_tables(op: &Op, clash: &Clash) -> bool {
    let of_types = matches!(
        op,
        Op::DropIndex { .. }
            | Op::RenameIndex { .. }
            | Op::CreateEnum { .. }
            | Op::AddEnumValue { .. }
            | Op::SetEnumValues { .. }
            | Op::RenameEnumValue { .. }
            | Op::RenameType { .. }
            | Op::DropOther { .. }
    );
    match clash {
        Clash::Missing(_) | Clash::Exists(_) => !of_types,
        Clash::Needed(_) => matches!(op, Op::DropTable { .. }),
        Clash::PartExists(..) | Clash::PartMissing(..) => matches!(op, Op::CreateTable { .. }),
    }
}

/// Whether the set of tables after an op is known.
fn decides_tables(op: &Op) -> bool {
    !matches!(op, Op::Unknown { .. })
}
