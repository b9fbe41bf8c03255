#!/usr/bin/env python3
"""How much of real SQL Retort understands: every sample, dumps of published packages, PostgreSQL's own tests.

    understood.py --retort BIN --samples DIR --list FILE --work DIR [--truth DIR] [--regress DIR]

--truth     <package>__<folder>/schema.sql: pg_dump's output of published packages after their migrations
--regress   PostgreSQL's src/test/regress: its scripts are run on a scratch server, one after the other as they
            stand in parallel_schedule, and what pg_dump prints of the database then is read
--list      statements that change a schema and are not understood, each with the reason. It may only shrink: one
            that is not listed fails, and so does one that is listed and understood by now

A statement changes a schema when it begins with one of the words below. What Retort says of each file (`retort
check FILE --format json`) tells how many statements it saw, and which it did not understand. Standard library
only, and PostgreSQL's programs for --regress.
"""
import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from server import Server, program  # noqa: E402

CHANGES = ("CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "RENAME", "TRUNCATE", "SECURITY", "REASSIGN", "REINDEX", "REFRESH", "CLUSTER", "DO")
# What needs more than a scratch database: folders of tablespaces, roles of the whole server, a library of C functions.
LEFT_OUT = {"tablespace", "create_role", "largeobject", "stats", "psql", "sysviews"}
PIECES = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|`[^`]*`|\$(\w*)\$.*?\$\1\$|;", re.S)
NOISE = re.compile(r"(?:\s+|--[^\n]*\n|/\*(?!!).*?\*/|\\[^\n]*\n)*", re.S)


def first_words(text):
    """The first word of each statement; rows of COPY are left out."""
    text = re.sub(r"(?ims)^(COPY [^;]*FROM stdin[^;]*;\n).*?^\\\.$", r"\1", text)
    start = 0
    for piece in PIECES.finditer(text):
        if piece.group() == ";":
            yield word(text[start:piece.start()])
            start = piece.end()
    yield word(text[start:])


def word(statement):
    rest = statement[NOISE.match(statement).end():]
    found = re.match(r"(?:/\*M?!\d+ *)?([A-Za-z]+)", rest)
    return found.group(1).upper() if found else ""


def judge(options, path, name):
    """-> (statements, of them understood, that change a schema, those not understood)"""
    done = subprocess.run([options.retort, "check", str(path), "--format", "json"], capture_output=True, text=True)
    if done.returncode > 1:
        raise SystemExit(f"{name}: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    counts = [one["understood"] for one in report["inputs"]]
    unread = [one["excerpt"] for one in report["findings"] if one["rule"] == "unparsed-input"]
    unread = [re.sub(r"\s+", " ", text)[:90].strip() for text in unread if word(text) in CHANGES]
    text = path.read_text(errors="replace") if path.suffix == ".sql" else ""
    changes = sum(one in CHANGES for one in first_words(text))
    return sum(one["of"] for one in counts), sum(one["statements"] for one in counts), max(changes, len(unread)), unread


def regression(options):
    """pg_dump's output of the database that PostgreSQL's own tests leave behind."""
    target = options.work / "regression.sql"
    env = {**os.environ, "PG_ABS_SRCDIR": str(options.regress), "PG_ABS_BUILDDIR": str(options.work), "PG_DLSUFFIX": ".so",
           "PG_LIBDIR": str(Path(program("postgres")).parent.parent / "lib")}
    schedule = (options.regress / "parallel_schedule").read_text()
    tests = [test for line in re.findall(r"^test:(.*)$", schedule, re.M) for test in line.split()]
    with Server(options.work / "server") as server:
        reach = ["-h", str(server.folder), "-p", str(server.port), "-U", "retort"]
        server.psql("create database regression template template0;\n")
        for test in tests:
            script = options.regress / "sql" / f"{test}.sql"
            if test in LEFT_OUT or not script.exists():
                continue
            try:
                subprocess.run([program("psql"), "-X", "-q", *reach, "-d", "regression", "-f", str(script)], env=env, timeout=120,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            except subprocess.TimeoutExpired:
                print(f"  {test} took too long, and was stopped")
        done = subprocess.run([program("pg_dump"), *reach, "--schema-only", "regression"], check=True, capture_output=True, text=True)
    target.write_text(done.stdout)
    return target


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--retort", required=True)
    asked.add_argument("--samples", required=True, type=Path)
    asked.add_argument("--list", required=True, type=Path)
    asked.add_argument("--work", required=True, type=Path)
    asked.add_argument("--truth", type=Path)
    asked.add_argument("--regress", type=Path)
    options = asked.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    groups = {"samples": [(path, str(path.relative_to(options.samples))) for path in sorted(options.samples.rglob("*.sql"))]}
    if options.truth:
        groups["published packages"] = [(path, path.parent.name) for path in sorted(options.truth.glob("*/schema.sql"))]
    if options.regress:
        groups["PostgreSQL's tests"] = [(regression(options), "regression")]
    listed = {line.split(" — ")[0] for line in options.list.read_text().splitlines() if line and not line.startswith("#")}
    listed = {line for line in listed if line.split(": ")[0] in {name for files in groups.values() for _, name in files}}
    found, total = set(), Counter()
    for group, files in groups.items():
        count = Counter()
        for path, name in files:
            seen, understood, changes, unread = judge(options, path, name)
            count.update(files=1, seen=seen, understood=understood, changes=changes, unread=len(unread))
            found.update(f"{name}: {text}" for text in unread)
        total.update(count)
        print(line(group, count))
    print(line("all", total))
    for one in sorted(found - listed):
        print(f"  not understood, and not listed: {one}")
    for one in sorted(listed - found):
        print(f"  listed, and understood by now: {one}")
    share = 1 - total["unread"] / total["changes"]
    return 0 if found == listed and share >= 0.99 else 1


def line(group, count):
    share = 100 * (1 - count["unread"] / count["changes"])
    return (f"{group:20} {count['files']:4} files, {count['understood']} of {count['seen']} statements understood; "
            f"of those that change a schema {count['changes'] - count['unread']} of {count['changes']} ({share:.2f} %)")


if __name__ == "__main__":
    sys.exit(main())
