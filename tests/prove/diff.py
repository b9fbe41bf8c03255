#!/usr/bin/env python3
"""Does the way that `retort diff` writes lead there, on a real PostgreSQL?

    diff.py --retort BIN --work DIR [--pairs N] [--seed N] [--alembic PYTHON --revisions N]
            [--chain FOLDER:N]…

For each generated pair (A, B): a database is made by A's statements, the SQL of `retort diff A B --format sql
--destructive` is run on it, and its catalogue is compared with that of a database made by B's. With
--alembic, the revision of `--format alembic --destructive` is run by Alembic on A, its upgrade has to reach
B and its downgrade A. With --chain, A and B are the last N adjacent pairs of revisions of a folder, as
`retort schema --format sql` prints them.

A pair whose A or B the server itself refuses is counted with the reason, and so is one of which Retort says
that it does not know all of it. Ends with 1 when a way leads elsewhere. Standard library only.
"""
import argparse
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from server import Server  # noqa: E402

TYPES = {
    "integer": ["0", "7", "-1"],
    "bigint": ["0"],
    "smallint": ["3"],
    "text": ["'a'", "'it''s: fine'"],
    "varchar(20)": ["'x'"],
    "varchar(40)": [],
    "boolean": ["true"],
    "timestamptz": ["now()", "CURRENT_TIMESTAMP"],
    "timestamp": [],
    "date": ["CURRENT_DATE"],
    "numeric(8,2)": ["0", "1.50"],
    "jsonb": ["'{}'"],
    "text[]": ["'{}'"],
    "uuid": [],
    "double precision": ["0"],
    "mood": ["'sad'"],
}
NUMBERS = ("integer", "bigint", "smallint", "numeric(8,2)", "double precision")
TABLES = ["person", '"Order"', "tool", "shed.loan", '"user"']
COLUMNS = ["a", "b", "c", "d", '"Name"', '"order"']
CATALOGUE = """
select 'column', c.relnamespace::regnamespace || '.' || c.relname, a.attname,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                 pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
from pg_attribute a join pg_class c on c.oid = a.attrelid
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
  and c.relnamespace::regnamespace::text in ('public', 'shed') and c.relname <> 'alembic_version'
union all
select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace::regnamespace::text in ('public', 'shed') and contype <> 'n'
  and conrelid::regclass::text <> 'alembic_version'
union all
select 'index', i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_index i join pg_class c on c.oid = i.indexrelid
where c.relnamespace::regnamespace::text in ('public', 'shed') and i.indrelid::regclass::text <> 'alembic_version'
union all
select 'enum', t.typname, '', string_agg(e.enumlabel, ',' order by e.enumsortorder)
from pg_type t join pg_enum e on e.enumtypid = t.oid group by t.typname
union all
select 'sequence', c.relnamespace::regnamespace || '.' || c.relname, '',
       coalesce((select d.refobjid::regclass || '.' || d.refobjsubid from pg_depend d
                 where d.objid = c.oid and d.deptype = 'a' and d.refobjsubid > 0), '')
from pg_class c where c.relkind = 'S' and c.relnamespace::regnamespace::text in ('public', 'shed')
  and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'i')
order by 1, 2, 3, 4
"""


class Databases(Server):
    """Databases that are made anew for each pair."""

    def run(self, database, sql):
        done = self.psql(sql, database=database, check=False, more=["-v", "ON_ERROR_STOP=1"])
        return done.returncode == 0, done.stdout if done.returncode == 0 else done.stderr.strip()

    def fresh(self, name, sql):
        self.run("postgres", f"drop database if exists {name} with (force);")
        self.run("postgres", f"create database {name};")
        return self.run(name, sql)

    def facts(self, name):
        ok, out = self.run(name, CATALOGUE)
        if not ok:
            raise SystemExit(out)
        # A number that is written for an integer column and one that is written for a bigint one are the same
        # number; the catalogue keeps how it was written when the check was made.
        return set(re.sub(r"\(\(?(-?\d+)\)?\)::(bigint|integer|smallint|numeric)", r"\1", out).splitlines())


