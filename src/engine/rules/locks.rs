//! What PostgreSQL locks for a step, and how long it holds it: the one table of claims that rules speak from.
//!
//! Modes and work are those of PostgreSQL 11 to 18 as observed with `pg_locks` and debug messages;
//! `./scripts/prove locks` asks a server again.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::Evidence;
use crate::engine::op::{ConstraintKind, Detail, LockMode, Op, Texts, Work};
use crate::engine::schema::{Expression, Ident, ObjectKind, Schema, Table, TableName};
use crate::wire::words::thousands;
use crate::wire::{Certainty, Severity};

use super::retype::{self, Retype};
use super::{Note, StepView, evidence, volatile};

/// What a statement does while it holds a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// The catalogue alone.
    Brief,
    /// Every row is read.
    Scan,
    /// An index is built.
    Build,
    /// The table and its indexes are written anew.
    Rewrite,
}

/// A lock on one table.
pub type Lock<'a> = (&'a TableName, LockMode, Cost);

/// Rows from which on a table is large, and up to which it is small.
const LARGE_ROWS: u64 = 1_000_000;
const SMALL_ROWS: u64 = 10_000;
const MAJOR_ASSUMED: u32 = 14;

impl StepView<'_> {
    /// Returns whether the step runs on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.dialect() == Dialect::PostgreSql
    }

    /// Returns whether a table on PostgreSQL may be in use: it was not made by the same change.
    pub fn is_old(&self, table: &TableName) -> bool {
        self.is_postgres() && !self.fresh.has_table(table)
    }

    /// Returns whether the same plan or revision has said how long to wait for a lock.
    pub fn has_lock_timeout(&self) -> bool {
        let set = self.earlier.iter().rev().find_map(|step| match &step.op {
            Op::Setting { name, value, .. } if name == "lock_timeout" => Some(value.as_deref()),
            _ => None,
        });
        set.flatten().is_some_and(|value| value != "0")
    }

    /// Returns a table as far as it is known before the step.
    pub fn table(&self, table: &TableName) -> Option<&Table> {
        self.before.schema().tables.get(table)
    }

    /// Returns a severity one step higher on a large table, one lower on a small one.
    pub fn scaled(&self, table: &TableName, severity: Severity) -> Severity {
        let settings = &self.case.settings;
        let small = settings.small_table_rows.unwrap_or(SMALL_ROWS);
        let large = settings.large_table_rows.unwrap_or(LARGE_ROWS);
        match (self.case.known_rows(table), severity) {
            (Some(rows), Severity::Danger) if rows < small => Severity::Warning,
            (Some(rows), Severity::Warning) if rows < small => Severity::Notice,
            (Some(rows), Severity::Warning) if rows > large => Severity::Danger,
            (Some(rows), Severity::Notice) if rows > large => Severity::Warning,
            _ => severity,
        }
    }

    /// Returns the server's major version; where nothing says it, the oldest that is still common.
    pub fn major(&self) -> u32 {
        self.case.server_version().map_or(MAJOR_ASSUMED, |(major, _)| major)
    }
}

/// Returns how long a lock is held, in words.
pub fn until(cost: Cost) -> &'static str {
    match cost {
        Cost::Brief => {
            "it is over at once, but whoever comes after it while it waits for the lock waits too"
        }
        Cost::Scan => "until every row has been read",
        Cost::Build => "until the index is built",
        Cost::Rewrite => "until the table and its indexes are written anew",
    }
}

/// Returns a note about a lock: what waits for it, how large the table is, and what is known of it.
pub fn note(
    view: &StepView<'_>,
    (table, mode, cost): Lock<'_>,
    severity: Severity,
    title: String,
) -> Note {
    let meanwhile = until(cost);
    let held = format!("{} lock on `{table}`: {}, {meanwhile}", mode.word(), mode.blocks());
    let size = match view.case.rows_of(table) {
        Some((rows, span)) => {
            Evidence::text(format!("The plan says that it has {} rows", thousands(rows))).at(span)
        }
        None => match view.case.size_of(table).and_then(|(size, who)| Some((size.rows?, who))) {
            Some((rows, who)) => {
                Evidence::text(format!("{who} that it has {} rows", thousands(rows)))
            }
            None => Evidence::text("How large the table is, is in no input"),
        },
    };
    Note::new(format!("{} {title}", view.who()))
        .severity(view.scaled(table, severity))
        .certainty(if cost == Cost::Brief { Certainty::Certain } else { Certainty::Likely })
        .table(table)
        .because([Evidence::text(held)])
        .because((cost != Cost::Brief).then_some(size))
        .because(evidence::of_table(view, table))
}

