#!/usr/bin/env python3
"""Does what Retort writes for SQLite and MariaDB make what it says, on the databases themselves?

    elsewhere.py --retort BIN --work DIR --samples DIR [--pairs N] [--seed N] [--alembic PYTHON [--revisions N]]

Of each dump in DIR/sqlite and DIR/mysql: what `retort schema --format sql` writes makes the same database on
an empty one. Of generated pairs (A, B): the SQL of `retort diff A B --format sql --destructive`, run on A with
rows in it, makes B, and the rows are still there. Of the first of these pairs, the revision of `--format
alembic` is run up to B and down to A by Alembic itself. What a database holds is what its own catalogue says.

A pair that the database itself refuses to make is counted with the reason. SQLite is that of Python; MariaDB
is left out, and said to be, where no server is installed. Ends with 1 when something came out otherwise.
Standard library only.
"""
import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from diff import Alembic  # noqa: E402

NAMES = ["person", "order", "tool", "loan"]
COLUMNS = ["a", "b", "c", "Name", "group"]
TYPES = {
    "sqlite": {"INTEGER": ["0", "7"], "TEXT": ["'a'", "'it''s'"], "REAL": ["1.5"], "VARCHAR(20)": ["'x'"], "BLOB": [],
               "BOOLEAN": ["0"], "DATETIME": ["CURRENT_TIMESTAMP"], "NUMERIC(8, 2)": []},
    "mysql": {"int(11)": ["0", "7"], "varchar(20)": ["'a'", "'it''s'"], "varchar(40)": [], "bigint(20)": ["0"],
              "tinyint(1)": ["1"], "datetime": ["current_timestamp()"], "decimal(8,2)": ["0.00"], "double": [], "date": []},
}


class Sqlite:
    name, quote, fills_in = "sqlite", '"', False

    def __init__(self, work):
        self.file = work / "sqlite.db"
        self.url = f"sqlite:///{self.file.resolve()}"

    def fresh(self, sql):
        self.file.unlink(missing_ok=True)
        return self.run(sql)

    def run(self, sql):
        connection = sqlite3.connect(self.file)
        try:
            connection.executescript(sql)
            return None
        except sqlite3.Error as error:
            return str(error)
        finally:
            connection.close()

    def ask(self, sql):
        connection = sqlite3.connect(self.file)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def restorable(self, text):
        """What `.schema` prints of SQLite's own tables, and of those that a virtual table makes, is not taken back."""
        own = re.findall(r"^CREATE VIRTUAL TABLE (\w+)", text, re.M)
        shadow = "|".join(["sqlite_sequence", *(rf"'?{name}_\w+'?" for name in own)])
        return re.sub(rf"^CREATE TABLE (IF NOT EXISTS )?({shadow})\s*\([^;]*;", "", text, flags=re.M)

    def kept(self):
        return "".join(f"{sql};\n" for (sql,) in self.ask("select sql from sqlite_master where sql is not null and name not like 'sqlite_%'"))

    def facts(self):
        facts = set()
        plain = lambda text: re.sub(r"/\*.*?\*/|[\s\"`()]+", "", str(text), flags=re.S).lower()
        for kind, name, sql in self.ask("select type, name, sql from sqlite_master where name not like 'sqlite_%' and name != 'alembic_version'"):
            if kind in ("view", "trigger"):
                facts.add((kind, name, plain(sql)))
            if kind != "table":
                continue
            virtual = "virtual" in sql.lower().split("(")[0]
            counts = "autoincrement" in sql.lower()
            facts.add(("conflicts", name, *sorted(re.findall(r"on conflict (\w+)", sql, re.I))))
            facts.add(("table", name, virtual, counts, "strict" in sql.lower().rsplit(")", 1)[1], "without" in sql.lower().rsplit(")", 1)[1]))
            for _, column, kind_of, notnull, default, key, hidden in self.ask(f'pragma table_xinfo("{name}")'):
                facts.add(("column", name, column, plain(kind_of), notnull, plain(default), key, hidden))
            for _, own, unique, origin, partial in self.ask(f'pragma index_list("{name}")'):
                parts = tuple((part[2], part[3], part[4]) for part in self.ask(f'pragma index_xinfo("{own}")'))
                facts.add(("index", name, own if origin == "c" else "", unique, origin, partial, parts))
            for row in self.ask(f'pragma foreign_key_list("{name}")'):
                facts.add(("key", name, *row[1:]))
            facts |= {("check", name, plain(one)) for one in re.findall(r"check\s*(\(.*?\)+)", sql, re.I)}
        return facts