def generated(dice):
    """A schema as values that can be changed a little and printed."""
    tables = {}
    for table in TABLES:
        if dice.random() < 0.75:
            tables[table] = one_table(dice)
    schema = {"mood": ["sad", "ok", "glad", "odd"][: dice.randint(1, 4)], "tables": tables}
    for _ in range(dice.randint(0, 4)):
        add_key(dice, schema)
    return schema


def one_table(dice):
    key = dice.choice(["integer", "serial", "bigserial", "integer generated always as identity",
                       "bigint generated by default as identity"])
    columns = {"id": {"type": key, "rest": "not null"}}
    for column in COLUMNS:
        if dice.random() < 0.6:
            columns[column] = one_column(dice)
    table = {"columns": columns, "key": dice.random() < 0.85, "extra": {}}
    for _ in range(dice.randint(0, 3)):
        add_extra(dice, table)
    return table


def one_column(dice):
    if dice.random() < 0.08:
        expression = dice.choice(["id * 2", "id + 1"])
        return {"type": "bigint", "rest": f"generated always as ({expression}) stored"}
    data_type = dice.choice(list(TYPES))
    rest = ""
    if TYPES[data_type] and dice.random() < 0.5:
        rest = "default " + dice.choice(TYPES[data_type])
    if dice.random() < 0.4:
        rest += " not null"
    return {"type": data_type, "rest": rest.strip(), "comment": dice.choice([None, None, None, "what: it's"])}


def add_extra(dice, table):
    column = dice.choice(list(table["columns"]))
    data_type = table["columns"][column]["type"]
    bare = column.strip('"')
    kind = dice.choice(["unique", "check", "index", "partial", "lower", "desc"])
    name = f'"{kind}_{bare}_{dice.randint(0, 2)}"'
    if kind == "check":
        test = dice.choice(["> 0", "between 1 and 9", "in (1, 2, 3)"]) if data_type in NUMBERS else "is not null"
        if data_type.startswith("varchar"):
            test = dice.choice(["in ('a', 'b')", "<> ''", "like 'a%'"])
        table["extra"][name] = f"constraint NAME check ({column} {test})"
    elif data_type == "jsonb":
        table["extra"][name] = f"index using gin ({column})"
    elif kind == "unique":
        table["extra"][name] = f"constraint NAME unique ({column})"
    elif kind == "partial":
        table["extra"][name] = f"unique index ({column}) where id > 3"
    elif kind == "lower" and data_type in ("text", "varchar(20)", "varchar(40)"):
        table["extra"][name] = f"index (lower({column}))"
    else:
        table["extra"][name] = f"index ({column}{' desc' if kind == 'desc' else ''})"


def add_key(dice, schema):
    names = list(schema["tables"])
    if not names:
        return
    own, target = dice.choice(names), dice.choice(names)
    to = schema["tables"][target]
    if not to["key"] or "id" not in to["columns"]:
        return
    column = "to_" + target.split(".")[-1].strip('"').lower()
    base = "bigint" if to["columns"]["id"]["type"].startswith("big") else "integer"
    schema["tables"][own]["columns"].setdefault(column, {"type": base, "rest": ""})
    action = dice.choice(["", " on delete cascade", " on delete set null"])
    schema["tables"][own].setdefault("keys", {})[f"fk_{column}"] = (column, target, action)


def changed(dice, schema):
    schema = json.loads(json.dumps(schema))
    for _ in range(dice.randint(1, 6)):
        names = list(schema["tables"])
        if not names:
            break
        name = dice.choice(names)
        table = schema["tables"][name]
        column = dice.choice(list(table["columns"]))
        free = [one for one in table["columns"] if one != "id" and not one.startswith("to_")]
        match dice.randint(0, 9):
            case 0:
                schema["tables"].pop(name)
            case 1 if free:
                forget(table, dice.choice(free))
            case 2:
                new = dice.choice(["e", "f", '"Mixed Case"'])
                if new not in table["columns"]:
                    table["columns"][new] = one_column(dice)
            case 3 if free:
                column = dice.choice(free)
                forget(table, column)
                table["columns"][column] = one_column(dice)
            case 4:
                table["key"] = not table["key"]
            case 5:
                add_extra(dice, table)
            case 6 if table["extra"]:
                table["extra"].pop(dice.choice(list(table["extra"])))
            case 7 if table["extra"]:
                old = dice.choice(list(table["extra"]))
                table["extra"][old[:-1] + '_x"'] = table["extra"].pop(old)
            case 8:
                schema["mood"] = dice.choice([["sad", "ok"], ["new", "sad", "ok", "glad"], ["ok", "sad"]])
            case _:
                table["columns"]["id"]["type"] = dice.choice(["integer", "serial", "bigserial"])
    for table in schema["tables"].values():
        keys = table.get("keys", {})
        for key in [one for one, (_, target, _) in keys.items()
                    if target not in schema["tables"] or not schema["tables"][target]["key"]]:
            keys.pop(key)
    return schema


