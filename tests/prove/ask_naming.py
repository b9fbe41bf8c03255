#!/usr/bin/env python3
"""What Alembic prints for directives when `env.py` hands it a naming convention, for PostgreSQL.

    ask_naming.py --out tests/oracle/naming-postgresql.jsonl

Each line: the convention, the Python of the directives, the SQL that Alembic printed or the error it raised.
Run with a Python that has Alembic.
"""
import argparse
import io
import json
import re
import sys
import textwrap
from itertools import groupby

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql

USUAL = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WHOLE = {
    "ix": "%(column_0_N_label)s_idx",
    "uq": "uq_%(table_name)s_%(column_0N_name)s",
    "ck": "ck_%(table_name)s_%(column_0_name)s",
    "fk": "%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s_%(referred_column_0_N_name)s_fk",
    "pk": "%(table_name)s_%(column_0_N_key)s_pkey",
}
WRAPPED = {key: f"{key}__%(constraint_name)s" for key in USUAL if key != "pk"}
SECOND = {"uq": "uq_%(column_1_name)s_%(column_0_key)s", "ix": "ix_%(table_name)s_%(column_1_label)s", "pk": "pk_%(column_0_label)s",
          "fk": "fk_%(column_0_label)s_%(referred_column_0_name)s"}
LONG = {"uq": "uq_a_name_that_is_rather_long_already_%(table_name)s_%(column_0_N_name)s", "pk": "p%%k_%(table_name)s"}
CHECKS = {"ck": "ck_%(table_name)s"}
ONLY_INDEX = {"ix": "idx_%(table_name)s_%(column_0_N_name)s"}
NOTHING = {}
TYPO = {"uq": "uq_%(tablename)s", "ix": "ix_%(column_0_title)s"}
TOKEN = {"short": "callable", "uq": "uq_%(short)s_%(table_name)s", "pk": "pk_%(table_name)s"}

CONVENTIONS = {"usual": USUAL, "whole": WHOLE, "wrapped": WRAPPED, "second": SECOND, "long": LONG, "checks": CHECKS,
               "only_index": ONLY_INDEX, "nothing": NOTHING, "typo": TYPO, "token": TOKEN, "none": None}

