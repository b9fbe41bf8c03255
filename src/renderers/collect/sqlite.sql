-- What an SQLite database is made of, for Retort. Read it before you run it: the database is opened for
-- reading, and no row of a table is read, except those of alembic_version.
--
--   sqlite3 -readonly shop.db < retort-collect.sql > prod-audit.sql

.bail on
.headers off
.mode list
PRAGMA query_only = ON;
BEGIN;
SELECT '-- Retort audit of SQLite' || char(10) || '-- format: 1' || char(10) || '-- server: ' || sqlite_version();
SELECT '-- setting: foreign_keys=' || foreign_keys FROM pragma_foreign_keys;
SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid;
.bail off
SELECT '-- Data for Name: alembic_version; Type: TABLE DATA' FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version';
SELECT 'INSERT INTO alembic_version (version_num) VALUES (' || quote(version_num) || ');' FROM alembic_version;
SELECT '-- Retort audit complete';
ROLLBACK;
