//! What the settings say of a database that no document shows.

use crate::engine::chain::{Chain, RevisionIx};
use crate::engine::schema::TableName;
use crate::limits;
use crate::wire::TableSize;

use super::Case;

impl Case {
    /// Returns the number of tables of difference above which a mismatch is graver.
    pub fn table_threshold(&self) -> usize {
        self.settings.table_threshold.unwrap_or(limits::TABLE_DISTANCE_DEFAULT)
    }

    /// Returns the major and minor version of the server, where the settings give it.
    pub fn server_version(&self) -> Option<(u32, u32)> {
        let mut parts = self.settings.server_version.as_deref()?.split('.');
        let mut next = || parts.next().and_then(|part| part.parse().ok());
        Some((next()?, next().unwrap_or(0)))
    }

    /// Returns what the settings say of the size of a table; the schema `public` may be left out there.
    pub fn size_of(&self, table: &TableName) -> Option<TableSize> {
        let name = table.to_string();
        let tables = &self.settings.tables;
        tables
            .get(&name)
            .or_else(|| tables.get(name.strip_prefix("public.")?))
            .copied()
            .or_else(|| tables.get(&format!("public.{name}")).copied())
    }

    /// Returns how many rows a table has, as far as is known: the plan's own notices, then the settings.
    pub fn known_rows(&self, table: &TableName) -> Option<u64> {
        self.rows_of(table).map(|(rows, _)| rows).or_else(|| self.size_of(table)?.rows)
    }

    /// The revision that the settings call released, by its id or the beginning of one.
    pub(super) fn released(&self) -> Option<(usize, Vec<RevisionIx>)> {
        let id = self.settings.released.as_deref()?;
        let found = |(ix, chain): (usize, &Chain)| Some((ix, vec![chain.find(id)?]));
        self.chains.iter().enumerate().find_map(found)
    }
}
