//! Everything known, before judging: who is dev, who is prod, where each stands in the chain.
//!
//! In: documents, facts, chains.
//! Out: [`Case`], which every rule reads.
//! Never: what is dangerous.

mod configured;
mod deploy;
mod history;
mod positions;
mod printed;
mod programs;
mod switches;
mod version_tables;

pub use deploy::{DeployStep, DeployWay, Runs};
pub use history::{History, Released};
pub use positions::Apart;
pub use printed::Contradiction;
pub use programs::{Does, does};
pub use version_tables::{is_version_table, made};

use crate::ordered::{Map, Set};
use crate::wire::words::thousands;
use crate::wire::{Role, Settings, VersionState};

use super::chain::{Chain, Resemblance, Revision, RevisionIx, order};
use super::document::Documents;
use super::facts::{Audit, Facts, Plan, Recognised, Stated};
use super::ledger::Evidence;
use super::op::{self, Op, Replayed};
use super::schema::{Names, Schema, Table, TableName};
use super::span::Span;

/// Everything that was read, and what follows from it without judging.
#[derive(Debug)]
pub struct Case {
    pub documents: Documents,
    pub facts: Facts,
    pub chains: Vec<Chain>,
    /// The chains before the change under review, where that is given.
    pub before: Option<Vec<Chain>>,
    /// What the change does to revisions that were there, and what they are no longer of a lock file.
    pub history: History,
    /// What was set, by a person here and now or in `retort.toml`.
    pub settings: Settings,
    /// The date, where somebody lent a clock.
    pub today: Option<String>,
    dev: Side,
    prod: Side,
    // Worked out once: rules ask for them again and again, and they walk the chain.
    dev_position: Position,
    prod_position: Position,
    pending: Option<Set<(usize, RevisionIx)>>,
    deploy_ways: Vec<DeployWay>,
}

/// What all documents of one role say together.
#[derive(Debug, Clone, Default)]
struct Side {
    audit: Option<Audit>,
    /// The audits that it was put together from.
    of: Vec<usize>,
}

impl Side {
    /// Takes the first audit of a role, and whatever others add to it without contradicting it: a dump has
    /// the schema, a summary the version row.
    fn new(audits: &[Audit], role: Role) -> Self {
        let mut side = Self::default();
        for (ix, audit) in audits.iter().enumerate() {
            if audit.assigned.is_none_or(|assigned| assigned.role != role) {
                continue;
            }
            match &mut side.audit {
                None => side.audit = Some(audit.clone()),
                Some(known) if agree(known, audit) => join(known, audit),
                Some(_) => continue,
            }
            side.of.push(ix);
        }
        side
    }
}

fn agree(known: &Audit, other: &Audit) -> bool {
    let own = |audit: &Audit| {
        let tables = audit.tables.as_ref()?;
        Some(tables.keys().filter(|table| !is_version_table(table)).cloned().collect())
    };
    let sets: (Option<Set<TableName>>, Option<Set<TableName>>) = (own(known), own(other));
    let same_tables = !matches!(sets, (Some(one), Some(two)) if one != two);
    let is_open = |audit: &Audit| audit.version.state == VersionState::NotGiven;
    let rows = |audit: &Audit| -> Set<String> {
        audit.version.rows.iter().map(|(id, _)| id.clone()).collect()
    };
    let same_version = is_open(known)
        || is_open(other)
        || (known.version.state == other.version.state && rows(known) == rows(other));
    same_tables && same_version
}

fn join(known: &mut Audit, other: &Audit) {
    if known.tables.is_none() {
        known.tables.clone_from(&other.tables);
    }
    if known.version.state == VersionState::NotGiven {
        known.version.clone_from(&other.version);
    }
    if known.database.is_none() {
        known.database.clone_from(&other.database);
    }
}

/// Where a database stands in the chain.
#[derive(Debug, Clone)]
pub enum Position {
    /// No audit of it, or the audit has no version section.
    NotGiven,
    /// The version table could not be read.
    Unreadable(Span),
    /// No version row. `resembles`: the revision whose tables it has, where a chain is known.
    NeverStamped { span: Option<Span>, resembles: Option<(usize, Resemblance)> },
    /// At these rows; `chain` is the one that knows the first of them.
    At { chain: Option<usize>, rows: Vec<(String, Span)> },
}

/// The two sides as sets of names, version tables left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableDistance {
    pub only_in_dev: Vec<TableName>,
    pub only_in_prod: Vec<TableName>,
}

