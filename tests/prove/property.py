#!/usr/bin/env python3
"""Generated sequences of directives: what Retort makes of the Python beside what PostgreSQL makes of Alembic's SQL.

    property.py --retort BIN --work DIR [--cases N] [--seed N] [--list]

Runs in a Python that has Alembic. Each case is one revision file. Alembic writes its SQL offline, a scratch
PostgreSQL runs it and prints its catalogue, and `retort schema` reads the file. A case that the server refuses is
left out, and counted. The facts are those of schema.py, and a wrong one that nothing admits fails.
"""
import argparse
import io
import json
import random
import subprocess
import sys
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from schema import KINDS, RIGHT, WRONG, admission, compare, of_catalogue, of_retort
from server import Server

HEAD = """from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = None


def upgrade():
"""
TYPES = {
    "sa.Integer()": ["'0'", "sa.text('7')", "'-3'"], "sa.BigInteger()": ["'5'", "sa.text('0')"], "sa.SmallInteger()": ["'1'"],
    "sa.String(40)": ["'a'", "sa.text(\"'it''s'\")", "''"], "sa.String()": ["'x'"], "sa.Text()": ["'t'", "sa.text(\"'a' || 'b'\")"],
    "sa.Boolean()": ["sa.text('false')", "sa.true()", "'1'"], "sa.Numeric(10, 2)": ["'1.5'", "sa.text('0')"], "sa.Float()": ["'2'"],
    "sa.Date()": ["sa.func.current_date()", "'2020-01-02'"], "sa.DateTime()": ["sa.func.now()", "sa.text('CURRENT_TIMESTAMP')"],
    "sa.DateTime(timezone=True)": ["sa.func.now()", "sa.text(\"timezone('utc', now())\")"], "sa.Time()": [], "sa.Interval()": ["sa.text(\"'1 day'\")"],
    "sa.JSON()": ["'{}'"], "postgresql.JSONB()": ["'{}'", "sa.text(\"'[]'::jsonb\")"], "postgresql.UUID()": ["sa.text('gen_random_uuid()')"],
    "sa.LargeBinary()": [], "postgresql.ARRAY(sa.String(9))": ["'{}'"], "sa.CHAR(3)": ["'abc'"], "sa.Enum('sad', 'ok', name='mood', create_type=False)": ["'ok'"],
    "sa.Enum('a', 'bcd', native_enum=False, name='letters')": ["'a'"], "postgresql.INET()": [],
}
NUMBERS = ("sa.Integer()", "sa.BigInteger()", "sa.SmallInteger()", "sa.Numeric(10, 2)", "sa.Float()")
TEXTS = ("sa.String(40)", "sa.String()", "sa.Text()")
ACTIONS = ("", ", ondelete='CASCADE'", ", ondelete='SET NULL', onupdate='RESTRICT'")