class MariaDb:
    # It gives names and indexes of its own, which only its dump says.
    name, quote, fills_in = "mysql", "`", True

    def __init__(self, work):
        self.folder = Path("/tmp") / f"retort-mariadb-{os.getpid()}"
        self.url = f"mysql+pymysql://root@/t?unix_socket={self.folder}/socket&charset=utf8mb4"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        user = ["--user=root"] if os.geteuid() == 0 else []
        tool = shutil.which("mariadb-install-db")
        subprocess.run([tool, "--no-defaults", *user, f"--tmpdir={self.folder}", f"--datadir={self.folder}/data", "--auth-root-authentication-method=normal",
                        "--skip-test-db"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        self.process = subprocess.Popen([server, "--no-defaults", *user, f"--datadir={self.folder}/data", f"--tmpdir={self.folder}", "--skip-networking",
                                         f"--socket={self.folder}/socket", "--innodb-flush-log-at-trx-commit=0",
                                         "--default-storage-engine=InnoDB"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if self.client("", "select 1")[0]:
                return
            time.sleep(0.3)
        raise SystemExit("MariaDB did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def restorable(self, text):
        return text

    def client(self, database, sql):
        done = subprocess.run(["mariadb", "--no-defaults", f"--socket={self.folder}/socket", "-u", "root", "-N", "-r", database or "mysql"],
                              input=sql, capture_output=True, text=True, errors="surrogateescape")
        return done.returncode == 0, done.stdout if done.returncode == 0 else done.stderr.strip()

    def fresh(self, sql):
        self.client("", "drop database if exists t; create database t character set utf8mb4;")
        return self.run(sql)

    def run(self, sql):
        ok, out = self.client("t", sql)
        return None if ok else out

    def kept(self):
        done = subprocess.run(["mariadb-dump", "--no-defaults", f"--socket={self.folder}/socket", "-u", "root", "--no-data", "--routines", "t"],
                              capture_output=True, text=True, check=True)
        return done.stdout

    def facts(self):
        ok, out = self.client("t", """
            select 'column', table_name, column_name, column_type, is_nullable, column_default, extra, column_comment,
                   collation_name, generation_expression from information_schema.columns where table_schema = 't';
            select 'index', table_name, index_name, non_unique, seq_in_index, column_name, sub_part, index_type, index_comment
            from information_schema.statistics where table_schema = 't';
            select 'key', table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
            from information_schema.key_column_usage where table_schema = 't';
            select 'rule', table_name, constraint_name, update_rule, delete_rule from information_schema.referential_constraints
            where constraint_schema = 't';
            select 'check', table_name, constraint_name, check_clause from information_schema.check_constraints
            where constraint_schema = 't';
            select 'table', table_name, engine, table_collation, table_comment, table_type from information_schema.tables
            where table_schema = 't';
            select 'trigger', trigger_name, event_object_table, action_timing from information_schema.triggers
            where trigger_schema = 't';
            select 'routine', routine_name, routine_type from information_schema.routines where routine_schema = 't';""")
        if not ok:
            raise SystemExit(out)
        return {line for line in out.splitlines() if "\talembic_version\t" not in line}


def generated(dice, kinds):
    return {name: one_table(dice, kinds) for name in NAMES if name == NAMES[0] or dice.random() < 0.8}


def one_table(dice, kinds):
    return {"columns": {column: one_column(dice, kinds) for column in COLUMNS if dice.random() < 0.6},
            "unique": dice.choice([None, None, "named", "bare", "says"]), "index": dice.choice([None, "plain", "unique", "two"]),
            "check": dice.choice([None, None, "named", "bare"]), "key": dice.choice(["id", "id", "id", "counts", "both"]),
            "computed": dice.choice([None, None, None, "n + 1", "n * 2"]), "points": dice.choice([None, None] + NAMES),
            "gone": dice.choice(["", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE"]),
            "view": dice.random() < 0.2, "trigger": dice.random() < 0.2}


def one_column(dice, kinds):
    kind = dice.choice(list(kinds))
    default = dice.choice(kinds[kind]) if kinds[kind] and dice.random() < 0.6 else None
    # What only one of them has words for, in the place of a plain NOT NULL.
    return kind, default, bool(default) and dice.choice([False, False, True, True, "says"])


def changed(dice, schema, kinds):
    schema = {name: {**table, "columns": dict(table["columns"])} for name, table in schema.items()}
    for _ in range(dice.randint(1, 5)):
        if len(schema) < 2:
            break
        name = dice.choice(list(schema))
        table = schema[name]
        column = dice.choice(COLUMNS + ["new one"])
        other = one_table(dice, kinds)
        match dice.randint(0, 8):
            case 0:
                schema.pop(name)
            case 1:
                table["columns"].pop(column, None)
            case 2 | 3 | 4:
                table["columns"][column] = one_column(dice, kinds)
            case _:
                part = dice.choice(["unique", "index", "check", "key", "computed", "points", "gone", "view", "trigger"])
                table[part] = other[part]
    return schema


def printed(schema, database):
    q = lambda name: f"{database.quote}{name}{database.quote}"
    lite = database.name == "sqlite"
    out, later = [], []
    for name, table in schema.items():
        columns = table["columns"]
        bare = [column for column, (kind, _, _) in columns.items() if "TEXT" not in kind and "BLOB" not in kind]
        key = "INTEGER NOT NULL" if lite else "int(11) NOT NULL"
        if table["key"] == "counts":
            key = "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL" if lite else key + " AUTO_INCREMENT"
        items = [f"{q('id')} {key}", f"{q('n')} {'INTEGER' if lite else 'int(11)'}"]
        for column, (kind, default, filled) in columns.items():
            null = " NOT NULL" if filled or (table["key"] == "both" and column == bare[:1]) else ""
            if filled == "says":
                null += " ON CONFLICT IGNORE" if lite else " INVISIBLE"
            items.append(f"{q(column)} {kind}" + (f" DEFAULT {default}" if default else "") + null)
        if table["computed"]:
            items.append(f"{q('sum')} {'INTEGER' if lite else 'int(11)'} GENERATED ALWAYS AS ({table['computed']}) "
                         + ("STORED" if table["unique"] else "VIRTUAL"))
        points = table["points"] if table["points"] in schema else None
        if points:
            items.append(f"{q('other')} {'INTEGER' if lite else 'int(11)'}")
        if not (lite and table["key"] == "counts"):
            both = table["key"] == "both" and bare
            items.append(f"PRIMARY KEY ({q('id')}" + (f", {q(bare[0])})" if both else ")"))
        if table["unique"] and bare:
            named = f"CONSTRAINT {q('uq_' + name)} " if table["unique"] == "named" else ""
            says = "" if table["unique"] != "says" else " ON CONFLICT REPLACE" if lite else " COMMENT 'one'"
            named = f"UNIQUE KEY {q('uq_' + name)}" if says and not lite else f"{named}UNIQUE"
            items.append(f"{named} ({q(bare[0])}){says}")
        if table["check"]:
            named = f"CONSTRAINT {q('ck_' + name)} " if table["check"] == "named" else ""
            items.append(f"{named}CHECK ({q('n')} > 0)")
        if points and (lite or list(schema).index(points) <= list(schema).index(name)):
            named = f"CONSTRAINT {q('fk_' + name)} " if table["check"] != "bare" else ""
            items.append(f"{named}FOREIGN KEY ({q('other')}) REFERENCES {q(points)} ({q('id')}){table['gone']}")
        out.append(f"CREATE TABLE {q(name)} (\n  " + ",\n  ".join(items) + "\n);")
        if table["index"] and bare:
            unique = "UNIQUE " if table["index"] == "unique" else ""
            parts = f"{q(bare[-1])}" + (f", {q('id')}" if table["index"] == "two" else "")
            later.append(f"CREATE {unique}INDEX {q('ix_' + name)} ON {q(name)} ({parts});")
        if table["view"]:
            later.append(f"CREATE VIEW {q('v_' + name)} AS SELECT {q('id')} FROM {q(name)};")
        if table["trigger"]:
            body = f"BEGIN DELETE FROM {q(name)} WHERE {q('id')} = 99; END" if lite else "SET @x = 1"
            each = "" if lite else "FOR EACH ROW "
            later.append(f"CREATE TRIGGER {q('tr_' + name)} AFTER INSERT ON {q(name)} {each}{body};")
    return "\n".join(out + later) + "\n"


def retort(options, *args):
    done = subprocess.run([options.retort, *args], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else f"-- not written: {done.stderr.strip()}\n"


def told(where, lines):
    print(f"  {where}")
    print("\n".join(f"    {line}" for line in lines[:12]).encode(errors="replace").decode())


def try_dumps(options, database):
    right, paths = 0, sorted((options.samples / database.name).glob("*.sql"))
    for path in paths:
        error = database.fresh(database.restorable(path.read_text(errors="surrogateescape")))
        if error:
            told(path.name, [f"refused: {error}"])
            continue
        wanted = database.facts()
        text = retort(options, "schema", str(path), "--format", "sql")
        error = database.fresh(text)
        found = database.facts()
        lines = [error] if error else []
        # What is said to be missing is neither right nor wrong.
        unsaid = re.findall(r"^-- not written: table `([^`]+)`", text, re.M)
        print(f"  {path.name}: not written, and said so: {', '.join(unsaid)}") if unsaid else None
        known = lambda facts: {one for one in facts if not any(f"'{name}'" in str(one) for name in unsaid)}
        wanted, found = known(wanted), known(found)
        lines += [f"- {one}" for one in sorted(map(str, wanted - found))] + [f"+ {one}" for one in sorted(map(str, found - wanted))]
        right += not lines
        if lines:
            told(path.name, lines)
    return f"{database.name}: {right} of {len(paths)} dumps come back the same", right == len(paths)


def row(name, table, database):
    q = lambda name: f"{database.quote}{name}{database.quote}"
    value = lambda kind: "'2020-01-01'" if "date" in kind.lower() else "1"
    columns = table["columns"]
    names = ", ".join(q(column) for column in ["id", *columns])
    values = ", ".join(["1", *(value(kind) for kind, _, _ in columns.values())])
    return f"INSERT INTO {q(name)} ({names}) VALUES ({values});"


def try_pairs(options, database):
    kinds, right, tried, refused, bare = TYPES[database.name], 0, 0, Counter(), 0
    for seed in range(options.seed, options.seed + options.pairs):
        dice = random.Random(seed)
        first = generated(dice, kinds)
        second = changed(dice, first, kinds) if dice.random() < 0.8 else generated(dice, kinds)
        a, b = printed(first, database), printed(second, database)
        error = database.fresh(b)
        wanted, second_as_kept = (None, None) if error else (database.facts(), database.kept())
        error = error or database.fresh(a)
        if error:
            refused[error.splitlines()[-1]] += 1
            continue
        first_as_kept = database.kept()
        if database.fills_in:
            a = first_as_kept
            database.fresh(a)
        # A row that fits; a table whose columns make that hard stays empty.
        rows = [name for name, table in first.items() if not database.run(row(name, table, database))]
        tried += 1
        sides = []
        # As written, or as the database's own tool prints it.
        texts = (a, b) if dice.random() < 0.5 and not database.fills_in else (first_as_kept, second_as_kept)
        for name, text in zip(("a.sql", "b.sql"), texts):
            (options.work / name).write_text(text)
            sides.append(str(options.work / name))
        way = retort(options, "diff", *sides, "--format", "sql", "--destructive", "--dialect", database.name)
        error = database.run(way)
        if error and re.search(r"ERROR (1292|1264|1265|1366|1406)", error):
            # Values that the other type has no room for are the person's to see to; the way stops, as it should.
            bare += 1
            rows = []
            database.fresh(a)
            error = database.run(way)
        found = database.facts()
        if not error and found == wanted:
            kept = [name for name in rows if name in second]
            counts = "".join(f"{one}" for one in counted(database, kept))
            if counts == "1" * len(kept):
                right += 1
            else:
                told(f"seed {seed}", [f"rows were lost: {counts}"])
        else:
            (options.work / f"{database.name}-{seed}.sql").write_text(f"-- A\n{a}\n-- B\n{b}\n-- way\n{way}")
            told(f"seed {seed}", [error] if error else [f"- {one}" for one in wanted - found] + [f"+ {one}" for one in found - wanted])
    rest = "".join(f"\n    {number} refused by the database: {why}" for why, number in refused.most_common())
    return f"{database.name}: {right} of {tried} pairs whose SQL leads from A to B, rows kept ({bare} without rows, whose values have no room there){rest}", right == tried


def try_revisions(options, database):
    kinds, right, tried = TYPES[database.name], 0, 0
    alembic = Alembic(options.alembic, database.url, options.work)
    for seed in range(options.seed, options.seed + options.revisions):
        dice = random.Random(seed)
        first = generated(dice, kinds)
        second = changed(dice, first, kinds) if dice.random() < 0.8 else generated(dice, kinds)
        sides, states = [], []
        for name, schema in (("b.sql", second), ("a.sql", first)):
            if database.fresh(printed(schema, database)):
                break
            (options.work / name).write_text(database.kept())
            sides.insert(0, str(options.work / name))
            states.append(database.facts())
        if len(states) < 2:
            continue
        if database.fills_in:
            database.fresh((options.work / "a.sql").read_text())
        tried += 1
        text = retort(options, "diff", *sides, "--format", "alembic", "--destructive", "--dialect", database.name)
        for direction, wanted in zip(("upgrade", "downgrade"), states):
            error = alembic.run(text, direction)
            found = database.facts()
            if error or found != wanted:
                (options.work / f"{database.name}-{seed}.py").write_text(text)
                told(f"revision {seed} {direction}", [error] if error else [f"- {one}" for one in wanted - found] + [f"+ {one}" for one in found - wanted])
                break
        else:
            right += 1
    return f"{database.name}: {right} of {tried} revisions whose upgrade reaches B and whose downgrade reaches A", right == tried


def counted(database, tables):
    for name in tables:
        if isinstance(database, Sqlite):
            yield database.ask(f'select count(*) from "{name}"')[0][0]
        else:
            yield int(database.client("t", f"select count(*) from `{name}`")[1])


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--retort", required=True)
    asked.add_argument("--work", required=True, type=Path)
    asked.add_argument("--samples", required=True, type=Path)
    asked.add_argument("--pairs", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--alembic", help="a Python with Alembic and PyMySQL")
    asked.add_argument("--revisions", type=int, default=60)
    options = asked.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    results = []
    sqlite = Sqlite(options.work)
    results += [try_dumps(options, sqlite), try_pairs(options, sqlite)]
    if options.alembic:
        results.append(try_revisions(options, sqlite))
    if shutil.which("mariadb-install-db"):
        mariadb = MariaDb(options.work)
        try:
            results += [try_dumps(options, mariadb), try_pairs(options, mariadb)]
            if options.alembic:
                results.append(try_revisions(options, mariadb))
        finally:
            mariadb.stop()
    else:
        print("MariaDB is not installed here, and left out.")
    for line, _ in results:
        print(line)
    return 0 if all(right for _, right in results) else 1


if __name__ == "__main__":
    sys.exit(main())
