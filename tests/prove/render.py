#!/usr/bin/env python3
"""The upgrades of published packages, each as the SQL that Alembic writes for PostgreSQL.

    render.py --corpus DIR --out DIR [--only NAME]…

Run by a Python that has Alembic. Each revision file is loaded by itself and its upgrade() run against no database
(Alembic's offline mode), so one that imports its package, or asks the database, is left out and counted. Writes
OUT/PACKAGE/REVISION.sql in a transaction, and prints how many there are.
"""
import argparse
import contextlib
import importlib.util
import io
import re
import signal
import sys
import warnings
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

SECONDS = 10


def late(*_):
    raise TimeoutError


def rendered(path):
    """The SQL of a revision's upgrade(), or None where there is none without a database or the package."""
    text = io.StringIO()
    try:
        spec = importlib.util.spec_from_file_location("revision_file", path)
        module = importlib.util.module_from_spec(spec)
        signal.alarm(SECONDS)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            spec.loader.exec_module(module)
            options = {"as_sql": True, "output_buffer": text, "literal_binds": True}
            context = MigrationContext.configure(dialect_name="postgresql", opts=options)
            with Operations.context(context):
                module.upgrade()
    except BaseException as error:  # Whatever a revision does: some call exit().
        if isinstance(error, KeyboardInterrupt):
            raise
        return None
    finally:
        signal.alarm(0)
    return text.getvalue()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[])
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    sys.path = [folder for folder in sys.path if Path(folder or ".").resolve() != Path.cwd()]
    signal.signal(signal.SIGALRM, late)
    written = without = empty = 0
    for package in sorted(path for path in given.corpus.iterdir() if path.is_dir()):
        if given.only and not any(package.name.startswith(name) for name in given.only):
            continue
        for path in sorted(package.rglob("*.py")):
            source = path.read_text(errors="replace")
            found = re.search(r"^revision\b[^=]*=\s*['\"]([\w.-]+)['\"]", source, re.M)
            if not found or "def upgrade" not in source:
                continue
            sql = rendered(path)
            if sql is None:
                without += 1
            elif not sql.strip():
                empty += 1
            else:
                written += 1
                target = given.out / package.name / f"{found.group(1)}.sql"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(f"BEGIN;\n\n{sql.strip()}\n\nCOMMIT;\n")
    print(f"{written} upgrades as SQL, {empty} that do nothing, {without} that need their package or a database")


if __name__ == "__main__":
    main()
