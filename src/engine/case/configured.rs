//! What the settings say of a database that no document shows.

use crate::engine::chain::{Chain, RevisionIx};
use crate::engine::facts::{Assigned, Facts, Measured};
use crate::engine::schema::TableName;
use crate::limits;
use crate::wire::{Role, RoleSource, TableSize};

use super::Case;

/// Takes whatever shows the one database for production: there is no other to compare it with.
pub(super) fn one_database(facts: &mut Facts) {
    let is_it = |assigned: Option<Assigned>| {
        assigned.is_none_or(|assigned| matches!(assigned.role, Role::Dev | Role::Prod))
    };
    let prod = Some(Assigned { role: Role::Prod, source: RoleSource::Person });
    for audit in facts.audits.iter_mut().filter(|one| is_it(one.assigned)) {
        audit.assigned = prod;
    }
    for stated in facts.stated.iter_mut().filter(|one| is_it(one.assigned)) {
        stated.assigned = prod;
    }
    for measured in facts.measured.iter_mut().filter(|one| is_it(one.assigned)) {
        measured.assigned = prod;
    }
    for printed in facts.printed.iter_mut().filter(|one| is_it(one.assigned)) {
        printed.assigned = prod;
    }
}

impl Case {
    /// Returns the number of tables of difference above which a mismatch is graver.
    pub fn table_threshold(&self) -> usize {
        self.settings.table_threshold.unwrap_or(limits::TABLE_DISTANCE_DEFAULT)
    }

    /// Returns the major and minor version of the server, from the settings, else from prod itself.
    pub fn server_version(&self) -> Option<(u32, u32)> {
        let given = self.settings.server_version.as_deref();
        let text = given.or_else(|| self.measured()?.server.as_deref())?;
        let number = text.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        let mut parts = number.split('.');
        let mut next = || parts.next().and_then(|part| part.parse().ok());
        Some((next()?, next().unwrap_or(0)))
    }

    /// What prod says of itself; the only database there is, where none is called prod.
    fn measured(&self) -> Option<&Measured> {
        let all = &self.facts.measured;
        let is_prod = |one: &&Measured| one.assigned.is_some_and(|by| by.role == Role::Prod);
        all.iter().find(is_prod).or(match all.as_slice() {
            [only] if only.assigned.is_none() => Some(only),
            _ => None,
        })
    }

    /// Returns a setting of prod's server, as it was when its audit was collected.
    pub fn server_setting(&self, name: &str) -> Option<&str> {
        self.measured()?.settings.get(name).map(String::as_str)
    }

    /// Returns the size of a table with who says so: the settings, else prod's own estimate.
    pub fn size_of(&self, table: &TableName) -> Option<(TableSize, &'static str)> {
        let said = self.stated_size(table).map(|size| (size, "The settings say"));
        said.or_else(|| Some((*self.measured()?.sizes.get(table)?, "The server estimates")))
    }

    /// The schema `public` may be left out in settings.
    fn stated_size(&self, table: &TableName) -> Option<TableSize> {
        let name = table.to_string();
        let tables = &self.settings.tables;
        tables
            .get(&name)
            .or_else(|| tables.get(name.strip_prefix("public.")?))
            .copied()
            .or_else(|| tables.get(&format!("public.{name}")).copied())
    }

    /// Returns how many rows a table has, as far as is known: the plan's own notices, then the settings, then
    /// what prod's server estimates.
    pub fn known_rows(&self, table: &TableName) -> Option<u64> {
        self.rows_of(table).map(|(rows, _)| rows).or_else(|| self.size_of(table)?.0.rows)
    }

    /// The revision that the settings call released, by its id or the beginning of one.
    pub(super) fn released(&self) -> Option<(usize, Vec<RevisionIx>)> {
        let id = self.settings.released.as_deref()?;
        let found = |(ix, chain): (usize, &Chain)| Some((ix, vec![chain.find(id)?]));
        self.chains.iter().enumerate().find_map(found)
    }
}
