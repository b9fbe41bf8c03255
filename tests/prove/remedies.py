#!/usr/bin/env python3
"""Do the ways out that Retort offers lead where the statement would have led?

    remedies.py --retort BIN --claims locks.tsv --alembic PYTHON

Each statement of the claims is given to `retort check` as a plan, beside a dump of the tables of locks.py. Every
script that is offered for it runs on a copy of those tables, and the statement itself on another: both have to be
the same schema afterwards. Every other step with SQL in it that is whole has to be taken by the server as well. Then directives that a revision has and
that `retort fix` writes revisions for: Alembic runs the chain with the directive, and the chain with what was
written in its place; both have to be the same schema, and going back has to lead back. Ends with 1 where one does
not. Standard library only, beside Alembic.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from locks import SETUP  # noqa: E402
from server import Server, program  # noqa: E402

FIRST = """from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("email", sa.Text()))
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True),
                    sa.Column("customer_id", sa.BigInteger()), sa.Column("status", sa.Text()))
    op.create_index("ix_orders_customer", "orders", ["customer_id"])
    op.execute("insert into customers select g, 'c' || g from generate_series(1, 50) g")
    op.execute("insert into orders select g, g, 'open' from generate_series(1, 50) g")


def downgrade():
    op.drop_table("orders")
    op.drop_table("customers")
"""
SECOND = """from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade():
    {up}


def downgrade():
    {down}
"""
DIRECTIVES = [
    ('op.create_index("ix_status", "orders", ["status"])', 'op.drop_index("ix_status", "orders")'),
    ('op.create_index("ix_lower", "orders", [sa.text("lower(status)")], unique=False, postgresql_where=sa.text("status <> \'x\'::text"))',
     'op.drop_index("ix_lower", "orders")'),
    ('op.create_index("ix_status", "orders", ["status"], postgresql_concurrently=True)', 'op.drop_index("ix_status", "orders")'),
    ('op.drop_index("ix_orders_customer", "orders")', 'op.create_index("ix_orders_customer", "orders", ["customer_id"])'),
    ('op.create_foreign_key("fk_c", "orders", "customers", ["customer_id"], ["id"], ondelete="CASCADE")',
     'op.drop_constraint("fk_c", "orders", type_="foreignkey")'),
    ('op.create_check_constraint("ck_status", "orders", "status <> \'it\'\'s\'")', 'op.drop_constraint("ck_status", "orders", type_="check")'),
    ('op.alter_column("orders", "status", nullable=False)', 'op.alter_column("orders", "status", nullable=True)'),
    ('op.create_unique_constraint("uq_email", "customers", ["email"])', 'op.drop_constraint("uq_email", "customers", type_="unique")'),
]
# What they advise is done to what the statement makes.
AFTER = {"foreign-key-without-index", "missing-primary-key"}
PROD = ("DATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\n"
        "alembic_version\ncustomers\norders\n\nALEMBIC VERSION:\nversion_num\na1\n")


def schema(server, database):
    """What pg_dump says of a database, without the row of Alembic's."""
    out = subprocess.run([program("pg_dump"), "-s", "--no-owner", "-h", str(server.folder), "-p", str(server.port), "-U", "retort", database],
                         check=True, capture_output=True, text=True).stdout
    return re.sub(r"^\\(un)?restrict .*$", "", out, flags=re.M)


def fresh(server, name, template=None):
    server.psql(f"drop database if exists {name}")
    server.psql(f"create database {name}" + (f" template {template}" if template else ""))
    return name


def check(retort, *args):
    out = subprocess.run([retort, "check", "--format", "json", *map(str, args)], capture_output=True, text=True)
    return json.loads(out.stdout)["findings"]