/// Returns the locks that a step takes on tables, in a schema as it is before it. Those on tables that the
/// same change has made are among them.
pub fn of<'a>(op: &'a Op, before: &'a Schema) -> Vec<Lock<'a>> {
    use Cost::{Brief, Build, Rewrite, Scan};
    use LockMode::{AccessExclusive, Share, ShareRowExclusive, ShareUpdateExclusive};
    let ae = |table, cost| vec![(table, AccessExclusive, cost)];
    match op {
        Op::AddColumn { table, column, .. } => {
            let rewrites = volatile::fills(column, before).is_some();
            ae(table, if rewrites { Rewrite } else { Brief })
        }
        Op::AlterColumnType { table, column, to, using } => {
            let cost = match retype::of(before, (table, column), to.as_deref(), using.as_deref()) {
                Retype::Nothing => Brief,
                Retype::Rescan(_) => Build,
                Retype::Rewrite | Retype::Unknown => Rewrite,
            };
            ae(table, cost)
        }
        Op::SetNotNull { table, column } => {
            let proven = before.tables.get(table).is_some_and(|known| proves(known, column));
            ae(table, if proven { Brief } else { Scan })
        }
        Op::DropTable { table, .. } => {
            let mut held = ae(table, Brief);
            held.extend(points_at(before, table, |_| true).map(|to| (to, AccessExclusive, Brief)));
            held
        }
        Op::DropColumn { table, column, .. } => {
            let mut held = ae(table, Brief);
            let of_column = points_at(before, table, |kind| kind.columns().contains(column));
            held.extend(of_column.map(|to| (to, AccessExclusive, Brief)));
            held
        }
        Op::DropConstraint { table, name, .. } => {
            let mut held = ae(table, Brief);
            held.extend(dropped_key(before, table, name).map(|to| (to, AccessExclusive, Brief)));
            held
        }
        Op::AddConstraint { table, kind, validated, .. } => of_constraint(table, kind, *validated),
        Op::CreateIndex { table, concurrently, .. } => {
            vec![(table, if *concurrently { ShareUpdateExclusive } else { Share }, Build)]
        }
        Op::DropIndex { name, concurrently, .. } => {
            let mode = if *concurrently { ShareUpdateExclusive } else { AccessExclusive };
            indexed(before, &name.name).map(|table| vec![(table, mode, Brief)]).unwrap_or_default()
        }
        Op::Truncate { tables, .. } => tables.iter().flat_map(|table| ae(table, Brief)).collect(),
        Op::RenameTable { from: table, .. }
        | Op::RenameColumn { table, .. }
        | Op::RenameConstraint { table, .. }
        | Op::SetDefault { table, .. }
        | Op::DropDefault { table, .. }
        | Op::DropNotNull { table, .. }
        | Op::SetIdentity { table, .. }
        | Op::RowSecurity { table, .. } => ae(table, Brief),
        Op::Detail { table, detail } => of_detail(table, detail),
        Op::CreateObject { name, .. } => {
            let mode = match name.kind {
                ObjectKind::Trigger => ShareRowExclusive,
                _ => AccessExclusive,
            };
            name.table.iter().map(|table| (table, mode, Brief)).collect()
        }
        Op::Upkeep { work, on, concurrently } => {
            let (mode, cost) = of_work(work, *concurrently);
            on.iter().map(|table| (table, mode, cost)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_constraint<'a>(
    table: &'a TableName,
    kind: &'a ConstraintKind,
    validated: bool,
) -> Vec<Lock<'a>> {
    let scan = if validated { Cost::Scan } else { Cost::Brief };
    match kind {
        // Of the other table only the rows that are pointed at are looked up.
        ConstraintKind::ForeignKey(key) => vec![
            (table, LockMode::ShareRowExclusive, scan),
            (&key.ref_table, LockMode::ShareRowExclusive, Cost::Brief),
        ],
        ConstraintKind::Check(_) => vec![(table, LockMode::AccessExclusive, scan)],
        kind => {
            let takes_over = kind.columns().is_empty();
            let cost = if takes_over { Cost::Brief } else { Cost::Build };
            vec![(table, LockMode::AccessExclusive, cost)]
        }
    }
}

fn of_detail<'a>(table: &'a TableName, detail: &'a Detail) -> Vec<Lock<'a>> {
    use LockMode::{AccessExclusive, ShareUpdateExclusive};
    match detail {
        Detail::Validated(_) => vec![(table, ShareUpdateExclusive, Cost::Scan)],
        Detail::Logged | Detail::Unlogged => vec![(table, AccessExclusive, Cost::Rewrite)],
        Detail::PartitionOf(parent, _) => {
            vec![(table, AccessExclusive, Cost::Scan), (parent, ShareUpdateExclusive, Cost::Brief)]
        }
        Detail::Detached { parent, concurrently } => {
            let mode = if *concurrently { ShareUpdateExclusive } else { AccessExclusive };
            vec![(parent, mode, Cost::Brief), (table, mode, Cost::Brief)]
        }
        Detail::Forced(_) | Detail::Inherits(_) => vec![(table, AccessExclusive, Cost::Brief)],
        _ => Vec::new(),
    }
}

fn of_work(work: &Work, concurrently: bool) -> (LockMode, Cost) {
    match work {
        Work::VacuumFull | Work::Tablespace | Work::AccessMethod | Work::Oids => {
            (LockMode::AccessExclusive, Cost::Rewrite)
        }
        Work::Cluster | Work::Repack | Work::Refresh if concurrently => {
            (LockMode::Exclusive, Cost::Rewrite)
        }
        Work::Cluster | Work::Repack | Work::Refresh => (LockMode::AccessExclusive, Cost::Rewrite),
        Work::ReindexIndex | Work::ReindexTable | Work::ReindexAll if concurrently => {
            (LockMode::ShareUpdateExclusive, Cost::Build)
        }
        Work::ReindexIndex | Work::ReindexTable | Work::ReindexAll | Work::ReindexSystem => {
            (LockMode::Share, Cost::Build)
        }
        Work::Rebuild | Work::Engine | Work::Recreate | Work::Charset(Texts::All) => {
            (LockMode::AccessExclusive, Cost::Rewrite)
        }
        Work::Asserts(_) | Work::Charset(_) | Work::InlineReferences(_) | Work::Recreated => {
            (LockMode::AccessShare, Cost::Brief)
        }
        Work::Lock(mode) => (*mode, Cost::Brief),
        Work::Owner
        | Work::ReplicaIdentity
        | Work::Rule(..)
        | Work::DropPartition
        | Work::TruncatePartition
        | Work::ExchangePartition
        | Work::RemovePartitioning
        | Work::CoalescePartition => (LockMode::AccessExclusive, Cost::Brief),
        Work::Trigger(..) => (LockMode::ShareRowExclusive, Cost::Brief),
    }
}

/// Returns the other tables that foreign keys of a table point at, of the constraints that `counts`.
pub fn points_at<'a>(
    schema: &'a Schema,
    table: &TableName,
    counts: impl Fn(&ConstraintKind) -> bool,
) -> impl Iterator<Item = &'a TableName> {
    let own = table.clone();
    let constraints = schema.tables.get(table).map(|known| known.constraints.as_slice());
    let kinds = constraints.unwrap_or_default().iter().map(|one| &one.kind);
    let mut seen = Vec::new();
    kinds.filter(move |kind| counts(kind)).filter_map(move |kind| match kind {
        ConstraintKind::ForeignKey(key)
            if key.ref_table != own && !seen.contains(&&key.ref_table) =>
        {
            seen.push(&key.ref_table);
            Some(&key.ref_table)
        }
        _ => None,
    })
}