impl TableDistance {
    /// Returns the size of the symmetric difference.
    pub fn count(&self) -> usize {
        self.only_in_dev.len() + self.only_in_prod.len()
    }
}

/// The schema of a moment, and whether every step up to it was understood.
#[derive(Debug, Clone)]
pub struct Known {
    pub schema: Schema,
    pub complete: bool,
}

impl Case {
    /// Joins what was read. An audit without a role stays out of the comparison.
    pub fn new(
        documents: Documents,
        mut facts: Facts,
        (chains, before): (Vec<Chain>, Option<Vec<Chain>>),
        settings: Settings,
        today: Option<String>,
    ) -> Self {
        if settings.single_database == Some(true) {
            configured::one_database(&mut facts);
        }
        let (dev, prod) =
            (Side::new(&facts.audits, Role::Dev), Side::new(&facts.audits, Role::Prod));
        let history = History::of(&facts, before.as_deref(), &chains);
        let mut case = Self {
            documents,
            deploy_ways: deploy::ways(&facts),
            facts,
            history,
            chains,
            before,
            settings,
            today,
            dev,
            prod,
            dev_position: Position::NotGiven,
            prod_position: Position::NotGiven,
            pending: None,
        };
        case.dev_position = case.find_position(Role::Dev);
        case.prod_position = case.find_position(Role::Prod);
        case.pending = case.find_pending();
        case
    }

    /// Returns the audit that stands for a role.
    pub fn audit(&self, role: Role) -> Option<&Audit> {
        match role {
            Role::Dev => self.dev.audit.as_ref(),
            Role::Prod => self.prod.audit.as_ref(),
            _ => None,
        }
    }

    /// Returns audits that take no part: without a role, or one that contradicts another of its role.
    pub fn idle_audits(&self) -> impl Iterator<Item = &Audit> {
        let used = |ix: &usize| self.dev.of.contains(ix) || self.prod.of.contains(ix);
        self.facts
            .audits
            .iter()
            .enumerate()
            .filter(move |(ix, _)| !used(ix))
            .map(|(_, audit)| audit)
    }

    /// Returns the names of a database's tables, version tables left out; `None` when they are not known.
    pub fn tables(&self, role: Role) -> Option<Set<TableName>> {
        let tables = self.audit(role)?.tables.as_ref()?;
        Some(tables.keys().filter(|table| !is_version_table(table)).cloned().collect())
    }

    /// Returns how far dev and prod are apart, when both table lists are known.
    pub fn distance(&self) -> Option<TableDistance> {
        let (dev, prod) = (self.tables(Role::Dev)?, self.tables(Role::Prod)?);
        Some(TableDistance {
            only_in_dev: dev.difference(&prod).cloned().collect(),
            only_in_prod: prod.difference(&dev).cloned().collect(),
        })
    }

    /// Returns where a database stands.
    pub fn position(&self, role: Role) -> &Position {
        match role {
            Role::Dev => &self.dev_position,
            Role::Prod => &self.prod_position,
            _ => &Position::NotGiven,
        }
    }

    /// An audit shows the rows themselves; what Alembic printed stands in where it does not.
    fn find_position(&self, role: Role) -> Position {
        let audited = self.position_of_audit(role);
        match (&audited, self.printed(role)) {
            (Position::NotGiven | Position::Unreadable(_), Some(printed)) => {
                self.position_of_output(printed)
            }
            _ => audited,
        }
    }

    fn position_of_audit(&self, role: Role) -> Position {
        let Some(audit) = self.audit(role) else {
            return Position::NotGiven;
        };
        match audit.version.state {
            VersionState::NotGiven => Position::NotGiven,
            VersionState::Unreadable => {
                Position::Unreadable(audit.version.span.unwrap_or(Span::whole(audit.document)))
            }
            VersionState::Empty | VersionState::Absent => Position::NeverStamped {
                span: audit.version.span,
                resembles: self.resembling(role),
            },
            VersionState::Stamped => {
                let rows = audit.version.rows.clone();
                let chain = rows.iter().find_map(|(id, _)| self.chain_of(id));
                Position::At { chain, rows }
            }
        }
    }

    /// Returns the chain that has a revision with this id.
    pub fn chain_of(&self, id: &str) -> Option<usize> {
        self.chains.iter().position(|chain| chain.find(id).is_some())
    }

