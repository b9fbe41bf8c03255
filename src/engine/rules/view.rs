//! What a step rule may look at.

use std::collections::BTreeSet;

use crate::engine::case::Case;
use crate::engine::dialects::Dialect;
use crate::engine::op::{Op, Replayed, Step, Transact};
use crate::engine::schema::{Column, Ident, Schema, Table, TableName};

/// What a step rule may look at.
#[derive(Debug)]
pub struct StepView<'a> {
    pub step: &'a Step,
    pub setting: Setting,
    /// What earlier steps of the same plan or revision made.
    pub fresh: &'a Fresh,
    /// The steps still to come in the same plan or revision.
    pub later: &'a [Step],
    /// The steps already done there.
    pub earlier: &'a [Step],
    pub case: &'a Case,
    /// What is there before the step, as far as that is known.
    pub before: &'a Replayed,
    /// What is there after everything that is about to run.
    pub after: &'a Schema,
    pub within: Within,
}

/// What of a transaction a step runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// None: each statement is committed by itself.
    Nothing,
    /// One that the script itself began.
    Begun,
    /// One that Alembic began around all it runs.
    Wrapped,
    /// Who runs it may wrap all of it in one.
    Perhaps,
}

impl Within {
    /// Returns whether there is a transaction for certain.
    pub fn is_certain(self) -> bool {
        matches!(self, Self::Begun | Self::Wrapped)
    }

    /// Returns what follows a step; `outside` is what holds where the script says nothing.
    pub(super) fn after(self, op: &Op, outside: Self) -> Self {
        match op {
            Op::Transaction(Transact::Begin | Transact::Chain) if outside != Self::Wrapped => {
                Self::Begun
            }
            // COMMIT ends Alembic's own transaction as well: the rest of the revision runs without one.
            Op::Transaction(Transact::Commit | Transact::Rollback | Transact::Autocommit) => {
                Self::Nothing
            }
            Op::Transaction(Transact::AutocommitEnd) => outside,
            _ => self,
        }
    }
}

/// Whose step it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    Plan,
    /// A revision's `upgrade()`.
    Revision {
        id: String,
        pending: Pending,
        /// No revision follows it.
        is_newest: bool,
    },
}

impl Setting {
    /// Returns whether it is new, so that advice about how it is written still helps: what is about to run,
    /// and where nobody knows what that is, the newest revisions.
    pub fn is_new(&self) -> bool {
        match self {
            Self::Plan => true,
            Self::Revision { pending, is_newest, .. } => match pending {
                Pending::Yes => true,
                Pending::No => false,
                Pending::NotKnown => *is_newest,
            },
        }
    }
}

/// Whether a revision is about to run on prod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    Yes,
    No,
    /// Prod's position in the chain is not known.
    NotKnown,
}

/// Objects made by earlier steps of the same plan or revision: nobody uses them yet, and there is nothing
/// in them to lose.
#[derive(Debug, Clone, Default)]
pub struct Fresh {
    tables: BTreeSet<TableName>,
    columns: BTreeSet<(TableName, Ident)>,
}

impl Fresh {
    /// Returns whether the table was made here.
    pub fn has_table(&self, table: &TableName) -> bool {
        self.tables.contains(table)
    }

    /// Returns whether the column, or its table, was made here.
    pub fn has_column(&self, table: &TableName, column: &Ident) -> bool {
        self.has_table(table) || self.columns.contains(&(table.clone(), column.clone()))
    }

    pub(super) fn note(&mut self, op: &Op) {
        match op {
            // Where the table may exist already, it is not known to be new.
            Op::CreateTable { table, if_not_exists: false, .. } => {
                self.tables.insert(table.clone());
            }
            Op::AddColumn { table, column, .. } => {
                self.columns.insert((table.clone(), column.name.clone()));
            }
            Op::DropTable { table, .. } => {
                self.tables.remove(table);
            }
            Op::RenameTable { from, to } if self.tables.remove(from) => {
                self.tables.insert(to.clone());
            }
            _ => {}
        }
    }
}

impl StepView<'_> {
    /// Returns the dialect that the inputs are read in.
    pub fn dialect(&self) -> Dialect {
        self.case.facts.dialect.dialect
    }

    /// Returns whether Alembic runs the step.
    pub fn is_revision(&self) -> bool {
        matches!(self.setting, Setting::Revision { .. })
    }

    /// Returns a table as it is before the step, where all its columns, constraints and indexes are known.
    pub fn known(&self, table: &TableName) -> Option<&Table> {
        self.before.parts_of(table).filter(|(_, whole)| *whole).map(|(found, _)| found)
    }

    /// Returns a column as it is before the step, where it is known.
    pub fn column(&self, table: &TableName, column: &Ident) -> Option<&Column> {
        self.before.columns_of(table)?.0.column(column)
    }

    /// Returns the words for whose step it is: "The plan" or "Revision `x`".
    pub fn who(&self) -> String {
        match &self.setting {
            Setting::Plan => "The plan".to_owned(),
            Setting::Revision { id, .. } => format!("Revision `{id}`"),
        }
    }
}