DIRECTIVES = [
    # whole tables
    'op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text(), unique=True), sa.Column("b", sa.Text(), index=True))',
    'op.create_table("t", sa.Column("id", sa.Integer(), nullable=False), sa.Column("a", sa.Text()), sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("a", "id"))',
    'op.create_table("t", sa.Column("id", sa.Integer(), nullable=False), sa.Column("a", sa.Text()), sa.PrimaryKeyConstraint("id", name="my_key"), sa.UniqueConstraint("a", name="my_unique"))',
    'op.create_table("t", sa.Column("id", sa.Integer(), nullable=False), sa.Column("a", sa.Text()), sa.PrimaryKeyConstraint("id", name=op.f("my_key")), sa.UniqueConstraint("a", name=op.f("my_unique")))',
    'op.create_table("t", sa.Column("a", sa.Integer(), sa.ForeignKey("o.id")), sa.Column("b", sa.Integer(), sa.ForeignKey("o.id", name="to_o")), sa.Column("c", sa.Integer(), sa.ForeignKey("o.id", name=op.f("to_o2"))))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.Column("b", sa.Integer()), sa.ForeignKeyConstraint(["a", "b"], ["s.o.x", "s.o.y"], ondelete="CASCADE"))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.Column("b", sa.Integer()), sa.ForeignKeyConstraint(["a", "b"], ["o.x", "o.y"], name="to_o"))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.CheckConstraint("a > 0", name="pos"))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.CheckConstraint("a > 0", name=op.f("pos")))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.CheckConstraint("a > 0"))',
    'op.create_table("t", sa.Column("a", sa.Integer(), sa.CheckConstraint("a > 0", name="pos")))',
    'op.create_table("t", sa.Column("a", sa.Integer(), sa.CheckConstraint("a > 0", name=op.f("pos"))))',
    'op.create_table("t", sa.Column("a", sa.Integer(), sa.CheckConstraint("a > 0")))',
    'op.create_table("t", sa.Column("a", sa.Enum("x", "y", name="mood", native_enum=False, create_constraint=True)))',
    'op.create_table("t", sa.Column("a", sa.Enum("x", "y", native_enum=False, create_constraint=True)))',
    'op.create_table("t", sa.Column("a", sa.Enum("x", "y", name="mood")))',
    'op.create_table("t", sa.Column("a", sa.Boolean(create_constraint=True, name="flag")))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.Column("b", sa.Integer()), sa.UniqueConstraint("a"), sa.UniqueConstraint("b", "a"), schema="s")',
    'op.create_table("t", sa.Column("a", sa.Integer(), index=True), schema="s")',
    'op.create_table("t", sa.Column("a", sa.Integer(), index=True, unique=True))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.Column("b", sa.Integer()), sa.Index(None, "a", "b"), sa.Index("mine", "b"), sa.Index(op.f("final"), "b"))',
    'op.create_table("t", sa.Column("name", sa.Integer(), key="k"), sa.UniqueConstraint("k"), sa.PrimaryKeyConstraint("k"))',
    'op.create_table("t", sa.Column("a", sa.Integer()), sa.Column("p", sa.Integer(), primary_key=True), sa.Column("q", sa.Integer(), primary_key=True))',
    'op.create_table("t", sa.Column("a", postgresql.INT4RANGE()), postgresql.ExcludeConstraint(("a", "&&")))',
    'op.create_table("t", sa.Column("a", postgresql.INT4RANGE()), postgresql.ExcludeConstraint(("a", "&&"), name="apart"))',
    'op.create_table("a_table_whose_name_is_about_as_long_as_they_come_in_practice", sa.Column("identifier", sa.Integer(), primary_key=True), sa.Column("another_column", sa.Integer(), index=True), sa.UniqueConstraint("another_column"))',
    # columns
    'op.add_column("t", sa.Column("a", sa.Integer(), unique=True))',
    'op.add_column("t", sa.Column("a", sa.Integer(), index=True))',
    'op.add_column("t", sa.Column("a", sa.Integer(), index=True, unique=True))',
    'op.add_column("t", sa.Column("a", sa.Integer(), sa.ForeignKey("o.id")))',
    'op.add_column("t", sa.Column("a", sa.Integer(), sa.ForeignKey("s.o.id", name="to_o")), schema="s")',
    'op.add_column("t", sa.Column("a", sa.Integer(), sa.CheckConstraint("a > 0", name="pos")))',
    'op.add_column("t", sa.Column("a", sa.Integer(), sa.CheckConstraint("a > 0")))',
    'op.add_column("t", sa.Column("a", sa.Enum("x", "y", name="mood", native_enum=False, create_constraint=True)))',
    'op.add_column("t", sa.Column("a", sa.Integer(), primary_key=True), inline_primary_key=True)',
    'op.add_column("t", sa.Column("a", sa.Integer(), sa.ForeignKey("o.id")), inline_references=True)',
    'op.add_column("t", sa.Column("a", sa.Integer(), sa.ForeignKey("o.id", name="to_o")), inline_references=True)',
    'op.add_column("t", sa.Column("a", sa.Integer(), index=True), schema="public")',
    'op.create_table("t", sa.Column("a", sa.Text(), index=True), schema="public")',
    'op.create_table("t", sa.Column("a", sa.Text()), sa.Index(None, sa.text("lower(a)")))',
    'op.create_table("t", sa.Column("a", sa.Text()), sa.Column("b", sa.Text()), sa.Index(None, sa.text("upper(a)"), "b"))',
    'op.alter_column("t", "a", type_=sa.Enum("x", "y", name="mood", native_enum=False, create_constraint=True), existing_type=sa.Text())',
    'op.alter_column("t", "a", type_=sa.Text(), existing_type=sa.Enum("x", "y", name="mood", native_enum=False, create_constraint=True))',
    # constraints
    'op.create_primary_key(None, "t", ["a", "b"])',
    'op.create_primary_key("my_key", "t", ["a", "b"])',
    'op.create_primary_key(op.f("my_key"), "t", ["a", "b"])',
    'op.create_unique_constraint(None, "t", ["a", "b"])',
    'op.create_unique_constraint("my_unique", "t", ["a", "b"], schema="s.x")',
    'op.create_unique_constraint(None, "t", ["a", "b"], schema="s")',
    'op.create_unique_constraint(op.f("my_unique"), "t", ["a"])',
    'op.create_unique_constraint(op.f("a_final_name_that_is_longer_than_the_server_likes_names_to_be_x"), "t", ["a"])',
    'op.create_unique_constraint("a_plain_name_that_is_longer_than_the_server_likes_names_to_be_x1", "t", ["a"])',
    'op.create_foreign_key(None, "t", "o", ["a"], ["id"])',
    'op.create_foreign_key(None, "t", "o", ["a", "b"], ["x", "y"], source_schema="s", referent_schema="r")',
    'op.create_foreign_key("to_o", "t", "o", ["a"], ["id"])',
    'op.create_foreign_key(op.f("to_o"), "t", "o", ["a"], ["id"])',
    'op.create_foreign_key(None, "t", "t", ["a"], ["id"])',
    'op.create_check_constraint("pos", "t", "a > 0")',
    'op.create_check_constraint(op.f("pos"), "t", "a > 0")',
    'op.create_check_constraint(None, "t", "a > 0")',
    'op.create_check_constraint("ck_t_pos", "t", "a > 0")',
    'op.create_exclude_constraint(None, "t", ("a", "&&"))',
    'op.create_exclude_constraint("apart", "t", ("a", "&&"))',
    # indexes
    'op.create_index(None, "t", ["a", "b"])',
    'op.create_index("mine", "t", ["a"])',
    'op.create_index(op.f("mine"), "t", ["a"])',
    'op.create_index(None, "t", ["a"], schema="s", unique=True)',
    'op.create_index(None, "t", [sa.text("lower(a)")])',
    'op.create_index(None, "t", ["b", sa.text("lower(a)")])',
    'op.create_index(op.f("a_final_name_that_is_longer_than_the_server_likes_names_to_be_x"), "t", ["a"])',
    'op.drop_index("mine", table_name="t")',
    'op.drop_index(op.f("mine"), table_name="t")',
    'op.drop_index("mine")',
    'op.drop_index(None, table_name="t")',
    # drops
    'op.drop_constraint("mine", "t")',
    'op.drop_constraint("mine", "t", type_="check")',
    'op.drop_constraint(op.f("mine"), "t", type_="check")',
    'op.drop_constraint("mine", "t", type_="unique")',
    'op.drop_constraint("mine", "t", type_="primary")',
    'op.drop_constraint("mine", "t", type_="foreignkey")',
    'op.drop_constraint(None, "t", type_="unique")',
    'op.drop_constraint(None, "t", type_="primary")',
    'op.drop_constraint(None, "t", type_="foreignkey")',
    'op.drop_constraint("mine", "t", type_="check", schema="s")',
    # batches
    'with op.batch_alter_table("t") as batch:\n    batch.create_unique_constraint(None, ["a"])\n    batch.create_foreign_key(None, "o", ["a"], ["id"])\n    batch.create_check_constraint("pos", "a > 0")\n    batch.create_index(None, ["a"])\n    batch.create_primary_key(None, ["a"])',
    'with op.batch_alter_table("t") as batch:\n    batch.create_unique_constraint(batch.f("mine"), ["a"])\n    batch.create_check_constraint(batch.f("pos"), "a > 0")\n    batch.drop_constraint("pos2", type_="check")\n    batch.drop_constraint(batch.f("pos3"), type_="check")',
    'with op.batch_alter_table("t", naming_convention={"uq": "batch_%(table_name)s_%(column_0_name)s"}) as batch:\n    batch.create_unique_constraint(None, ["a"])\n    batch.drop_constraint("pos2", type_="check")',
    'with op.batch_alter_table("t") as batch:\n    batch.add_column(sa.Column("a", sa.Integer(), sa.ForeignKey("o.id"), unique=True, index=True))',
    'with op.batch_alter_table("t", schema="s") as batch:\n    batch.add_column(sa.Column("a", sa.Integer(), index=True))\n    batch.add_column(sa.Column("b", sa.Integer(), unique=True))',
    # what is not Alembic's to name
    'op.execute("ALTER TABLE t ADD UNIQUE (a)")',
    'op.rename_table("t", "u")',
]