def statements(server, given, dump, counts, bad):
    lines = [line.split("\t") for line in given.claims.read_text().splitlines() if "\t" in line and not line.startswith("#")]
    for statement in dict.fromkeys(fields[1] for fields in lines):
        with tempfile.TemporaryDirectory() as folder:
            plan = Path(folder, "plan.sql")
            plan.write_text(statement + ";\n")
            findings = [one for one in check(given.retort, "--prod", dump, "--plan", plan) if one["file"].endswith("plan.sql")]
        for one in findings:
            for patch in one["remedy"]["patches"]:
                counts["scripts"] += 1
                server.psql(statement, fresh(server, "one", "locks"))
                done = server.psql(patch["content"], fresh(server, "other", "locks"), check=False, more=["-v", "ON_ERROR_STOP=1"])
                if done.returncode:
                    bad.append(f"{one['rule']}: {statement}: {done.stderr.strip()}")
                elif schema(server, "one") != schema(server, "other"):
                    bad.append(f"{one['rule']}: {statement}: the script makes another schema\n{patch['content']}")
                else:
                    counts["scripts that lead there"] += 1
            if one["remedy"]["patches"]:
                continue
            codes = [step["code"] for step in one["remedy"]["steps"] if step.get("language") == "sql" and step.get("code")]
            if not codes or any("…" in code for code in codes):
                continue
            counts["step lists"] += 1
            fresh(server, "other", "locks")
            if one["rule"] in AFTER:
                server.psql(statement, "other")
            for code in codes:
                done = server.psql(code, "other", check=False, more=["-v", "ON_ERROR_STOP=1"])
                if done.returncode:
                    bad.append(f"{one['rule']}: {statement}: {code}: {done.stderr.strip()}")
                    break
            else:
                counts["step lists that run"] += 1


class Project:
    """A folder of revisions that Alembic runs on a database of its own."""

    def __init__(self, python, server, folder, name):
        self.python, self.server, self.folder, self.name = python, server, Path(folder, name), fresh(server, name)
        (self.folder / "m/versions").mkdir(parents=True)
        (self.folder / "alembic.ini").write_text("[alembic]\nscript_location = m\n")
        (self.folder / "m/env.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import context\n"
            f"engine = sa.create_engine('postgresql+psycopg2://retort@/{name}?host={server.folder}&port={server.port}')\n"
            "with engine.connect() as connection:\n    context.configure(connection=connection)\n"
            "    with context.begin_transaction():\n        context.run_migrations()\n")

    def put(self, name, text):
        (self.folder / "m/versions" / name).write_text(text)

    def run(self, *args):
        done = subprocess.run([self.python, "-B", "-m", "alembic", *args], cwd=self.folder, capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def revisions(server, given, counts, bad):
    for up, down in DIRECTIVES:
        with tempfile.TemporaryDirectory() as folder:
            one, other = (Project(given.alembic, server, folder, name) for name in ("one", "other"))
            for project in (one, other):
                project.put("a1_first.py", FIRST)
                project.put("b2_second.py", SECOND.format(up=up, down=down))
            (one.folder / "prod.txt").write_text(PROD)
            if "concurrently" not in up:
                failed = one.run("upgrade", "head")
            else:
                one.run("upgrade", "a1")
                failed = ""
                server.psql("create index concurrently ix_status on orders (status)", "one")
            subprocess.run([given.retort, "fix", "m", "--prod", "../one/prod.txt", "--out", "m/versions"], cwd=other.folder, check=True,
                           capture_output=True)
            counts["directives"] += 1
            if len(list((other.folder / "m/versions").iterdir())) == 2:
                bad.append(f"{up}: nothing was written in its place")
                continue
            other.put("b2_second.py", SECOND.format(up="pass", down="pass"))
            other.run("upgrade", "a1")
            before = schema(server, "other")
            failed = failed or other.run("upgrade", "head")
            if failed:
                bad.append(f"{up}: {failed}")
            elif schema(server, "one") != schema(server, "other"):
                bad.append(f"{up}: the revisions make another schema")
            else:
                counts["directives whose revisions lead there"] += 1
                failed = other.run("downgrade", "a1")
                if failed or schema(server, "other") != before:
                    bad.append(f"{up}: going back does not lead back {failed}")
                else:
                    counts["and back"] += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--retort", required=True)
    parser.add_argument("--claims", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--alembic", required=True)
    given = parser.parse_args()
    given.retort = str(Path(given.retort).resolve())
    counts, bad = Counter(), []
    with Server(given.work) as server:
        fresh(server, "locks")
        server.psql(SETUP, "locks")
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder, "dump.sql")
            dump.write_text(schema(server, "locks"))
            statements(server, given, dump, counts, bad)
        revisions(server, given, counts, bad)
    print(f"scripts: {counts['scripts that lead there']} of {counts['scripts']} make the schema that the statement makes; "
          f"steps without a script: {counts['step lists that run']} of {counts['step lists']} lists run")
    print(f"revisions: {counts['directives whose revisions lead there']} of {counts['directives']} directives, and back {counts['and back']}")
    for one in bad:
        print(f"  {one}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
