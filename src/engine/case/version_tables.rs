//! Tables in which migration tools keep what they have run.

use crate::engine::schema::TableName;

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