class Case:
    """The directives of one revision, and as much of the schema as is needed to write more that fit."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.tables, self.lines, self.count = {}, [], 0

    def name(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}" + self.random.choice(("", "", "", "_of", "_Name", "_with_a_rather_long_name_for_such_a_thing"))

    def some(self):
        return self.random.choice(sorted(self.tables))

    def column(self, serial=False):
        """A new column: (name, type, text of its Column without foreign keys)."""
        r = self.random
        name, kind = self.name("c"), r.choice(sorted(TYPES))
        more = ""
        if TYPES[kind] and r.random() < 0.4:
            more += f", server_default={r.choice(TYPES[kind])}"
        if r.random() < 0.4:
            more += f", nullable={r.choice((True, False))}"
        if "JSON" not in kind and not serial:
            more += r.choice(("", "", "", "", ", unique=True", ", index=True"))
        return name, kind, f"sa.Column('{name}', {kind}{more})"

    def test(self, columns):
        """A condition on columns of a table."""
        r = self.random
        name, kind = r.choice(sorted(columns.items()))
        quoted = f'"{name}"' if name != name.lower() else name
        if kind in NUMBERS:
            return r.choice((f"{quoted} > 0", f"{quoted} >= 0 AND {quoted} < 100", f"{quoted} IN (1, 2)", f"{quoted} BETWEEN 1 AND 5"))
        if kind in TEXTS:
            return r.choice((f"{quoted} <> ''", f"{quoted} IN ('a', 'b')", f"length({quoted}) > 2", f"lower({quoted}) = {quoted}", f"{quoted} LIKE 'a%'"))
        return r.choice((f"{quoted} IS NOT NULL", f"NOT ({quoted} IS NULL)"))

    def create_table(self):
        r = self.random
        table, columns, parts = self.name("t"), {}, []
        key = r.random()
        if key < 0.7:
            columns["id"] = "sa.Integer()"
            parts.append("sa.Column('id', sa.Integer()" + (", primary_key=True)" if key < 0.4 else ")"))
            if key >= 0.4:
                parts.append("sa.PrimaryKeyConstraint('id'" + r.choice((")", f", name='{table[:20]}_key')")))
        for _ in range(r.randint(1, 4)):
            name, kind, text = self.column()
            columns[name] = kind
            parts.append(text)
        if r.random() < 0.3:
            parts.append(f"sa.CheckConstraint({self.test(columns)!r}" + r.choice((")", f", name='{self.name('k')}')")))
        if r.random() < 0.2:
            parts.append(f"sa.UniqueConstraint({r.choice(sorted(columns))!r}" + r.choice((")", f", name='{self.name('u')}')")))
        targets = [other for other in self.tables if "id" in self.tables[other]]
        if targets and r.random() < 0.4:
            other, name = r.choice(sorted(targets)), self.name("f")
            columns[name] = "sa.Integer()"
            if r.random() < 0.5:
                parts.append(f"sa.Column('{name}', sa.Integer(), sa.ForeignKey('{other}.id'{r.choice(ACTIONS)}))")
            else:
                parts += [f"sa.Column('{name}', sa.Integer())", f"sa.ForeignKeyConstraint(['{name}'], ['{other}.id']{r.choice(ACTIONS)})"]
        self.tables[table] = columns
        self.lines.append(f"op.create_table('{table}', {', '.join(parts)})")

    def add_column(self):
        table = self.some()
        name, kind, text = self.column()
        self.tables[table][name] = kind
        self.lines.append(f"op.add_column('{table}', {text})")

    def drop_column(self):
        table = self.some()
        if len(self.tables[table]) > 1:
            name = self.random.choice(sorted(self.tables[table]))
            del self.tables[table][name]
            self.lines.append(f"op.drop_column('{table}', '{name}')")

    def alter_column(self):
        r, table = self.random, self.some()
        name = r.choice(sorted(self.tables[table]))
        kind = self.tables[table][name]
        what = r.random()
        if what < 0.25:
            change = f"nullable={r.choice((True, False))}"
        elif what < 0.5 and TYPES[kind]:
            change = f"server_default={r.choice(TYPES[kind] + ['None'])}"
        elif what < 0.75:
            wider = {"sa.Integer()": "sa.BigInteger()", "sa.String(40)": "sa.Text()", "sa.SmallInteger()": "sa.Integer()", "sa.String()": "sa.String(40)"}
            self.tables[table][name] = wider.get(kind, kind)
            change = f"type_={self.tables[table][name]}"
        else:
            new = self.name("n")
            self.tables[table][new] = self.tables[table].pop(name)
            change = f"new_column_name='{new}'"
        self.lines.append(f"op.alter_column('{table}', '{name}', {change})")

    def create_index(self):
        r, table = self.random, self.some()
        columns = self.tables[table]
        chosen = [repr(name) for name in r.sample(sorted(columns), min(len(columns), r.randint(1, 2)))]
        texts = [name for name in columns if columns[name] in TEXTS]
        if texts and r.random() < 0.3:
            chosen.append(f"sa.text('lower(\"{r.choice(sorted(texts))}\")')")
        more = r.choice(("", "", ", unique=True", f", postgresql_where=sa.text({self.test(columns)!r})"))
        self.lines.append(f"op.create_index('{self.name('i')}', '{table}', [{', '.join(chosen)}]{more})")

    def constraint(self):
        r, table = self.random, self.some()
        columns, kind = self.tables[table], r.random()
        if kind < 0.4:
            self.lines.append(f"op.create_check_constraint('{self.name('k')}', '{table}', {self.test(columns)!r})")
        elif kind < 0.8:
            name = r.choice((repr(self.name("u")), "None"))
            self.lines.append(f"op.create_unique_constraint({name}, '{table}', [{r.choice(sorted(columns))!r}])")
        else:
            name = self.name("u")
            self.lines.append(f"op.create_unique_constraint('{name}', '{table}', [{r.choice(sorted(columns))!r}])")
            self.lines.append(f"op.drop_constraint('{name}', '{table}')")

    def rename_table(self):
        table, new = self.some(), self.name("r")
        self.tables[new] = self.tables.pop(table)
        self.lines.append(f"op.rename_table('{table}', '{new}')")

    def drop_table(self):
        if len(self.tables) > 1:
            table = self.some()
            del self.tables[table]
            self.lines.append(f"op.drop_table('{table}')")

    def batch(self):
        table = self.some()
        name, kind, text = self.column()
        self.tables[table][name] = kind
        self.lines.append(f"with op.batch_alter_table('{table}') as batch_op:\n        batch_op.add_column({text})")

    def execute(self):
        r, table = self.random, self.some()
        column = r.choice(sorted(self.tables[table]))
        text = r.choice((f'CREATE INDEX ON "{table}" ("{column}")', f'ALTER TABLE "{table}" ALTER COLUMN "{column}" DROP DEFAULT',
                         f'ALTER TABLE "{table}" ADD CHECK ({self.test(self.tables[table])})', f'COMMENT ON TABLE "{table}" IS \'x\'',
                         f'CREATE UNIQUE INDEX {self.name("x")} ON "{table}" ("{column}" DESC)'))
        self.lines.append(f"op.execute({text!r})")

    def text(self, revision):
        self.lines.append("op.execute(\"CREATE TYPE mood AS ENUM ('sad', 'ok')\")")
        self.create_table()
        steps = [(self.create_table, 3), (self.add_column, 4), (self.drop_column, 2), (self.alter_column, 4), (self.create_index, 3),
                 (self.constraint, 3), (self.rename_table, 1), (self.drop_table, 1), (self.batch, 1), (self.execute, 2)]
        chosen = self.random.choices([step for step, _ in steps], [weight for _, weight in steps], k=self.random.randint(3, 12))
        for step in chosen:
            step()
        return HEAD.format(revision=revision) + "".join(f"    {line}\n" for line in self.lines)


def statements(text):
    """What Alembic sends for the upgrade of a revision file."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    written = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written})
    names = {}
    with Operations.context(context):
        exec(compile(text, "case", "exec"), names)
        names["upgrade"]()
    # A driver that takes % for a parameter would halve it.
    return written.getvalue().replace("%%", "%")


