//! How a database changes: one vocabulary for SQL, `op.*` calls, plans and comparisons.
//!
//! In: nothing; this is a vocabulary.
//! Out: [`Op`] (the effect), [`Step`] (an effect with its place), [`fn@apply`].
//! Never: which parser read it, which rule will judge it.

mod apply;
pub mod conventions;
mod defaults;
mod describe;
mod names;
mod redefine;
mod replayed;
mod respell;
mod rewrite;
mod unmodelled;
mod upkeep;

pub use apply::{Clash, apply, apply_verbatim, rename_in_constraint};
pub use defaults::{Spelling, spell, spell_in};
pub use describe::describe;
pub use names::MYSQL_KEY;
pub use redefine::redefine;
pub use replayed::Replayed;
pub use unmodelled::{default_of, is_spelling, unmodelled};
pub use upkeep::{DomainChange, LockMode, Made, Texts, Toggle, Work};

pub use super::schema::ConstraintKind;

use crate::wire::Certainty;

use super::schema::{
    Column, Constraint, ConstraintTraits, Expression, Ident, Identity, Index, ObjectName, TableName,
};
use super::span::Span;

/// What changes. Nothing here about where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    CreateTable {
        table: TableName,
        columns: Vec<Column>,
        constraints: Vec<Constraint>,
        if_not_exists: bool,
        /// It has more than what is listed: columns that were computed, or come from another table.
        open: bool,
    },
    DropTable {
        table: TableName,
        if_exists: bool,
        cascade: bool,
    },
    RenameTable {
        from: TableName,
        to: TableName,
    },
    RenameSequence {
        from: TableName,
        to: TableName,
    },
    AddColumn {
        table: TableName,
        column: Column,
        if_not_exists: bool,
    },
    DropColumn {
        table: TableName,
        column: Ident,
        if_exists: bool,
        cascade: bool,
    },
    RenameColumn {
        table: TableName,
        from: Ident,
        to: Ident,
    },
    AlterColumnType {
        table: TableName,
        column: Ident,
        /// `None` when it is not known.
        to: Option<String>,
        using: Option<String>,
    },
    SetNotNull {
        table: TableName,
        column: Ident,
    },
    DropNotNull {
        table: TableName,
        column: Ident,
    },
    SetDefault {
        table: TableName,
        column: Ident,
        /// SQL as written.
        default: String,
    },
    DropDefault {
        table: TableName,
        column: Ident,
    },
    /// `None` makes it an ordinary column.
    SetIdentity {
        table: TableName,
        column: Ident,
        identity: Option<Identity>,
        /// The name of its sequence, where it is given.
        sequence: Option<TableName>,
    },
    /// The comment of a column.
    SetComment {
        table: TableName,
        column: Ident,
        comment: Option<String>,
    },
    AddConstraint {
        table: TableName,
        name: Option<Ident>,
        kind: ConstraintKind,
        validated: bool,
    },
    DropConstraint {
        table: TableName,
        name: Ident,
        if_exists: bool,
        cascade: bool,
    },
    RenameConstraint {
        table: TableName,
        from: Ident,
        to: Ident,
    },
    CreateIndex {
        table: TableName,
        index: Index,
        if_not_exists: bool,
        concurrently: bool,
    },
    DropIndex {
        name: TableName,
        if_exists: bool,
        concurrently: bool,
    },
    RenameIndex {
        from: TableName,
        to: Ident,
    },
    /// An enum type.
    CreateEnum {
        name: TableName,
        values: Vec<String>,
        if_not_exists: bool,
    },
    AddEnumValue {
        name: TableName,
        value: String,
        place: EnumPlace,
        if_not_exists: bool,
    },
    /// Exactly these values from now on.
    SetEnumValues {
        name: TableName,
        values: Vec<String>,
    },
    RenameEnumValue {
        name: TableName,
        from: String,
        to: String,
    },
    RenameType {
        from: TableName,
        to: TableName,
    },
    /// Makes or replaces something that a schema keeps by its definition.
    Define {
        name: ObjectName,
        definition: String,
    },
    /// Takes away something that a schema keeps by its definition.
    Undefine {
        name: ObjectName,
    },
    /// A sequence goes with a column from now on, or with none.
    OwnSequence {
        sequence: TableName,
        owner: Option<(TableName, Ident)>,
    },
    /// Something about a table beside its columns, constraints and indexes.
    Detail {
        table: TableName,
        detail: Detail,
    },
    /// View, sequence, extension.
    CreateOther {
        kind: DropKind,
        name: TableName,
    },
    /// Makes something whose definition is not kept: a view, function, trigger, policy, rule, domain.
    CreateObject {
        name: ObjectName,
        made: Made,
    },
    /// Another name, or another schema, for what is neither a table, a sequence nor a type.
    RenameOther {
        kind: DropKind,
        from: TableName,
        to: TableName,
    },
    AlterDomain {
        name: TableName,
        change: DomainChange,
    },
    /// Works on what is stored, or on how it is kept; a schema is the same afterwards.
    Upkeep {
        work: Work,
        on: Vec<TableName>,
        concurrently: bool,
    },
    /// Schema, database, type, view, sequence, function, trigger, policy, extension, role…
    DropOther {
        kind: DropKind,
        name: String,
        cascade: bool,
    },
    Truncate {
        tables: Vec<TableName>,
        cascade: bool,
        restart_identity: bool,
    },
    /// DELETE, UPDATE or INSERT.
    Mutate {
        table: TableName,
        verb: Mutation,
        filter: Filter,
        /// What an UPDATE puts into which column.
        sets: Vec<(Ident, Expression)>,
        /// String constants anywhere in it, as far as they are few.
        says: Vec<String>,
    },
    /// Row level security switched on or off.
    RowSecurity {
        table: TableName,
        enabled: bool,
    },
    /// A session setting is changed.
    Setting {
        name: String,
        /// Without quotes, in lower case; `None` when it is set back to what it was, or not known.
        value: Option<String>,
        reach: Reach,
    },
    /// Where a transaction begins or ends.
    Transaction(Transact),
    /// About the server and who may use it; a schema is the same afterwards.
    Server(Server),
    /// Understood, and without effect on what Retort models: `SELECT`, `COMMENT ON`, `CREATE EXTENSION`,
    /// `INSERT`… `what` names it.
    Neutral {
        what: &'static str,
    },
    /// Changes something inside a table, and the set of tables stays.
    WithinTable {
        table: TableName,
        what: String,
        /// Nothing that a schema holds is different afterwards: an owner, storage, a validated constraint.
        /// Otherwise replay does not model it yet.
        harmless: bool,
    },
    /// Seen, not understood, and no table is created, dropped or renamed by it.
    UnknownWithin {
        what: String,
        /// Inside these; none when it could be any.
        tables: Vec<TableName>,
    },
    /// Seen, not understood.
    Unknown {
        what: String,
        /// What it can reach; none when that is everything.
        tables: Vec<TableName>,
        /// It runs code, or text that is only known when it runs.
        opaque: bool,
    },
}

