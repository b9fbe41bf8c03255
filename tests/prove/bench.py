#!/usr/bin/env python3
"""Chains of several lengths: whole processes of Retort and of Alembic in turn.

    bench.py --retort BIN --alembic BIN --work DIR [--sizes 100,1000,10000] [--runs 9] [--versions DIR…]

`retort chain` beside `alembic history`, and `retort schema` beside `alembic upgrade heads --sql`. Prints
medians, their ratio, and the most memory that either held. --versions names folders of revisions that are
measured too; Alembic runs them under an env.py of ours and is left out where that fails. Standard library
only.
"""
import argparse
import os
import random
import shutil
import statistics
import subprocess
import time
from pathlib import Path

INI = "[alembic]\nscript_location = %(here)s/migrations\n"
ENV = """from alembic import context

context.configure(dialect_name="postgresql")
with context.begin_transaction():
    context.run_migrations()
"""
REVISION = '''"""Add column {n} to table {table}

Revision ID: {id}
Revises: {revises}
Create Date: 2024-01-01 00:00:00

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "{id}"
down_revision: Union[str, Sequence[str], None] = {down}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
{body}

def downgrade() -> None:
{undo}
'''


def project(folder, size):
    """A chain with a branch and its merge every 50 revisions, tables made and columns added."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    dice = random.Random(size)
    ids = [f"{dice.getrandbits(48):012x}" for _ in range(size)]
    parents, side = [], None
    for n, own in enumerate(ids):
        table = f"table_{n // 10}"
        if side is not None and n % 50 == 3:
            parents, side = [parents[0], side], None
        elif n % 50 == 1 and n > 50:
            side = own
        if n % 10 == 0:
            body = (f'    op.create_table("{table}",\n        sa.Column("id", sa.Integer(), primary_key=True),\n'
                    f'        sa.Column("name", sa.String(80), nullable=False),\n    )\n')
            undo = f'    op.drop_table("{table}")\n'
        else:
            body = f'    op.add_column("{table}", sa.Column("c{n}", sa.Text(), nullable=True))\n'
            undo = f'    op.drop_column("{table}", "c{n}")\n'
        down = repr(tuple(parents)) if len(parents) > 1 else repr(parents[0]) if parents else "None"
        text = REVISION.format(n=n, table=table, id=own, revises=", ".join(parents), down=down, body=body, undo=undo)
        (versions / f"{n:05}_{own}_step.py").write_text(text)
        # The side branch leaves the trunk where it was: the next revision follows the same parent.
        if side != own:
            parents = [own]


def run(command, cwd, out):
    """Seconds and peak kilobytes of one process, its output kept in a file."""
    with open(out, "wb") as sink:
        start = time.perf_counter()
        # With Python's cache of compiled files, as in daily use.
        env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        child = subprocess.Popen(command, cwd=cwd, stdout=sink, stderr=subprocess.DEVNULL, env=env)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
    return seconds if status == 0 else None, usage.ru_maxrss


def given(folder, versions):
    """A project around revisions that exist."""
    shutil.copytree(versions, folder / "migrations" / "versions")
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    return sum(1 for _ in versions.rglob("*.py"))


def measure(title, folder, commands, runs):
    """Runs the commands in turn and prints a row."""
    seconds, peak = {name: [] for name in commands}, dict.fromkeys(commands, 0)
    # In turn, so that a busy machine slows both; the first round fills caches and does not count.
    for n in range(runs + 1):
        for name, command in commands.items():
            took, kilobytes = run(command, folder, folder / f"{name}.out")
            if took is None and name == "retort":
                raise SystemExit(f"{' '.join(map(str, command))} failed")
            if n and took is not None:
                seconds[name].append(took)
                peak[name] = max(peak[name], kilobytes)
    ours = statistics.median(seconds["retort"])
    row = f"{title:44} {ours * 1000:9.1f} ms {peak['retort'] / 1000:7.1f} MB"
    if seconds["alembic"]:
        theirs = statistics.median(seconds["alembic"])
        row += f" {theirs * 1000:10.1f} ms {peak['alembic'] / 1000:7.1f} MB {theirs / ours:7.1f}×"
    else:
        row += f" {'fails':>24}"
    print(f"{row}   ({runs} runs each)", flush=True)


def both(name, folder, tools, runs):
    retort, alembic = tools
    measure(f"{name}: chain, alembic history", folder, {
        "retort": [retort, "chain", "migrations", "alembic.ini", "--format", "json"],
        "alembic": [alembic, "history"],
    }, runs)
    measure(f"{name}: schema, alembic upgrade --sql", folder, {
        "retort": [retort, "schema", "migrations", "--at", "heads", "--format", "json"],
        "alembic": [alembic, "upgrade", "heads", "--sql"],
    }, runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--retort", type=Path, required=True)
    parser.add_argument("--alembic", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--versions", type=Path, nargs="*", default=[])
    args = parser.parse_args()
    tools = args.retort.resolve(), args.alembic.absolute()
    print(f"{'':44} {'retort':>12} {'':10} {'alembic':>13} {'':10} {'ratio':>8}")
    for size in map(int, args.sizes.split(",")):
        folder = (args.work / str(size)).resolve()
        shutil.rmtree(folder, ignore_errors=True)
        project(folder, size)
        both(f"{size} revisions", folder, tools, args.runs if size < 5000 else max(3, args.runs // 2))
    for versions in args.versions:
        folder = (args.work / "given").resolve()
        shutil.rmtree(folder, ignore_errors=True)
        size = given(folder, versions.resolve())
        both(f"{versions.resolve().parent.parent.name}, {size} files", folder, tools, args.runs)


if __name__ == "__main__":
    main()
