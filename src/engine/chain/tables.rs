//! Sets of tables that are cheap to keep, one for each revision.

use crate::engine::op::{Op, Step};
use crate::engine::schema::TableName;
use crate::ordered::{Map, Set};

/// Every table name of a chain, by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    numbers: Map<TableName, usize>,
    names: Vec<TableName>,
}

impl Names {
    fn number(&mut self, name: &TableName) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.clone());
        self.numbers.insert(name.clone(), number);
        number
    }

    /// Returns the number of a table that the chain speaks of.
    pub fn find(&self, name: &TableName) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// Returns the set of these tables.
    pub fn set<'a>(&mut self, tables: impl Iterator<Item = &'a TableName>) -> TableSet {
        let mut set = TableSet::default();
        tables.for_each(|table| set.insert(self.number(table)));
        set
    }

    /// Returns the names of a set.
    pub fn names(&self, set: &TableSet) -> Set<TableName> {
        let named = self.names.iter().enumerate();
        named.filter(|(n, _)| set.contains(*n)).map(|(_, t)| t.clone()).collect()
    }

    /// Returns what steps do to the set of tables, and nothing else.
    pub fn changes(&mut self, steps: &[Step]) -> Vec<TableChange> {
        let mut changes = Vec::new();
        for step in steps {
            match &step.op {
                Op::CreateTable { table, .. } => {
                    changes.push(TableChange::Create(self.number(table)));
                }
                Op::DropTable { table, .. } => changes.push(TableChange::Drop(self.number(table))),
                Op::RenameTable { from, to } => {
                    let (from, to) = (self.number(from), self.number(to));
                    changes.push(TableChange::Rename(from, to));
                }
                _ => {}
            }
        }
        changes
    }
}

/// What one op does to the set of tables. An op that cannot happen changes nothing, as in `op::apply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableChange {
    Create(usize),
    Drop(usize),
    Rename(usize, usize),
}

/// A set of table numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TableSet {
    words: Vec<u64>,
}

impl TableSet {
    pub fn contains(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    pub fn insert(&mut self, number: usize) {
        let word = number / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (number % 64);
        }
    }

    pub fn remove(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    pub fn apply(&mut self, changes: &[TableChange]) {
        for change in changes {
            match change {
                TableChange::Create(table) => self.insert(*table),
                TableChange::Drop(table) => self.remove(*table),
                TableChange::Rename(from, to) => {
                    if self.contains(*from) && !self.contains(*to) {
                        self.remove(*from);
                        self.insert(*to);
                    }
                }
            }
        }
    }

    /// Returns how many of this set the other lacks.
    pub fn count_without(&self, other: &Self) -> usize {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        self.words.iter().zip(others).map(|(a, b)| (a & !b).count_ones() as usize).sum()
    }

    /// Returns whether the sets share a table.
    pub fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }
}
