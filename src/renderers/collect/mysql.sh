#!/bin/sh
# What a MySQL or MariaDB database is made of, for Retort. Read it before you run it: it reads the catalogue
# and the definitions, and no row of a table, except those of alembic_version. It needs mysql and mysqldump
# (or mariadb and mariadb-dump). Its arguments are those of these programs, the database last; keep the
# password in an option file, or they ask for it each time.
#
#   sh retort-collect.sh --host db.example.com --user reader shop > prod-audit.sql

set -eu
client=$(command -v mariadb || command -v mysql)
dump=$(command -v mariadb-dump || command -v mysqldump)
ask() { "$client" "$@" --batch --skip-column-names --raw --execute "SET SESSION TRANSACTION READ ONLY; START TRANSACTION; $sql"; }

sql="SELECT CONCAT('-- Retort audit of MySQL\n-- format: 1\n-- database: ', DATABASE(), '\n-- server: ', VERSION());
SELECT CONCAT('-- setting: lock_wait_timeout=', @@lock_wait_timeout, '\n-- setting: innodb_lock_wait_timeout=', @@innodb_lock_wait_timeout, '\n-- setting: sql_mode=', @@sql_mode, '\n-- setting: read_only=', @@read_only)"
ask "$@"

"$dump" --no-data --skip-lock-tables --single-transaction --no-tablespaces --skip-dump-date "$@"

sql="SELECT CONCAT('-- size: ', TABLE_NAME, ' rows=', COALESCE(TABLE_ROWS, ''), ' bytes=', COALESCE(DATA_LENGTH + INDEX_LENGTH, '')) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME;
SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'alembic_version'"
found=$(ask "$@")
printf '%s\n' "$found" | sed '$d'
if [ "$(printf '%s\n' "$found" | tail -n 1)" = 1 ]; then
  sql="SELECT '-- Dumping data for table \`alembic_version\`'; SELECT CONCAT('INSERT INTO \`alembic_version\` (\`version_num\`) VALUES (', QUOTE(version_num), ');') FROM alembic_version"
  ask "$@"
fi
echo '-- Retort audit complete'
