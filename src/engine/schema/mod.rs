//! What a database is, as far as Retort has to know it.
//!
//! In: nothing; this is a vocabulary.
//! Out: [`Schema`], which compares by value.
//! Never: spans, documents, how a schema came to be.

mod name;

pub use name::{Ident, TableName};

use std::collections::BTreeMap;

/// Tables by name. Columns, constraints and indexes get their rooms as replay learns to fill them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    pub tables: BTreeMap<TableName, Table>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Columns in order, as far as they are known.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: Ident,
    /// The type as it was spelled; `None` when it is not known.
    pub data_type: Option<String>,
    pub nullable: bool,
    pub default: Option<String>,
}

impl Schema {
    /// Returns the table names, version tables of migration tools included.
    pub fn table_names(&self) -> impl Iterator<Item = &TableName> {
        self.tables.keys()
    }
}
