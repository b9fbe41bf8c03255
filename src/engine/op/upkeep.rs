//! What is done to objects that leaves a schema as it was, or whose definition is not kept.

use super::{Ident, TableName};

/// Work on what is stored, or on how it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    VacuumFull,
    Cluster,
    Repack,
    Tablespace,
    AccessMethod,
    /// `SET WITH OIDS`, which PostgreSQL 12 and later refuse.
    Oids,
    ReindexIndex,
    ReindexTable,
    /// Every index of a schema or a database.
    ReindexAll,
    /// The catalogues; it has no concurrent form.
    ReindexSystem,
    /// Of a materialized view.
    Refresh,
    /// Of MySQL: `ALGORITHM=…` or `LOCK=…`, without which the server takes whatever serves.
    Asserts(Ident),
    /// Of MySQL: the texts of a column, of every column, or of those still to come are kept otherwise.
    Charset(Texts),
    /// Of MySQL: `FORCE`, `ROW_FORMAT`, `OPTIMIZE`.
    Rebuild,
    /// Of MySQL: another storage engine.
    Engine,
    /// Of MySQL: `REFERENCES` beside a column, which it may pass over.
    InlineReferences(Ident),
    /// Alembic's batch builds the table anew and copies its rows; what it does comes between the two.
    Recreate,
    Recreated,
    /// `LOCK TABLE`, in a mode as the server spells it.
    Lock(LockMode),
    Owner,
    ReplicaIdentity,
    /// Of MySQL: partitions go with their rows.
    DropPartition,
    TruncatePartition,
    /// Of MySQL: rows of a partition and of a table change places.
    ExchangePartition,
    RemovePartitioning,
    CoalescePartition,
    /// A trigger of this name; `all` and `user` are several.
    Trigger(Ident, Toggle),
    Rule(Ident, Toggle),
}

/// Whose character set or collation changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Texts {
    Column(Ident),
    /// Of every column that is there.
    All,
    /// Of columns that are added from now on.
    Default,
}

/// When a trigger or rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toggle {
    Enable,
    Always,
    Disable,
    /// Only in sessions that replay what another server did: no longer in ordinary ones.
    Replica,
}

impl Toggle {
    /// Returns whether it no longer fires in ordinary sessions.
    pub fn is_off(self) -> bool {
        matches!(self, Self::Disable | Self::Replica)
    }
}

/// PostgreSQL's locks on a table, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

impl LockMode {
    const WORDS: [&'static str; 8] = [
        "ACCESS SHARE",
        "ROW SHARE",
        "ROW EXCLUSIVE",
        "SHARE UPDATE EXCLUSIVE",
        "SHARE",
        "SHARE ROW EXCLUSIVE",
        "EXCLUSIVE",
        "ACCESS EXCLUSIVE",
    ];
    const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// Returns the mode's name in SQL.
    pub fn word(self) -> &'static str {
        Self::WORDS.get(self as usize).copied().unwrap_or_default()
    }

    /// Returns the mode of this name in SQL, in upper case.
    pub fn from_word(word: &str) -> Option<Self> {
        let at = Self::WORDS.iter().position(|known| *known == word)?;
        Self::ALL.get(at).copied()
    }

    /// Returns what waits for a transaction that holds it.
    pub fn blocks(self) -> &'static str {
        match self {
            Self::AccessExclusive => "reads and writes wait",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "writes wait",
            _ => "only other changes of the table wait",
        }
    }
}

/// What is known of an object whose definition is not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Tables that a view reads.
    pub reads: Vec<TableName>,
    /// `OR REPLACE`.
    pub replaces: bool,
    /// A domain that not every value of its type fits.
    pub constrained: bool,
    /// A function that runs as its owner, and sets no search path.
    pub exposed: bool,
    /// A policy that narrows access, a trigger that can refuse rows, a rule.
    pub restricts: bool,
}

/// How a domain changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainChange {
    /// A constraint, and whether the rows there are looked at.
    Adds {
        validated: bool,
    },
    SetNotNull,
    Validates,
    /// It takes more than before, or its default is another.
    Other,
}