def metadata(name):
    convention = CONVENTIONS[name]
    if convention is None:
        return None
    convention = dict(convention)
    if convention.get("short") == "callable":
        convention["short"] = lambda constraint, table: table.name[:1]
    return sa.MetaData(naming_convention=convention)


def ask(name, python):
    text = io.StringIO()
    options = {"as_sql": True, "output_buffer": text, "target_metadata": metadata(name)}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    row = {"convention": CONVENTIONS[name], "python": python}
    with Operations.context(context) as op:
        try:
            exec(python, {"op": op, "sa": sa, "postgresql": postgresql})
        except Exception as error:
            words = str(error).splitlines()[0] if str(error) else ""
            # Where an object lies in memory is another place in each process.
            row["error"] = f"{type(error).__name__}: {re.sub(r' at 0x[0-9a-f]+', '', words)}"
            return row
    statements = [" ".join(part.split()) for part in text.getvalue().split(";\n") if part.strip()]
    # The indexes of one table come in the order of a set, another in each process.
    is_index = lambda statement: statement.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX"))
    row["sql"] = [part for same, run in groupby(statements, is_index) for part in (sorted(run) if same else run)]
    return row


def main():
    arguments = argparse.ArgumentParser(description=textwrap.dedent(__doc__), formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", required=True)
    given = arguments.parse_args()
    rows = [ask(name, python) for name in CONVENTIONS for python in DIRECTIVES]
    with open(given.out, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    failed = sum("error" in row for row in rows)
    print(f"{len(rows)} calls under {len(CONVENTIONS)} conventions, {failed} of which Alembic refuses", file=sys.stderr)


if __name__ == "__main__":
    main()