/// What [`Op::Neutral`] says of a statement built by SQLAlchemy that reads or changes rows.
pub const ROWS: &str = "reads or changes rows";

/// What [`Op::Detail`] says of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// `RANGE (moved_at)`.
    PartitionBy(String),
    /// It becomes a partition, with `FOR VALUES …` or `DEFAULT`; its columns are the parent's.
    PartitionOf(TableName, String),
    /// Its columns are those of these tables, and then its own.
    Inherits(Vec<TableName>),
    /// Its columns are those of a query on other tables (`CREATE TABLE … AS SELECT`).
    Selected(Vec<Selected>),
    Unlogged,
    /// It survives a crash again.
    Logged,
    /// It is a table of its own again, and no partition of this one.
    Detached {
        parent: TableName,
        concurrently: bool,
    },
    Foreign,
    /// Whether policies hold for the owner as well.
    Forced(bool),
    Comment(Option<String>),
    Options(String),
    /// `None` for that of the type.
    Collation(Ident, Option<String>),
    /// What else is said of a column from now on.
    Also(Ident, Vec<String>),
    /// A column stands first from now on, or behind another one.
    Place(Ident, Option<Ident>),
    /// The rows were looked at now.
    Validated(Ident),
    /// How a constraint is kept; the one made last where none is named.
    Constraint(Option<Ident>, ConstraintTraits),
}

/// What a query puts out: a column of one of these tables, or all columns of each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    pub from: Vec<TableName>,
    pub column: Option<Ident>,
    /// What it is called afterwards, where that is something else.
    pub name: Option<Ident>,
}

