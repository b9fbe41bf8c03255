//! What a step rule may look at.

use crate::engine::case::Case;
use crate::engine::dialects::Dialect;
use crate::engine::op::{
    ConstraintKind, Filter, Mutation, Op, ROWS, Replayed, Step, Transact, rename_in_constraint,
};
use crate::engine::schema::{
    Column, Constraint, Expression, Ident, Index, Schema, Table, TableName,
};
use crate::engine::span::Span;
use crate::ordered::Set;
use crate::wire::Role;

/// What a step rule may look at.
#[derive(Debug)]
pub struct StepView<'a> {
    pub step: &'a Step,
    pub setting: &'a Setting,
    /// What earlier steps of the same plan or revision made.
    pub fresh: &'a Fresh,
    /// The steps still to come in the same plan or revision.
    pub later: &'a [Step],
    /// The steps already done there.
    pub earlier: &'a [Step],
    /// Of the revisions that ran before in the same transaction: the first that locked an old table against
    /// everything, and constraints that were not checked.
    pub shared: &'a [(&'a str, &'a Step)],
    /// An earlier step has changed where names are looked for.
    pub moved: bool,
    /// The old tables that earlier statements of the open transaction have locked against everything, in order.
    pub held: &'a [(TableName, Span)],
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
        /// What its chain was read in.
        dialect: Dialect,
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
    tables: Set<TableName>,
    columns: Set<(TableName, Ident)>,
    /// Tables and columns that rows or values were put into since.
    filled: Set<(TableName, Option<Ident>)>,
    /// Values of enum types that the open transaction has added.
    values: Set<(TableName, String)>,
    /// Old tables that all rows were taken from.
    emptied: Set<TableName>,
    /// Constraints that rows of old tables were held to until the same change dropped them; a unique index
    /// counts as a unique constraint.
    had: Vec<(TableName, ConstraintKind)>,
    /// Constraints that were dropped under names that no input has, while rows stay as they are.
    gone: Vec<(TableName, Ident)>,
}

impl Fresh {
    /// Returns whether the table was made here.
    pub fn has_table(&self, table: &TableName) -> bool {
        self.tables.contains(table)
    }

    /// Returns the tables that were made here.
    pub fn tables(&self) -> impl Iterator<Item = &TableName> {
        self.tables.iter()
    }

    /// Returns whether the column, or its table, was made here.
    pub fn has_column(&self, table: &TableName, column: &Ident) -> bool {
        self.has_table(table) || self.columns.contains(&(table.clone(), column.clone()))
    }

    /// Returns what the rows of an old table were held to until the same change dropped it.
    pub fn had_of(&self, table: &TableName) -> impl Iterator<Item = &ConstraintKind> {
        self.had.iter().filter(move |(of, _)| of == table).map(|(_, kind)| kind)
    }