    /// Over every chain, the revision whose tables are nearest to these.
    pub fn nearest(&self, tables: &Set<TableName>) -> Option<(usize, Resemblance)> {
        let found = self
            .chains
            .iter()
            .enumerate()
            .filter_map(|(ix, chain)| Some((ix, chain.nearest(tables)?)));
        found.min_by_key(|(ix, near)| (near.missing.len() + near.extra.len(), *ix))
    }

    /// Returns the revisions that are about to run on prod, or `None` when its position is not known. A
    /// database that was never stamped counts as standing where its tables are, when they are exactly those
    /// of a revision.
    pub fn pending(&self) -> Option<&Set<(usize, RevisionIx)>> {
        self.pending.as_ref()
    }

    fn find_pending(&self) -> Option<Set<(usize, RevisionIx)>> {
        let (chain_ix, at): (usize, Vec<RevisionIx>) = match self.position(Role::Prod) {
            Position::At { chain: Some(chain), rows } => (
                *chain,
                rows.iter().filter_map(|(id, _)| self.chains.get(*chain)?.find(id)).collect(),
            ),
            Position::NeverStamped { resembles: Some((chain, near)), .. } if near.is_exact() => {
                // What only moves rows may not have run.
                (*chain, vec![*near.alike.first().unwrap_or(&near.revision)])
            }
            // Without an audit the settings say what ran for certain.
            Position::NotGiven => match self.released() {
                Some(released) => released,
                None => return self.new_revisions(),
            },
            _ => return None,
        };
        let chain = self.chains.get(chain_ix)?;
        let applied = order::ancestors(&chain.graph, &at);
        Some(
            chain
                .order
                .iter()
                .filter(|ix| !applied.contains(**ix))
                .map(|ix| (chain_ix, *ix))
                .collect(),
        )
    }

    /// Returns every revision that the chains run, with its chain and whether it is about to run on prod;
    /// `None` when prod's position is not known.
    pub fn revisions(&self) -> impl Iterator<Item = (&Chain, RevisionIx, &Revision, Option<bool>)> {
        self.chains.iter().enumerate().flat_map(move |(number, chain)| {
            chain.order.iter().filter_map(move |ix| {
                let pending = self.pending().map(|pending| pending.contains(&(number, *ix)));
                Some((chain, *ix, chain.revision(*ix)?, pending))
            })
        })
    }

    /// Returns whether a revision is about to run on prod, as far as is known.
    pub fn is_pending(&self, revision: &str) -> bool {
        let Some(pending) = self.pending() else {
            return false;
        };
        pending.iter().any(|(chain, ix)| {
            self.chains.get(*chain).is_some_and(|chain| chain.find(revision) == Some(*ix))
        })
    }

    /// Returns whether prod stands at an ancestor of dev's revision and has exactly that ancestor's tables.
    pub fn prod_is_behind(&self) -> bool {
        let Some((chain, prod)) = self.prod_before_dev() else { return false };
        let (schema, _) = chain.schema_at(&prod);
        let expected: Set<TableName> =
            schema.tables.into_keys().filter(|table| !is_version_table(table)).collect();
        self.tables(Role::Prod) == Some(expected)
    }

    /// Returns the chain and prod's revisions when all of them are ancestors of dev's.
    pub fn prod_before_dev(&self) -> Option<(&Chain, Vec<RevisionIx>)> {
        let apart = self.apart()?;
        let behind = self.same_revisions() == Some(false) && apart.only_prod.is_empty();
        behind.then(|| self.stands(Role::Prod)).flatten()
    }

    /// Returns the chain that prod or, failing that, dev stands in; the only chain when there is one.
    pub fn main_chain(&self) -> Option<usize> {
        let of = |role| match self.position(role) {
            Position::At { chain, .. } => *chain,
            Position::NeverStamped { resembles, .. } => resembles.as_ref().map(|(chain, _)| *chain),
            _ => None,
        };
        of(Role::Prod).or_else(|| of(Role::Dev)).or((self.chains.len() == 1).then_some(0))
    }

    /// Returns the schema at the main chain's heads.
    pub fn head(&self) -> Option<Known> {
        let chain = self.chains.get(self.main_chain()?)?;
        let (schema, complete) = chain.schema_at(&chain.graph.heads);
        Some(Known { schema, complete })
    }

    /// Returns the schema that a document states for a role: of a dump, with columns.
    pub fn stated(&self, role: Role) -> Option<&Stated> {
        let is_it = |one: &&Stated| one.assigned.is_some_and(|assigned| assigned.role == role);
        self.facts.stated.iter().find(is_it)
    }

