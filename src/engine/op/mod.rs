//! How a database changes: one vocabulary for SQL, `op.*` calls, plans and comparisons.
//!
//! In: nothing; this is a vocabulary.
//! Out: [`Op`] (the effect), [`Step`] (an effect with its place), `apply`.
//! Never: which parser read it, which rule will judge it.

mod apply;
mod describe;

pub use apply::{Clash, apply};
pub use describe::describe;

use crate::wire::Certainty;

use super::schema::{Column, Ident, TableName};
use super::span::Span;

/// What changes. Nothing here about where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    CreateTable {
        table: TableName,
        columns: Vec<Column>,
        if_not_exists: bool,
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
    AddColumn {
        table: TableName,
        column: Column,
    },
    DropColumn {
        table: TableName,
        column: Ident,
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
        to: String,
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
        default: String,
    },
    DropDefault {
        table: TableName,
        column: Ident,
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
        cascade: bool,
    },
    CreateIndex {
        table: TableName,
        name: Option<Ident>,
        unique: bool,
        concurrently: bool,
    },
    DropIndex {
        name: TableName,
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
    /// DELETE or UPDATE.
    Mutate {
        table: TableName,
        verb: Mutation,
        filter: Filter,
    },
    /// Row level security switched on or off.
    RowSecurity {
        table: TableName,
        enabled: bool,
    },
    /// A session setting is changed.
    Setting {
        name: String,
    },
    /// Understood, and without effect on what Retort models: `BEGIN`, `SELECT`, `COMMENT ON`,
    /// `CREATE EXTENSION`, `INSERT`… `what` names it.
    Neutral {
        what: &'static str,
    },
    /// Changes something inside a table that replay does not model yet; the set of tables stays.
    WithinTable {
        table: TableName,
        what: String,
    },
    /// SQL handed to the SQL reader, which puts ops in its place. The span of the step is that of the string
    /// literal, or of the expression that makes the string.
    Sql {
        text: String,
    },
    /// Seen, not understood, and no table is created, dropped or renamed by it.
    UnknownWithin {
        what: String,
    },
    /// Seen, not understood.
    Unknown {
        what: String,
    },
}

/// Kinds of constraints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintKind {
    PrimaryKey,
    Unique { columns: Vec<Ident> },
    Check,
    ForeignKey { ref_table: TableName },
    Exclusion,
}

/// What [`Op::DropOther`] drops.
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
}

/// Whether a DELETE or UPDATE says which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// No WHERE at all.
    None,
    /// A WHERE that is always true: intent is explicit.
    Tautology,
    /// A real condition, or a join.
    Some,
}

/// An effect, how sure it is, and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub op: Op,
    pub certainty: Certainty,
    /// The statement or call.
    pub span: Span,
}
