//! Two schemas → what is different between them, by meaning.
//!
//! In: two [`Side`]s, each a schema with what is not known of it.
//! Out: a [`Comparison`]: differences in a fixed order, guesses at renames, and what could not be decided.
//! Never: which side is right, what a difference costs, how to get from one to the other.

mod columns;
mod constraints;
mod objects;
mod renames;
mod tables;
mod values;
#[cfg(test)]
mod tests;

pub use objects::is_compared;

use crate::ordered::Set;

use super::op::DropKind;
use super::schema::{Column, Constraint, Ident, Index, ObjectName, Schema, Table, TableName};

/// One side of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Side {
    pub schema: Schema,
    pub open: Open,
}

/// What of a schema is not known, beyond what the schema itself says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    /// Something was not understood that could have changed anything.
    pub everything: bool,
    /// Something was not understood that could have changed these tables, as they are printed.
    pub tables: Set<String>,
    /// Tables are listed and nothing else: types, sequences, views and extensions are not known.
    pub tables_only: bool,
}

impl Open {
    fn covers(&self, table: &TableName) -> bool {
        self.everything || self.tables.contains(&table.to_string())
    }
}

/// What two schemas have apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// By table, then types, sequences, views, extensions.
    pub differences: Vec<Difference>,
    /// What went here and came there may be one thing under two names.
    pub renames: Vec<Rename>,
    pub undecided: Vec<Undecided>,
}

/// One thing that is not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table, or the object beside tables.
    pub object: TableName,
    pub change: Change,
    /// Nothing that was not understood on either side could make it untrue.
    pub certain: bool,
}

/// How the second side differs from the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    TableAdded(Table),
    TableRemoved(Table),
    /// Only where renames are followed.
    TableRenamed {
        from: TableName,
    },
    /// Something about the table beside its columns, constraints and indexes.
    TableChanged {
        what: &'static str,
        from: Option<String>,
        to: Option<String>,
    },
    ColumnAdded(Column),
    ColumnRemoved(Column),
    /// Only where renames are followed.
    ColumnRenamed {
        from: Ident,
        to: Ident,
    },
    ColumnChanged {
        from: Column,
        to: Column,
        aspect: Aspect,
    },
    /// The columns that both have, in the order of each. Not a difference in what the table can hold.
    ColumnOrder {
        from: Vec<Ident>,
        to: Vec<Ident>,
    },
    ConstraintAdded(Constraint),
    ConstraintRemoved(Constraint),
    ConstraintChanged {
        from: Constraint,
        to: Constraint,
    },
    /// The same constraint under another name.
    ConstraintRenamed {
        from: Ident,
        to: Constraint,
    },
    IndexAdded(Index),
    IndexRemoved(Index),
    IndexChanged {
        from: Index,
        to: Index,
    },
    /// The same index under another name.
    IndexRenamed {
        from: Ident,
        to: Index,
    },
    EnumAdded(Vec<String>),
    EnumRemoved(Vec<String>),
    EnumChanged {
        from: Vec<String>,
        to: Vec<String>,
    },
    OtherAdded(DropKind),
    OtherRemoved(DropKind),
    /// Something that is kept by its definition.
    ObjectAdded(ObjectName, String),
    ObjectRemoved(ObjectName, String),
    ObjectChanged {
        name: ObjectName,
        from: String,
        to: String,
    },
    /// The column that owns a sequence.
    SequenceOwner {
        from: Option<(TableName, Ident)>,
        to: Option<(TableName, Ident)>,
    },
}

/// What of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    Type,
    Nullable,
    Default,
    Identity,
    Generated,
    Collation,
    Comment,
    /// What else is said of it.
    Also,
}

impl Aspect {
    /// The word used in JSON and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Nullable => "nullable",
            Self::Default => "default",
            Self::Identity => "identity",
            Self::Generated => "generated",
            Self::Collation => "collation",
            Self::Comment => "comment",
            Self::Also => "attributes",
        }
    }
}

/// Something that may only have another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The table as the second side has it; for a table its new name.
    pub table: TableName,
    pub what: Renamed,
    /// Likely enough to be followed when a person says that renames are to be followed.
    pub likely: bool,
    /// Why, for the person.
    pub reason: String,
}

/// Old and new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    Table { from: TableName },
    Column { from: Ident, to: Ident },
}

/// Something that is neither the same nor different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    pub object: TableName,
    /// For the person; names between backticks.
    pub what: String,
}

/// Compares two sides. Renames are guessed and listed; what went and what came stay what they are.
pub fn compare(from: &Side, to: &Side) -> Comparison {
    let mut found = Comparison::default();
    tables::compare(from, to, &mut found);
    objects::compare(from, to, &mut found);
    renames::guess(&from.schema, &to.schema, &mut found);
    found
}

/// Like [`compare`], with the likely renames taken for what they seem to be.
pub fn compare_renamed(from: &Side, to: &Side) -> Comparison {
    let mut start = from.clone();
    let mut followed = Vec::new();
    // Columns can be matched only once their tables are.
    for _ in 0..2 {
        let guesses = compare(&start, to).renames;
        for guess in guesses.into_iter().filter(|guess| guess.likely) {
            followed.extend(renames::follow(&mut start.schema, guess));
        }
    }
    let mut found = compare(&start, to);
    found.renames.clear();
    followed.append(&mut found.differences);
    found.differences = followed;
    found
}

impl Comparison {
    /// Returns whether nothing differs that a table can hold, and nothing is open.
    pub fn is_same(&self) -> bool {
        self.undecided.is_empty() && self.differences.iter().all(Difference::is_order)
    }
}

impl Difference {
    /// Returns whether it is the order of columns alone.
    pub fn is_order(&self) -> bool {
        matches!(self.change, Change::ColumnOrder { .. })
    }
}