    /// Returns prod's schema: as a dump of it has it, otherwise its tables; columns are not in a summary.
    pub fn prod_schema(&self) -> Option<Schema> {
        let tables = self.audit(Role::Prod)?.tables.as_ref()?;
        if let Some(stated) = self.stated(Role::Prod).filter(|stated| stated.is_complete()) {
            return Some(stated.schema.clone());
        }
        Some(Schema {
            tables: tables
                .keys()
                .map(|table| (table.clone(), Table { open: true, ..Table::default() }))
                .collect(),
            ..Schema::empty(self.facts.dialect.dialect)
        })
    }

    /// Returns what a plan meets: prod, as far as it is known. Where nothing says what prod holds, the chain's
    /// schema at prod's revision.
    pub fn before_plan(&self) -> Replayed {
        let (mut schema, complete) = self.met();
        // A plan may make as many names as it has bytes.
        schema.names = Names::of(&schema);
        Replayed::from(schema, complete)
    }

    /// What a plan meets, and whether these are all of its tables.
    fn met(&self) -> (Schema, bool) {
        if let Some(schema) = self.prod_schema() {
            return (schema, true);
        }
        if let Some(stated) = self.stated(Role::Prod).or_else(|| self.facts.baseline()) {
            return (stated.schema.clone(), stated.is_complete());
        }
        if let Position::At { chain: Some(number), rows } = self.position(Role::Prod)
            && let Some(chain) = self.chains.get(*number)
        {
            let at: Vec<RevisionIx> = rows.iter().filter_map(|(id, _)| chain.find(id)).collect();
            return chain.schema_at(&at);
        }
        (Schema::empty(self.facts.dialect.dialect), false)
    }

    /// Returns prod's tables after every plan ran. A step that cannot happen there, or was not understood,
    /// makes the answer incomplete.
    pub fn after_plan(&self) -> Option<Known> {
        if self.facts.plans.is_empty() {
            return None;
        }
        let mut known = Known { schema: self.prod_schema()?, complete: true };
        for step in self
            .facts
            .plans
            .iter()
            .flat_map(Plan::statements)
            .flat_map(|statement| &statement.steps)
        {
            let applied = op::apply(&mut known.schema, &step.op);
            let reaches_further = matches!(step.op, Op::Unknown { .. } | Op::DropOther { .. });
            // Columns are not known here, so only steps on missing tables clash.
            known.complete &= applied.is_ok() && !reaches_further;
        }
        Some(known)
    }

    /// Returns what is known of a table: who made it, who has it, how many rows the plan says it has.
    pub fn about(&self, table: &TableName) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        for chain in &self.chains {
            let created = chain.origin(table).and_then(|origin| origin.created);
            evidence.extend(created.and_then(|(ix, span)| {
                let revision = chain.revision(ix)?;
                let message =
                    revision.message.as_deref().and_then(|message| message.lines().next());
                let message = message.map(|message| format!(" “{message}”")).unwrap_or_default();
                let text = format!("Created by revision `{}`{message}", revision.id);
                Some(Evidence::text(text).at(span).of_revision(revision.id.clone()))
            }));
        }
        for (role, name) in [(Role::Prod, "prod"), (Role::Dev, "dev")] {
            let Some(audit) = self.audit(role) else { continue };
            let Some(tables) = &audit.tables else { continue };
            evidence.push(match tables.get(table) {
                Some(span) => Evidence::text(format!("Exists in {name}")).at(*span),
                None => Evidence::text(format!("Not among the tables of {name}"))
                    .at(Span::whole(audit.document)),
            });
        }
        evidence.extend(self.rows_of(table).map(|(rows, span)| {
            Evidence::text(format!("The plan's own notice says {}", items(rows))).at(span)
        }));
        if let Some((rows, who)) =
            self.size_of(table).and_then(|(size, who)| Some((size.rows?, who)))
        {
            evidence.push(Evidence::text(format!("{who} {} rows", thousands(rows))));
        }
        evidence
    }

    /// Returns how many rows a plan's notice gives for a table.
    pub fn rows_of(&self, table: &TableName) -> Option<(u64, Span)> {
        self.facts.plans.iter().find_map(|plan| plan.rows_of(table))
    }

    /// Returns, for every document, what it was taken for.
    pub fn kinds(&self) -> Map<super::span::DocumentId, &Recognised> {
        self.facts.recognised.iter().map(|recognised| (recognised.document, recognised)).collect()
    }
}

/// "1 item", "1,812 items".
pub fn items(count: u64) -> String {
    format!("{} {}", thousands(count), if count == 1 { "item" } else { "items" })
}