def names_of(keys, relation):
    return (f"(SELECT json_agg(a.attname ORDER BY u.i) FROM unnest({keys}) WITH ORDINALITY u(n, i)"
            f" JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = u.n)")


def constraints(kind, fields):
    return (f"(SELECT coalesce(json_agg(json_build_object('name', k.conname, 'columns', {names_of('k.conkey', 'k.conrelid')}{fields})), '[]')"
            f" FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = '{kind}')")


ACTION = "CASE k.{} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END"
FOREIGN = (f", 'ref_table', (SELECT 'public.' || f.relname FROM pg_class f WHERE f.oid = k.confrelid), 'ref_columns', {names_of('k.confkey', 'k.confrelid')}"
           f", 'on_delete', {ACTION.format('confdeltype')}, 'on_update', {ACTION.format('confupdtype')}")
CATALOGUE = f"""
SELECT json_build_object('case', {{case}},
  'tables', (SELECT coalesce(json_object_agg('public.' || c.relname, json_build_object(
      'columns', (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', NOT a.attnotnull,
                  'default', pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum) FROM pg_attribute a
                  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
      'primary_key', ({constraints('p', '')})->0, 'unique', {constraints('u', '')},
      'checks', {constraints('c', ", 'expression', pg_get_expr(k.conbin, k.conrelid)")}, 'foreign_keys', {constraints('f', FOREIGN)},
      'indexes', (SELECT coalesce(json_agg(json_build_object('name', x.relname, 'unique', i.indisunique, 'method', 'btree',
                  'definition', pg_get_indexdef(x.oid), 'where', pg_get_expr(i.indpred, i.indrelid))), '[]')
                  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid
                  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u'))))), '{{{{}}}}')
    FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace),
  'enums', (SELECT coalesce(json_object_agg('public.' || t.typname, (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e
            WHERE e.enumtypid = t.oid)), '{{{{}}}}') FROM pg_type t WHERE t.typtype = 'e' AND t.typnamespace = 'public'::regnamespace))::text;
"""