    /// Returns whether every row keeps to a constraint since one that says as much was there until now.
    pub fn kept(&self, table: &TableName, kind: &ConstraintKind) -> bool {
        let is_key = |kind: &ConstraintKind| {
            matches!(kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. })
        };
        self.had.iter().any(|(of, old)| {
            of == table
                && match (old, kind) {
                    (ConstraintKind::ForeignKey(old), ConstraintKind::ForeignKey(new)) => {
                        old.columns == new.columns
                            && old.ref_table == new.ref_table
                            && old.ref_columns == new.ref_columns
                    }
                    (old, new) if is_key(old) && is_key(new) => {
                        !old.columns().is_empty()
                            && old.columns().iter().all(|one| new.columns().contains(one))
                    }
                    _ => false,
                }
        })
    }

    /// Takes in a step that is about to run on a schema: what a drop takes away is known only now.
    pub(super) fn leave(&mut self, op: &Op, before: &Schema) {
        let found = match op {
            Op::DropConstraint { table, name, .. } => {
                let known = before.tables.get(table).map(|known| known.constraints.as_slice());
                let known = known.unwrap_or_default();
                let is_it = |one: &&Constraint| one.name.as_ref() == Some(name);
                // Of a name that no input has, it was one of the keys: the rows keep to all of them.
                let is_key = |one: &&Constraint| matches!(one.kind, ConstraintKind::ForeignKey(_));
                let is_known = known.iter().any(|one| is_it(&one));
                let held = |one: &&Constraint| !one.traits.not_valid && !one.traits.not_enforced;
                let gone =
                    known.iter().filter(|one| if is_known { is_it(one) } else { is_key(one) });
                let gone = gone.filter(held).map(|one| (table.clone(), one.kind.clone()));
                self.had.extend(gone);
                if !is_known {
                    self.gone.push((table.clone(), name.clone()));
                }
                None
            }
            Op::DropIndex { name, .. } => before.tables.iter().find_map(|(table, known)| {
                let is_it = |one: &&Index| {
                    one.name.as_ref() == Some(&name.name)
                        && one.unique
                        && one.filter.is_none()
                        && !one.invalid
                };
                let columns = known.indexes.iter().find(is_it)?.columns();
                Some((table.clone(), ConstraintKind::Unique { columns }))
            }),
            _ => None,
        };
        self.had.extend(found);
    }

    /// Returns whether the table has no rows: it was made here, or emptied, and nothing put rows into it.
    pub fn is_empty(&self, table: &TableName) -> bool {
        (self.has_table(table) || self.emptied.contains(table))
            && !self.filled.contains(&(table.clone(), None))
    }

    /// Returns whether no row has a value in the column: it, or its empty table, was made here.
    pub fn is_unfilled(&self, table: &TableName, column: &Ident) -> bool {
        let own = (table.clone(), column.clone());
        let filled = (table.clone(), Some(column.clone()));
        self.is_empty(table) || (self.columns.contains(&own) && !self.filled.contains(&filled))
    }

    /// Returns the values of an enum type that were added in the transaction that is still open.
    pub fn added_values<'a>(&'a self, name: &'a TableName) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// Takes in that the transaction has ended.
    pub(super) fn commit(&mut self) {
        self.values.clear();
    }

    /// Returns whether a constraint of this name, which no input has, was dropped and no row changed since.
    pub fn had_named(&self, table: &TableName, name: &Ident) -> bool {
        self.gone.iter().any(|(of, gone)| of == table && gone == name)
    }

    /// Forgets what rows were held to that a step may have changed since.
    fn loosen(&mut self, op: &Op) {
        if matches!(op, Op::Mutate { .. } | Op::Truncate { .. } | Op::Unknown { .. }) {
            self.gone.clear();
        }
        let set = |columns: &[Ident], sets: &[(Ident, Expression)]| {
            sets.is_empty() || sets.iter().any(|(name, _)| columns.contains(name))
        };
        self.had.retain(|(of, kind)| {
            let to = match kind {
                ConstraintKind::ForeignKey(key) => Some(key),
                _ => None,
            };
            let points = |at: &TableName| to.is_some_and(|key| &key.ref_table == at);
            !match op {
                Op::Mutate { table, verb: Mutation::Update, sets, .. } => {
                    of == table && set(kind.columns(), sets)
                        || points(table) && to.is_some_and(|key| set(&key.ref_columns, sets))
                }
                Op::Mutate { table, verb: Mutation::Delete, .. } => points(table),
                Op::Mutate { table, .. } => of == table,
                Op::Truncate { tables, .. } => tables.iter().any(points),
                Op::DropColumn { table, column, .. } => {
                    of == table && kind.columns().contains(column)
                        || points(table) && to.is_some_and(|key| key.ref_columns.contains(column))
                }
                Op::DropTable { table, .. } => of == table || points(table),
                Op::Unknown { .. } => true,
                Op::UnknownWithin { tables, .. } => {
                    tables.is_empty() || tables.iter().any(|at| at == of || points(at))
                }
                _ => false,
            }
        });
    }

    /// Takes in a step; `within` is what it ran in.
    pub(super) fn note(&mut self, op: &Op, within: Within) {
        self.loosen(op);
        match op {
            Op::Transaction(what) if !matches!(what, Transact::Savepoint | Transact::Release) => {
                self.commit();
            }
            Op::AddEnumValue { name, value, .. } if within != Within::Nothing => {
                self.values.insert((name.clone(), value.clone()));
            }
            Op::Mutate { table, verb: Mutation::Delete, filter: Filter::None, .. } => {
                self.emptied.insert(table.clone());
            }
            Op::Mutate { table, verb: Mutation::Insert, .. } => {
                self.filled.insert((table.clone(), None));
            }
            Op::Mutate { table, verb: Mutation::Update, sets, .. } => {
                let columns = sets.iter().map(|(column, _)| (table.clone(), Some(column.clone())));
                self.filled.extend(columns);
            }
            Op::AddColumn { table, column, .. } if column.default.is_some() => {
                self.columns.insert((table.clone(), column.name.clone()));
                self.filled.insert((table.clone(), Some(column.name.clone())));
            }
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
            Op::RenameTable { from, to } => {
                if self.tables.remove(from) {
                    self.tables.insert(to.clone());
                }
                for (of, kind) in &mut self.had {
                    if of == from {
                        of.clone_from(to);
                    }
                    if let ConstraintKind::ForeignKey(key) = kind
                        && key.ref_table == *from
                    {
                        key.ref_table.clone_from(to);
                    }
                }
            }
            Op::RenameColumn { table, from, to } => {
                for (of, kind) in &mut self.had {
                    rename_in_constraint(kind, of == table, table, (from, to));
                }
            }
            _ => {}
        }
    }
}