def forget(table, column):
    table["columns"].pop(column)
    for extra in [one for one, text in table["extra"].items() if column in text]:
        table["extra"].pop(extra)


def printed(schema):
    values = ", ".join(f"'{value}'" for value in schema["mood"])
    out = [f"create type mood as enum ({values});"]
    if any(name.startswith("shed.") for name in schema["tables"]):
        out.append("create schema shed;")
    later = []
    for name, table in schema["tables"].items():
        bare = name.split(".")[-1].strip('"')
        items = [f"{column} {one['type']} {one['rest']}" for column, one in table["columns"].items()]
        if table["key"]:
            items.append("primary key (id)")
        for extra, text in table["extra"].items():
            own = f'"{bare}_{extra[1:]}'
            if text.startswith("constraint"):
                items.append(text.replace("NAME", own))
            else:
                kind, rest = text.split("index", 1)
                using = ""
                if rest.strip().startswith("using"):
                    using, rest = rest.strip().split(" ", 2)[:2], rest.strip().split(" ", 2)[2]
                    using = " ".join(using)
                later.append(f"create {kind}index {own} on {name} {using} {rest};")
        out.append(f"create table {name} ({', '.join(items)});")
        for column, one in table["columns"].items():
            if one.get("comment"):
                text = one["comment"].replace("'", "''")
                later.append(f"comment on column {name}.{column} is '{text}';")
        for key, (column, target, action) in table.get("keys", {}).items():
            later.append(f"alter table {name} add constraint {bare.lower()}_{key} foreign key ({column}) "
                         f"references {target} (id){action};")
    return "\n".join(out + later) + "\n"


def retort(options, *args):
    done = subprocess.run([options.retort, *args], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"retort {' '.join(args)}: {done.stderr}")
    return done.stdout


def shown(missing, extra):
    return [f"    - {line}" for line in sorted(missing)[:4]] + [f"    + {line}" for line in sorted(extra)[:4]]


class Count:
    def __init__(self, what):
        self.what, self.tried, self.right, self.skipped = what, 0, 0, Counter()

    def wrong(self, where, lines):
        print(f"  {where}")
        print("\n".join(lines))

    def line(self):
        rest = "".join(f"\n    {number} passed over: {why}" for why, number in self.skipped.most_common())
        return f"{self.what}: {self.right} of {self.tried}{rest}"


def try_pair(server, options, count, where, a, b, alembic=None, sides=None):
    """`a` and `b` are SQL; `sides` is what retort diff is asked, where it is not these two as files."""
    work = Path(options.work)
    (work / "a.sql").write_text(a)
    (work / "b.sql").write_text(b)
    for name, sql in (("goal", b), ("start", a)):
        ok, message = server.fresh(name, sql)
        if not ok:
            count.skipped[f"PostgreSQL refuses it: {re.sub(r'psql:.*?: ', '', message.splitlines()[0])}"] += 1
            return
    goal, start = server.facts("goal"), server.facts("start")
    sides = sides or [str(work / "a.sql"), str(work / "b.sql")]
    if alembic:
        count.tried += 1
        text = retort(options, "diff", *sides, "--format", "alembic", "--destructive")
        for direction, wanted in (("upgrade", goal), ("downgrade", start)):
            error = alembic.run(text, direction)
            found = server.facts("start")
            if error or found != wanted:
                count.wrong(f"{where} {direction}", [f"    {error}"] if error else shown(wanted - found, found - wanted))
                (work / f"{where}.py").write_text(text)
                return
        count.right += 1
        return
    text = retort(options, "diff", *sides, "--format", "sql", "--destructive")
    admitted = [line for line in text.splitlines() if line.startswith(("-- NOT KNOWN", "-- NOT WRITTEN"))]
    ok, message = server.run("start", text)
    found = server.facts("start")
    if ok and found == goal:
        count.tried += 1
        count.right += 1
    elif admitted:
        count.skipped["Retort says itself that it does not know all of the two schemas"] += 1
    else:
        count.tried += 1
        count.wrong(where, shown(goal - found, found - goal) if ok else [f"    {message.splitlines()[0]}"])
        (work / f"{where.replace(' ', '-')}.sql").write_text(f"-- A\n{a}\n-- B\n{b}\n-- way\n{text}")


