//! Tables in which migration tools keep what they have run, and those that are a chain's own.

use crate::engine::chain::Chain;
use crate::engine::schema::TableName;
use crate::ordered::Set;

/// Tables that a migration tool keeps for itself. They never count in distances.
const VERSION_TABLES: &[&str] = &[
    "alembic_version",
    "django_migrations",
    "schema_migrations",
    "ar_internal_metadata",
    "flyway_schema_history",
    "databasechangelog",
    "databasechangeloglock",
    "__drizzle_migrations",
    "_prisma_migrations",
    "atlas_schema_revisions",
    "goose_db_version",
    "knex_migrations",
    "knex_migrations_lock",
    "d1_migrations",
];

/// Returns whether a table is a migration tool's own ledger.
pub fn is_version_table(table: &TableName) -> bool {
    VERSION_TABLES.contains(&table.name.as_str())
}

/// Returns the tables at a chain's heads that its revisions make, not those that they only alter.
pub fn made(chain: &Chain) -> Set<&TableName> {
    let is_own = |table: &&TableName| {
        let origin = chain.origin(table);
        !is_version_table(table) && origin.is_some_and(|origin| origin.created.is_some())
    };
    chain.replay.last().tables.keys().filter(is_own).collect()
}
