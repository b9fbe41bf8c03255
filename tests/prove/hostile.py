#!/usr/bin/env python3
"""Dumps that are made to be slow: how long reading them takes at 1, 2, 4 and 8 MB, and the most memory held.

    hostile.py --retort BIN --work DIR

Twice the size should take about twice the time. Standard library only.
"""
import argparse
import os
from pathlib import Path

TITLE = "--\n-- PostgreSQL database dump\n--\n\nSELECT pg_catalog.set_config('search_path', '', false);\n"
TABLE = "CREATE TABLE public.t{0} (\n    id bigint NOT NULL,\n    b text DEFAULT 'x'::text\n);\n"

SHAPES = {
    "open quotes": lambda n: "SELECT 'a;\n" * (n // 11),
    "open dollars": lambda n: "".join(f"SELECT $a{i}$ ;\n" for i in range(n // 17)),
    "nested comments": lambda n: "/*" * (n // 4) + "*/" * (n // 4),
    "parentheses": lambda n: "CREATE TABLE a " + "(" * n,
    "one long statement": lambda n: "INSERT INTO a VALUES " + "(1, 'x'), " * (n // 10) + "(2, 'y');\n",
    "many columns": lambda n: "CREATE TABLE a (" + ", ".join(f"c{i} integer DEFAULT {i}" for i in range(n // 30)) + ");\n",
    "COPY without end": lambda n: "CREATE TABLE a (b text);\nCOPY a (b) FROM stdin;\n" + "DROP TABLE a; --\n" * (n // 17),
    "many COPY": lambda n: "COPY a (b) FROM stdin;\n\\.\n" * (n // 26),
    "semicolons": lambda n: ";" * n,
    "rules": lambda n: "CREATE RULE r AS ON DELETE TO a DO (" * (n // 36),
    "the same in schemas": lambda n: "".join(
        f"CREATE SCHEMA s{i};\nCREATE TABLE s{i}.a (\n    id bigint NOT NULL\n);\nCREATE TABLE s{i}.b (\n    id bigint,\n    a bigint\n);\n"
        f"ALTER TABLE ONLY s{i}.a\n    ADD CONSTRAINT p PRIMARY KEY (id);\n"
        f"ALTER TABLE ONLY s{i}.b\n    ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES s{i}.a(id);\n" for i in range(n // 300)),
    "identities": lambda n: "".join(f"CREATE TABLE t{i} (id bigint GENERATED ALWAYS AS IDENTITY);\n" for i in range(n // 65)),
    "backslashes in rows": lambda n: "COPY a (b) FROM stdin;\n" + "\\\\N\\t\\.\n" * (n // 9) + "\\.\n",
    "tables": lambda n: "".join(TABLE.format(i) for i in range(n // 84)),
    "tables and indexes": lambda n: "".join(
        TABLE.format(i) + f"CREATE INDEX i{i} ON public.t{i} USING btree (b);\n"
        f"ALTER TABLE ONLY public.t{i}\n    ADD CONSTRAINT p{i} PRIMARY KEY (id);\n" for i in range(n // 210)),
}


# Other formats, each with what it is known by.
OTHERS = {
    "mysqldump": lambda n: "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n-- Host: localhost    Database: shop\n" + "".join(
        f"CREATE TABLE `t{i}` (\n  `id` bigint NOT NULL AUTO_INCREMENT,\n  `b` varchar(20) DEFAULT NULL,\n  PRIMARY KEY (`id`),\n  KEY `k` (`b`)\n) ENGINE=InnoDB;\n"
        for i in range(n // 150)),
    "mysqldump with rows": lambda n: "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\nCREATE TABLE `t` (\n  `b` text\n);\nINSERT INTO `t` VALUES "
        + "('it\\'s; -- \\\\'),\n" * (n // 19) + "('x');\n",
    "sqlite .dump": lambda n: "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n" + "".join(
        f"CREATE TABLE t{i} (id INTEGER PRIMARY KEY, b TEXT);\nINSERT INTO t{i} VALUES(1,'x');\n" for i in range(n // 80)) + "COMMIT;\n",
    "sqlite triggers": lambda n: "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n" + "CREATE TRIGGER x AFTER INSERT ON t BEGIN " * (n // 45),
    "psql listing": lambda n: "".join(
        f'                 Table "public.t{i}"\n Column |  Type   | Collation | Nullable | Default \n--------+---------+-----------+----------+---------\n'
        f" id     | integer |           | not null | \nIndexes:\n    \"t{i}_pkey\" PRIMARY KEY, btree (id)\n\n" for i in range(n // 240)),
    "rows of columns, CSV": lambda n: "table_schema,table_name,column_name,data_type,is_nullable,column_default\n" + "".join(
        f"public,t{i // 9},c{i % 9},integer,YES,\n" for i in range(n // 33)),
    "JSON of retort schema": lambda n: '{"version": 1, "dialect": "postgresql", "tables": [' + ", ".join(
        f'{{"schema": "public", "name": "t{i}", "columns": [{{"name": "id", "type": "integer", "nullable": false}}]}}' for i in range(n // 105))
        + '], "undecided": [], "understood": {"statements": 1, "of": 1}}',
}


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--retort", required=True)
    asked.add_argument("--work", required=True, type=Path)
    asked = asked.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    file = asked.work / "hostile.sql"
    print(f"{'':22}" + "".join(f"{size:>7} MB" for size in (1, 2, 4, 8)) + "   most memory at 8 MB")
    titled = {name: (lambda n, shape=shape: TITLE + shape(n)) for name, shape in SHAPES.items()}
    for name, shape in {**titled, **OTHERS}.items():
        took = []
        for size in (1, 2, 4, 8):
            file.write_text(shape(size * 1_000_000))
            took.append(min((run(asked.retort, file) for _ in range(2)), key=lambda one: one[0]))
        print(f"{name:22}" + "".join(f"{seconds:8.2f} s" for seconds, _ in took) + f"{took[-1][1] // 1024:8} MB")
    file.unlink()


def run(retort, file):
    """Processor time, not the clock's: other work on the machine does not count."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execv(retort, [retort, "schema", str(file), "--format", "json"])
    _, _, used = os.wait4(child, 0)
    return used.ru_utime, used.ru_maxrss


if __name__ == "__main__":
    main()