def catalogues(cases, folder):
    """{case: snapshot} of those that the server runs to the end."""
    script = ["SET client_min_messages = error;"]
    for number, (_, sql) in cases.items():
        query = CATALOGUE.format(case=number).replace("\n", " ")
        script += ["DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;", "BEGIN;", sql, query, "COMMIT;"]
    with Server(folder) as server:
        printed = server.psql("\n".join(script)).stdout
    found = (json.loads(line) for line in printed.splitlines() if line.startswith("{"))
    return {snapshot["case"]: snapshot for snapshot in found}


def one(job):
    number, text, snapshot, retort, work = job
    folder = work / f"case{number}" / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a1.py").write_text(text)
    command = [retort, "schema", str(folder.parent), "--format", "json", "--dialect", "postgresql", "--naming", "ix=ix_%(column_0_label)s"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    schema = json.loads(done.stdout)
    (ours, own), (theirs, types) = of_retort(schema), of_catalogue(snapshot)
    for kind, tables in own.items():
        types[kind] |= tables
    return number, *compare(ours, theirs, admission(schema, types))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--retort", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="what differs and is admitted as well")
    args = parser.parse_args()
    cases, refused = {}, Counter()
    for number in range(args.cases):
        text = Case(args.seed * 1_000_003 + number).text("a1")
        try:
            cases[number] = (text, statements(text))
        except Exception as error:
            refused["Alembic"] += 1
            if args.list:
                traceback.print_exception(error, limit=-1)
    ran = catalogues(cases, args.work / "server")
    refused["PostgreSQL"] = len(cases) - len(ran)
    retort = str(args.retort.resolve())
    jobs = [(number, cases[number][0], ran[number], retort, args.work) for number in sorted(ran)]
    counts, wrong = Counter(), 0
    with ThreadPoolExecutor(2) as pool:
        for number, own, differences in pool.map(one, jobs):
            counts += own
            for one_of in differences:
                wrong += one_of.verdict == WRONG
                if one_of.verdict == WRONG or args.list:
                    print(f"{one_of.verdict}: case {number} {' '.join(one_of.fact)}\n  Retort:     {one_of.ours}\n  PostgreSQL: {one_of.theirs}")
                    for entry in one_of.because[:2]:
                        print(f"  {entry['what']}")
    print(f"{args.cases} cases of seed {args.seed}: {len(ran)} ran, " + ", ".join(f"{who} refused {n}" for who, n in refused.items()))
    for kind in KINDS:
        right, of = counts[kind, RIGHT], sum(n for (which, _), n in counts.items() if which == kind)
        print(f"{kind:12} {right:6} of {of:6} right")
    right, of = sum(n for (_, verdict), n in counts.items() if verdict == RIGHT), sum(counts.values())
    print(f"{'in all':12} {right:6} of {of:6} right, {of - right - wrong} admitted, {wrong} wrong and unadmitted")
    if not ran or wrong:
        sys.exit("the two differ" if ran else "no case ran")


if __name__ == "__main__":
    main()
