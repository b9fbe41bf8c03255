#!/bin/sh
# Writes dev-summary.txt and prod-summary.txt, which Retort compares: tables and Alembic's revision of two
# PostgreSQL databases. Each is read in one read-only transaction; no row is read but those of alembic_version.
#
#   DATABASE_URL=… DATABASE_URL_PROD=… sh retort-collect.sh

set -eu
summary() {
  psql --no-psqlrc --quiet --no-align --field-separator "$(printf '\t')" --set ON_ERROR_STOP=1 --pset footer=off "$2" <<'SQL' > "$1-summary.part"
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL statement_timeout = '60s';
SET LOCAL lock_timeout = '2s';
\echo
\echo DATABASE INFO:
SELECT current_database(), current_user;
\echo
\echo SEARCH PATH:
SELECT setting AS search_path FROM pg_catalog.pg_settings WHERE name = 'search_path';
\echo
\echo TABLES IN PUBLIC SCHEMA:
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name;
\echo
\echo ALEMBIC VERSION:
SELECT pg_catalog.to_regclass('public.alembic_version') IS NOT NULL AS stamped \gset
\if :stamped
SELECT version_num FROM public.alembic_version ORDER BY version_num;
\else
\echo ERROR: relation "alembic_version" does not exist
\endif
ROLLBACK;
SQL
  {
    echo "Database Audit - $1"
    echo '======================================'
    cat "$1-summary.part"
  } > "$1-summary.txt"
  rm "$1-summary.part"
  echo "wrote $1-summary.txt" >&2
}
summary dev "${DATABASE_URL:?is not set}"
summary prod "${DATABASE_URL_PROD:?is not set}"