impl<'a> StepView<'a> {
    /// Returns the dialect that the step was read in.
    pub fn dialect(&self) -> Dialect {
        match self.setting {
            Setting::Revision { dialect, .. } => *dialect,
            Setting::Plan => self.case.facts.dialect.dialect,
        }
    }

    /// Returns a table's name as the dialect writes it.
    pub fn quoted(&self, table: &TableName) -> String {
        let text = table.quoted();
        if self.dialect() == Dialect::MySql { text.replace('"', "`") } else { text }
    }

    /// Returns whether the step is all that its statement does to a schema.
    pub fn is_whole_statement(&self) -> bool {
        let is_detail = |step: &Step| matches!(step.op, Op::Detail { .. });
        self.done_with_it().last().is_none_or(is_detail)
            && self.to_do_with_it().first().is_none_or(is_detail)
    }

    /// Returns the steps that the same statement has done before this one.
    pub fn done_with_it(&self) -> &'a [Step] {
        let back = std::iter::once(self.step).chain(self.earlier.iter().rev());
        let count = back.take_while(|step| step.joined).count();
        self.earlier.split_at(self.earlier.len().saturating_sub(count)).1
    }

    /// Returns the steps that the same statement does after this one.
    pub fn to_do_with_it(&self) -> &'a [Step] {
        self.later.split_at(self.later.iter().take_while(|step| step.joined).count()).0
    }

    /// Returns all other steps of the same statement.
    pub fn beside_it(&self) -> impl Iterator<Item = &'a Step> {
        self.done_with_it().iter().chain(self.to_do_with_it())
    }

    /// Returns whether Alembic runs the step.
    pub fn is_revision(&self) -> bool {
        matches!(self.setting, Setting::Revision { .. })
    }

    /// Returns whether nothing says what was there before the chain: other programs may have made more.
    pub fn is_assumed_empty(&self) -> bool {
        self.is_revision()
            && self.case.facts.baseline().is_none()
            && self.case.stated(Role::Prod).is_none()
    }

    /// Returns whether a table is known not to be there.
    pub fn lacks(&self, table: &TableName) -> bool {
        let in_prod = self.case.tables(Role::Prod).is_some_and(|tables| tables.contains(table));
        self.before.has_table(table) == Some(false) && !in_prod
    }

    /// Returns a table as it is before the step, where all its columns, constraints and indexes are known.
    pub fn known(&self, table: &TableName) -> Option<&Table> {
        self.before.parts_of(table).filter(|(_, whole)| *whole).map(|(found, _)| found)
    }

    /// Returns whether the columns of a row together are one of its keys already, or hold one.
    pub fn is_unique(&self, table: &TableName, columns: &[Ident]) -> bool {
        let Some((found, _)) = self.before.columns_of(table) else { return false };
        let covers = |own: &[Ident]| !own.is_empty() && own.iter().all(|one| columns.contains(one));
        let by_constraint = found.constraints.iter().any(|known| match &known.kind {
            ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
                covers(columns)
            }
            _ => false,
        });
        let by_index = |index: &Index| {
            index.unique && !index.invalid && index.filter.is_none() && covers(&index.columns())
        };
        by_constraint || found.indexes.iter().any(by_index)
    }

    /// Returns whether a check that has been validated says that the column is never NULL.
    pub fn is_proven(&self, table: &TableName, column: &Ident) -> bool {
        let Some((found, _)) = self.before.columns_of(table) else { return false };
        found.constraints.iter().any(|known| match &known.kind {
            ConstraintKind::Check(check) => {
                let says = check.text.trim_matches(['(', ')']).to_ascii_lowercase();
                !known.traits.not_valid
                    && check.columns == [column.clone()]
                    && says == format!("{column} is not null")
            }
            _ => false,
        })
    }

    /// Returns whether an earlier step put something into every row that has nothing in the column.
    pub fn is_backfilled(&self, table: &TableName, column: &Ident) -> bool {
        self.earlier.iter().any(|step| match &step.op {
            Op::Mutate { table: own, verb: Mutation::Update, filter, sets, .. } => {
                let reaches = match filter {
                    Filter::IsNull(of) => of == column,
                    Filter::Some | Filter::Is(_) => false,
                    Filter::None | Filter::Tautology => true,
                };
                own == table && reaches && sets.iter().any(|(set, _)| set == column)
            }
            _ => false,
        })
    }

    /// Returns whether an earlier step put something into the column, or took rows out, although nobody can say
    /// whether none was left, or was not understood.
    pub fn may_be_backfilled(&self, table: &TableName, column: &Ident) -> bool {
        self.earlier.iter().any(|step| match &step.op {
            Op::Mutate { table: own, verb, sets, .. } if own == table => match verb {
                Mutation::Update => sets.is_empty() || sets.iter().any(|(set, _)| set == column),
                Mutation::Delete => true,
                Mutation::Insert => false,
            },
            Op::Unknown { tables, .. } | Op::UnknownWithin { tables, .. } => {
                tables.is_empty() || tables.contains(table)
            }
            // Of which table, is not read.
            Op::Neutral { what } => *what == ROWS,
            _ => false,
        })
    }

    /// Returns whether these steps take out or change some rows of a table.
    pub fn cleans(steps: &[Step], table: &TableName) -> bool {
        steps.iter().any(|step| match &step.op {
            Op::Mutate { table: own, verb, .. } => own == table && *verb != Mutation::Insert,
            _ => false,
        })
    }

    /// Returns a column as it is before the step, where it is known.
    pub fn column(&self, table: &TableName, column: &Ident) -> Option<&Column> {
        self.before.columns_of(table)?.0.column(column)
    }

    /// Returns the words for whose step it is: "The plan" or "Revision `x`".
    pub fn who(&self) -> String {
        match self.setting {
            Setting::Plan => "The plan".to_owned(),
            Setting::Revision { id, .. } => format!("Revision `{id}`"),
        }
    }
}