impl Op {
    /// Returns what says that an extension is in a schema, where that is not the default one.
    pub fn extension_in(name: &TableName, schema: &Ident) -> Option<Self> {
        let own = name.quoted();
        let words = ["CREATE EXTENSION IF NOT EXISTS ", &own, " WITH SCHEMA ", &schema.quoted()];
        let name = ObjectName::extension(name.clone());
        let usual = matches!(schema.as_str(), "public" | "pg_catalog");
        (!usual).then(|| Self::Define { name, definition: words.concat() })
    }

    /// Returns what says in which tablespace an index is, which goes by its name alone.
    pub fn place_of_index(name: TableName, place: &Ident) -> Self {
        let definition =
            ["ALTER INDEX ", &name.quoted(), " SET TABLESPACE ", &place.quoted()].concat();
        Self::Define { name: ObjectName::place_of_index(name), definition }
    }

    /// Returns the tables that it makes, ends or changes by their names. None of one that was not understood,
    /// or that is about something else.
    pub fn tables(&self) -> Vec<&TableName> {
        match self {
            Self::CreateTable { table, .. }
            | Self::DropTable { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumnType { table, .. }
            | Self::SetNotNull { table, .. }
            | Self::DropNotNull { table, .. }
            | Self::SetDefault { table, .. }
            | Self::DropDefault { table, .. }
            | Self::SetIdentity { table, .. }
            | Self::SetComment { table, .. }
            | Self::AddConstraint { table, .. }
            | Self::DropConstraint { table, .. }
            | Self::RenameConstraint { table, .. }
            | Self::CreateIndex { table, .. }
            | Self::RowSecurity { table, .. }
            | Self::Detail { table, .. }
            | Self::Mutate { table, .. }
            | Self::WithinTable { table, .. } => vec![table],
            Self::RenameTable { from, to } => vec![from, to],
            Self::Truncate { tables: on, .. } | Self::Upkeep { on, .. } => on.iter().collect(),
            Self::CreateObject { name, .. } => name.table.iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// A statement about the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    pub what: &'static str,
    /// It cannot run inside of a transaction.
    pub alone: bool,
    /// What it asks for, where that is more than a migration should have.
    pub asks: Option<Asks>,
}

/// What a statement about the server asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    System,
    Role,
    /// It holds a password.
    Secret,
    /// Rights for everybody, all rights there are, or rights to hand on.
    Broad,
    /// Rights are taken away.
    Revokes,
}

/// How far a setting reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To the end of the transaction.
    Local,
    Session,
    /// Every session of the server.
    Global,
}

/// What happens to a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transact {
    Begin,
    Commit,
    Rollback,
    /// The next one begins where this one ends.
    Chain,
    Savepoint,
    Release,
    RollbackTo,
    /// Alembic's `autocommit_block()`: what was done so far is committed, and each statement by itself.
    Autocommit,
    /// The block ends, and a new transaction begins.
    AutocommitEnd,
}

/// Where a new value of an enum stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnumPlace {
    Last,
    Before(String),
    After(String),
}

/// Kinds of objects beside tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropKind {
    Database,
    Schema,
    Type,
    Domain,
    View,
    MaterializedView,
    Sequence,
    Function,
    Procedure,
    Trigger,
    Policy,
    Extension,
    Role,
    /// Owned objects, rules, casts, publications… as written.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    Delete,
    Update,
    Insert,
}

/// Whether a DELETE or UPDATE says which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// No WHERE at all.
    None,
    /// A WHERE that is always true: intent is explicit.
    Tautology,
    /// A real condition, or a join.
    Some,
    /// Those that have nothing in this column, and no other condition.
    IsNull(Ident),
    /// Those with one given value in each of these columns, whatever is asked beside.
    Is(Vec<Ident>),
}

impl Filter {
    /// Returns whether some rows may be left out.
    pub fn is_some(&self) -> bool {
        matches!(self, Self::Some | Self::IsNull(_) | Self::Is(_))
    }
}

/// An effect, how sure it is, and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub op: Op,
    pub certainty: Certainty,
    /// The statement or call.
    pub span: Span,
    /// Done by the same statement as the step before it. The place alone does not say so: a loop runs one
    /// line again and again.
    pub joined: bool,
}