class Alembic:
    """A project with one revision, run by Alembic itself on the database of a URL."""

    def __init__(self, python, url, work):
        self.python, self.folder = python, Path(work) / "project"
        versions = self.folder / "migrations" / "versions"
        shutil.rmtree(self.folder, ignore_errors=True)
        versions.mkdir(parents=True)
        (self.folder / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
        (self.folder / "migrations" / "env.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import context\n"
            f"engine = sa.create_engine({url!r})\n"
            "with engine.connect() as connection:\n"
            "    context.configure(connection=connection)\n"
            "    with context.begin_transaction():\n        context.run_migrations()\n")
        self.revision = versions / "next.py"

    def run(self, text, direction):
        self.revision.write_text(text)
        target = "head" if direction == "upgrade" else "base"
        done = subprocess.run([self.python, "-B", "-m", "alembic", direction, target], cwd=self.folder,
                              capture_output=True, text=True)
        lines = [line for line in done.stderr.splitlines() if "Error" in line or "error" in line]
        return None if done.returncode == 0 else (lines or done.stderr.splitlines() or ["?"])[0]


def chains(server, options, count):
    for given in options.chain:
        folder, _, number = given.rpartition(":")
        order = json.loads(retort(options, "chain", folder, "--format", "json"))["chains"][0]["order"]
        for one, other in list(zip(order, order[1:]))[-int(number):]:
            texts = [retort(options, "schema", folder, "--at", at, "--dialect", "postgresql", "--format", "sql")
                     for at in (one, other)]
            sides = [f"{folder}@{at}" for at in (one, other)]
            try_pair(server, options, count, f"{Path(folder).parent.name} {other}", *texts,
                     sides=[*sides, "--dialect", "postgresql"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--retort", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alembic")
    parser.add_argument("--revisions", type=int, default=60)
    parser.add_argument("--chain", action="append", default=[])
    options = parser.parse_args()
    Path(options.work).mkdir(parents=True, exist_ok=True)
    counts = []
    with Databases(Path(options.work) / "server") as server:
        pairs = []
        for seed in range(options.seed, options.seed + options.pairs):
            dice = random.Random(seed)
            a = generated(dice)
            pairs.append((seed, printed(a), printed(changed(dice, a) if dice.random() < 0.7 else generated(dice))))
        counts.append(Count("pairs whose SQL leads from A to B"))
        for seed, a, b in pairs:
            try_pair(server, options, counts[-1], f"seed-{seed}", a, b)
        if options.chain:
            counts.append(Count("adjacent revisions whose SQL leads there"))
            chains(server, options, counts[-1])
        if options.alembic:
            url = f"postgresql+psycopg2://retort@/start?host={server.folder}&port={server.port}"
            alembic = Alembic(options.alembic, url, options.work)
            counts.append(Count("revisions whose upgrade reaches B and whose downgrade reaches A"))
            for seed, a, b in pairs[: options.revisions]:
                try_pair(server, options, counts[-1], f"revision-{seed}", a, b, alembic)
    for count in counts:
        print(count.line())
    return 0 if all(count.right == count.tried for count in counts) else 1


if __name__ == "__main__":
    sys.exit(main())
