//! What a database is, as far as Retort has to know it.
//!
//! In: nothing; this is a vocabulary.
//! Out: [`Schema`], which compares by value.
//! Never: spans, documents, how a schema came to be.

mod dependents;
mod name;
mod object;

pub use super::dialects::postgresql::{format_type, without_modifier};
pub use dependents::{Dependent, How, dependents};
pub use name::{Ident, TableName};
pub use object::{Object, ObjectKind, ObjectName};

use crate::ordered::{Map, Set};

use super::dialects::Dialect;

/// Tables and what else has a name of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The database it is in, which decides how it changes.
    pub dialect: Dialect,
    pub tables: Map<TableName, Table>,
    /// Enum types and their values in order.
    pub enums: Map<TableName, Vec<String>>,
    /// Sequences and the column that owns each, if one does.
    pub sequences: Map<TableName, Option<(TableName, Ident)>>,
    /// Views, materialized ones included.
    pub views: Set<TableName>,
    /// Indexes of materialized views.
    pub view_indexes: Map<TableName, Vec<Index>>,
    pub extensions: Set<Ident>,
    /// Schemas that were made by name; the default one is not among them.
    pub schemas: Set<Ident>,
    /// What has a definition and no room of its own: definitions of views, domains, functions, triggers,
    /// policies, grants, options of sequences…
    pub objects: Map<ObjectName, Object>,
    /// No part of what it is: see [`Names`].
    pub names: Names,
}

/// Every name that an index or constraint ever had, where somebody keeps count: a name that is not among them is
/// free, and nobody has to look through all tables for it. Who writes a schema or runs a plan keeps count; the
/// replay of a chain, which keeps many, does not.
#[derive(Debug, Clone, Default)]
pub struct Names(Option<Set<Ident>>);

impl Names {
    /// Begins to count, in a schema that has none yet.
    pub fn counted() -> Self {
        Self(Some(Set::new()))
    }

    /// Begins to count in a schema that is there.
    pub fn of(schema: &Schema) -> Self {
        let mut counted = Self::counted();
        for table in schema.tables.values() {
            table.constraints.iter().for_each(|one| counted.enter(one.name.as_ref()));
            table.indexes.iter().for_each(|one| counted.enter(one.name.as_ref()));
        }
        counted
    }

    /// Enters a name.
    pub fn enter(&mut self, name: Option<&Ident>) {
        if let Some((all, name)) = self.0.as_mut().zip(name) {
            all.insert(name.clone());
        }
    }

    /// Returns whether nothing can have this name.
    pub fn has_never(&self, name: &Ident) -> bool {
        self.0.as_ref().is_some_and(|all| !all.contains(name))
    }
}

/// Schemas are the same whoever counted.
impl PartialEq for Names {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Names {}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Columns in order, as far as they are known.
    pub columns: Vec<Column>,
    /// In the order in which they were made. Every one that replay made has a name.
    pub constraints: Vec<Constraint>,
    /// Those that belong to no constraint.
    pub indexes: Vec<Index>,
    /// There may be more in it than is listed here.
    pub open: bool,
    /// `RANGE (moved_at)` of a partitioned table.
    pub partition_by: Option<String>,
    /// Its parent, and for which values: `FOR VALUES …` or `DEFAULT`.
    pub partition_of: Option<(TableName, String)>,
    pub inherits: Vec<TableName>,
    pub unlogged: bool,
    /// Its rows come from a foreign server.
    pub foreign: bool,
    pub row_security: RowSecurity,
    pub comment: Option<String>,
    /// What else is said after its columns: storage parameters, an engine, `STRICT`.
    pub options: Option<String>,
}

/// Whether policies decide who sees which rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowSecurity {
    pub enabled: bool,
    /// For the owner as well.
    pub forced: bool,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    pub name: Ident,
    /// The type as `format_type` spells it, or one of the serial pseudo-types in a change that was not
    /// applied yet; `None` when it is not known.
    pub data_type: Option<String>,
    pub nullable: bool,
    /// In a schema as `pg_get_expr` spells it, as far as that is known; in a change as written.
    pub default: Option<String>,
    pub identity: Option<Identity>,
    /// The expression of a generated column.
    pub generated: Option<Expression>,
    /// A generated column that is worked out when it is read, and not stored.
    pub computed_on_read: bool,
    /// Where it is not that of the type.
    pub collation: Option<String>,
    pub comment: Option<String>,
    /// What else MySQL or SQLite says of it, in their words: `INVISIBLE`, `SRID 4326`, `CHARACTER SET latin1`,
    /// `ON CONFLICT IGNORE` of its NOT NULL. A statement that says the column again has to repeat it.
    pub also: Vec<String>,
}

/// `GENERATED … AS IDENTITY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    Always,
    ByDefault,
}

/// SQL text with the columns that it speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expression {
    /// As written: the server prints it anew, with casts and parentheses of its own.
    pub text: String,
    pub columns: Vec<Ident>,
    /// In a change: already in the words of the catalogue, as a dump has it. Never in a schema.
    pub kept: bool,
}