/// The other table that a foreign key of this name points at.
fn dropped_key<'a>(schema: &'a Schema, table: &TableName, name: &Ident) -> Option<&'a TableName> {
    let known = schema.tables.get(table)?;
    let one = known.constraints.iter().find(|one| one.name.as_ref() == Some(name))?;
    match &one.kind {
        ConstraintKind::ForeignKey(key) if &key.ref_table != table => Some(&key.ref_table),
        _ => None,
    }
}

/// Returns the table that has an index of this name.
pub fn indexed<'a>(schema: &'a Schema, name: &Ident) -> Option<&'a TableName> {
    let has = |table: &Table| table.indexes.iter().any(|one| one.name.as_ref() == Some(name));
    schema.tables.iter().find(|(_, table)| has(table)).map(|(table, _)| table)
}

/// Returns whether a checked constraint proves that a column is never NULL: only conjunctions count.
pub fn proves(table: &Table, column: &Ident) -> bool {
    let says = |check: &Expression| {
        let text = check.text.to_lowercase();
        let is_it = |part: &str| {
            let part = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
            part.strip_suffix(" is not null")
                .is_some_and(|name| name.trim_matches('"') == column.as_str().to_lowercase())
        };
        !text.contains(" or ") && text.split(" and ").any(is_it)
    };
    table.constraints.iter().any(|one| match &one.kind {
        ConstraintKind::Check(check) => {
            !one.traits.not_valid && !one.traits.not_enforced && says(check)
        }
        _ => false,
    })
}
