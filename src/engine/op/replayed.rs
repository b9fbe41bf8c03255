//! A schema that grows step by step, with what of it is not known.

use std::sync::Arc;

use crate::engine::schema::{Schema, Table, TableName};
use crate::ordered::{Map, Set};

use super::unmodelled::is_of_default;
use super::{Clash, Detail, Op, apply};

/// The schema after some steps. A copy is cheap until one of the two changes.
#[derive(Debug, Clone, Default)]
pub struct Replayed {
    schema: Arc<Schema>,
    /// There may be tables that are not here.
    pub more_tables: bool,
    /// Any table may hold something else than it does here.
    pub open_inside: bool,
    /// Tables that may be there or not.
    doubtful: Set<TableName>,
    /// Tables of which not all is known.
    inside: Map<TableName, Inside>,
}

/// What of a table is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Inside {
    /// What columns are filled with.
    Defaults,
    /// Constraints and indexes too; the names of the columns are known.
    Parts,
    Columns,
}

impl Replayed {
    /// Returns a database that holds this schema, and whether these are all of its tables.
    pub fn from(schema: Schema, complete: bool) -> Self {
        Self { schema: Arc::new(schema), more_tables: !complete, ..Self::default() }
    }

    /// Names of constraints and indexes of these tables are not known.
    pub fn assume_names(&mut self, tables: &Set<TableName>) {
        for table in tables {
            self.open(table, Inside::Parts);
        }
    }

    /// Applies one op. On a clash the schema is as it was, and what the clash is about is not known.
    pub fn step(&mut self, op: &Op) -> Result<(), Clash> {
        match op {
            Op::Unknown { tables, .. } => self.forget(tables),
            Op::UnknownWithin { tables, .. } if tables.is_empty() => self.open_inside = true,
            Op::UnknownWithin { tables, .. } => {
                for table in tables {
                    self.open(table, Inside::Columns);
                }
            }
            // What a column is filled with says nothing of what else there is.
            Op::WithinTable { table, what, harmless: false } if is_of_default(what) => {
                self.open(table, Inside::Defaults);
            }
            Op::WithinTable { table, harmless: false, .. } => self.open(table, Inside::Parts),
            // It says what becomes of a table that nobody knows.
            Op::CreateTable { table, if_not_exists: true, .. }
                if self.has_table(table).is_none() =>
            {
                self.open(table, Inside::Columns);
            }
            Op::CreateTable { table, .. } | Op::DropTable { table, .. } => {
                self.inside.remove(table);
                self.doubtful.remove(table);
            }
            Op::Detail { table, detail: Detail::Selected(parts) } => {
                let from = || parts.iter().flat_map(|part| &part.from);
                if !from().all(|name| self.columns_of(name).is_some_and(|(_, whole)| whole)) {
                    self.open(table, Inside::Columns);
                }
            }
            Op::RenameTable { from, to } => {
                if let Some(inside) = self.inside.remove(from) {
                    self.inside.insert(to.clone(), inside);
                }
                self.doubtful.remove(to);
            }
            _ => {}
        }
        let applied = apply(Arc::make_mut(&mut self.schema), op);
        if let Err(clash) = &applied {
            match clash {
                // Something else than these steps has made a table, and maybe more of them.
                Clash::Missing(table) => {
                    self.more_tables = true;
                    self.doubtful.insert(table.clone());
                }
                Clash::Exists(table) | Clash::Needed(table) => {
                    self.doubtful.insert(table.clone());
                    self.open(table, Inside::Columns);
                }
                Clash::PartExists(table, _) | Clash::PartMissing(table, _) => {
                    self.open(table, Inside::Columns);
                }
            }
        }
        applied
    }

    /// Takes it that the tables are there which an op changes, where they may be: what becomes of them is then
    /// followed.
    pub fn assume(&mut self, op: &Op) {
        let needs = match op {
            Op::CreateTable { .. } | Op::DropTable { .. } | Op::CreateObject { .. } => return,
            Op::Upkeep { .. } | Op::Mutate { .. } => return,
            Op::RenameTable { from, .. } => vec![from],
            op => op.tables(),
        };
        for table in needs {
            if self.more_tables && !self.schema.tables.contains_key(table) {
                let open = Table { open: true, ..Table::default() };
                Arc::make_mut(&mut self.schema).tables.insert(table.clone(), open);
            }
        }
    }

    /// Nothing is known any more of these tables; of any when there are none.
    fn forget(&mut self, tables: &[TableName]) {
        self.more_tables |= tables.is_empty();
        self.open_inside |= tables.is_empty();
        for table in tables {
            self.doubtful.insert(table.clone());
            self.open(table, Inside::Columns);
        }
    }

    fn open(&mut self, table: &TableName, inside: Inside) {
        let known = self.inside.entry(table.clone()).or_insert(inside);
        *known = inside.max(*known);
    }

    /// Returns the schema as far as it is known.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns whether there is a table; `None` when that is not known.
    pub fn has_table(&self, table: &TableName) -> Option<bool> {
        if self.doubtful.contains(table) {
            return None;
        }
        match self.schema.tables.contains_key(table) {
            true => Some(true),
            false if self.more_tables => None,
            false => Some(false),
        }
    }

    /// Returns whether everything is known.
    pub fn is_whole(&self) -> bool {
        !self.more_tables
            && !self.open_inside
            && self.doubtful.is_empty()
            && self.inside.is_empty()
            && !self.schema.tables.values().any(|table| table.open)
    }

    /// Returns whether an answer to an op rests on nothing that is not known.
    pub fn is_sure_of(&self, op: &Op) -> bool {
        let is_known = |table: &&TableName| match self.has_table(table) {
            Some(true) => {
                !self.inside.contains_key(*table)
                    && self.columns_of(table).is_some_and(|(_, whole)| whole)
            }
            known => known == Some(false),
        };
        match op {
            Op::DropTable { .. } | Op::RenameTable { .. } | Op::CreateTable { .. } => {
                op.tables().into_iter().all(|table| self.has_table(table).is_some())
            }
            Op::AddEnumValue { .. } | Op::RenameEnumValue { .. } | Op::CreateEnum { .. } => {
                !self.more_tables
            }
            _ => match op.tables().as_slice() {
                [] => self.is_whole(),
                tables => tables.iter().all(is_known),
            },
        }
    }

    /// Returns a table and whether its columns are all known; `None` when it is not known to be there.
    pub fn columns_of(&self, table: &TableName) -> Option<(&Table, bool)> {
        let found =
            self.schema.tables.get(table).filter(|_| self.has_table(table) == Some(true))?;
        let open = found.open || self.open_inside;
        Some((found, !open && self.inside.get(table) != Some(&Inside::Columns)))
    }

    /// The same for constraints and indexes.
    pub fn parts_of(&self, table: &TableName) -> Option<(&Table, bool)> {
        let (found, known) = self.columns_of(table)?;
        Some((found, known && self.inside.get(table).is_none_or(|open| *open == Inside::Defaults)))
    }

    /// Returns the tables of a schema, and whether these are all.
    pub fn tables_of(&self, schema: Option<&str>) -> (Vec<&TableName>, bool) {
        let is_in = |table: &&TableName| table.schema.as_ref().map(|name| name.as_str()) == schema;
        let known = |table: &&TableName| self.has_table(table) == Some(true);
        let tables = self.schema.tables.keys().filter(is_in).filter(known).collect();
        let doubtful = self.doubtful.iter().any(|table| is_in(&table));
        (tables, !self.more_tables && !doubtful)
    }
}