/// A constraint. In a change, no name means that the database chooses one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    pub name: Option<Ident>,
    pub kind: ConstraintKind,
    pub traits: ConstraintTraits,
}

/// How a constraint is kept; the default is what one has that says nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConstraintTraits {
    pub deferrable: bool,
    pub initially_deferred: bool,
    /// Rows that were there before it were not looked at.
    pub not_valid: bool,
    pub not_enforced: bool,
    /// `MATCH FULL` of a foreign key.
    pub match_full: bool,
    /// Of a check: children of the table don't have it.
    pub no_inherit: bool,
    /// Of a unique constraint: two NULLs are the same.
    pub nulls_not_distinct: bool,
    /// The last column of a key is a stretch of time: `WITHOUT OVERLAPS`, and `PERIOD` of a foreign key.
    pub period: bool,
    /// The elements of a key as written, where one is more than a name: a length, an order, a collation.
    pub parts: Option<String>,
    /// What else is said behind it: `INCLUDE (note)`, `WITH (fillfactor=70)`, `ON CONFLICT REPLACE`.
    pub also: Option<String>,
}

impl Constraint {
    /// Returns a constraint that is kept as they are by default.
    pub fn new(name: Option<Ident>, kind: ConstraintKind) -> Self {
        Self { name, kind, traits: ConstraintTraits::default() }
    }
}

/// Kinds of constraints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintKind {
    PrimaryKey {
        columns: Vec<Ident>,
    },
    Unique {
        columns: Vec<Ident>,
    },
    Check(Expression),
    ForeignKey(ForeignKey),
    /// The elements with their operators, as text.
    Exclusion(Expression),
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub columns: Vec<Ident>,
    pub ref_table: TableName,
    /// Empty in a change that names none: the primary key is meant.
    pub ref_columns: Vec<Ident>,
    /// In upper case; `None` for the default, NO ACTION.
    pub on_delete: Option<String>,
    pub on_update: Option<String>,
}

/// An index. In a change, no name means that the database chooses one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    pub name: Option<Ident>,
    pub parts: Vec<IndexPart>,
    /// Columns that ride along without being part of the key.
    pub include: Vec<Ident>,
    pub unique: bool,
    /// `None` for `btree`.
    pub method: Option<String>,
    pub filter: Option<Expression>,
    /// Of a unique index: two NULLs are the same.
    pub nulls_not_distinct: bool,
    /// Its build failed half-way: it costs and does not serve.
    pub invalid: bool,
    /// Storage parameters, as written; of MySQL what stands behind the elements.
    pub options: Option<String>,
}

/// One element of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexPart {
    Column(Ident),
    /// Anything else: an expression, or a column with an order or operator class.
    Expression(Expression),
}

impl Schema {
    /// Returns a schema with nothing in it.
    pub fn empty(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Returns the table names, version tables of migration tools included.
    pub fn table_names(&self) -> impl Iterator<Item = &TableName> {
        self.tables.keys()
    }
}

impl Table {
    /// Returns the column of this name.
    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| &column.name == name)
    }

    /// Returns the columns of the primary key; empty when there is none.
    pub fn key(&self) -> &[Ident] {
        let key = self.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey { columns } => Some(columns.as_slice()),
            _ => None,
        });
        key.unwrap_or_default()
    }
}

impl Constraint {
    /// Returns whether it cannot be without a column of its own table.
    pub fn mentions(&self, column: &Ident) -> bool {
        let also = self.traits.also.as_deref().and_then(|also| also.strip_prefix("INCLUDE ("));
        let rides = also.and_then(|rest| rest.split(')').next()).unwrap_or_default();
        let rides =
            || rides.split(", ").any(|one| one == column.as_str() || one == column.quoted());
        self.kind.columns().contains(column) || rides()
    }
}

impl ConstraintKind {
    /// Returns the columns of its own table that it cannot be without.
    pub fn columns(&self) -> &[Ident] {
        match self {
            Self::PrimaryKey { columns } | Self::Unique { columns } => columns,
            Self::Check(expression) | Self::Exclusion(expression) => &expression.columns,
            Self::ForeignKey(key) => &key.columns,
        }
    }
}

impl Index {
    /// Returns its key when that is columns and nothing else; empty otherwise.
    pub fn columns(&self) -> Vec<Ident> {
        let column = |part: &IndexPart| match part {
            IndexPart::Column(name) => Some(name.clone()),
            IndexPart::Expression(_) => None,
        };
        self.parts.iter().map(column).collect::<Option<_>>().unwrap_or_default()
    }

    /// Returns whether the index mentions a column anywhere, so that it goes when the column goes.
    pub fn mentions(&self, column: &Ident) -> bool {
        let in_part = |part: &IndexPart| match part {
            IndexPart::Column(name) => name == column,
            IndexPart::Expression(expression) => expression.columns.contains(column),
        };
        self.parts.iter().any(in_part)
            || self.include.contains(column)
            || self.filter.as_ref().is_some_and(|filter| filter.columns.contains(column))
    }
}
