#!/usr/bin/env python3
"""How long reading a schema takes, beside pglast and sqlglot on the same statements, and beside `wc -l` on rows.

    ddl.py --retort BIN --work DIR --samples DIR

Three inputs, made of the depot's dump of the samples: 243 kB of statements (copies in schemas of their own), a
schema of 5 MB, and a dump of 50 MB that is rows but for its first tables. Each is read by whole processes, in
turn, and the best of the runs counts; what a process takes to start is measured on an input of one table and taken off.
pglast and sqlglot parse and nothing else; retort also builds the schema and compares it (`retort diff` of the
file with itself, read once). The most memory of each run is printed as a multiple of the input.

Needs a Python with pglast and sqlglot; without them only Retort is measured.
"""
import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

PARSERS = {
    "pglast": "import pglast, sys\nfor s in pglast.split(open(sys.argv[1]).read()): pglast.parse_sql(s)",
    "sqlglot": "import sqlglot, sys\nsqlglot.parse(open(sys.argv[1]).read(), dialect='postgres', error_level=sqlglot.ErrorLevel.IGNORE)",
}
TITLE, END = "--\n-- PostgreSQL database dump\n--\n\n", "--\n-- PostgreSQL database dump complete\n--\n"


def statements(samples):
    """The depot without frames: each copy stands in a schema of its own."""
    text = (samples / "pg_dump/depot-server15.18-schema.sql").read_text()
    text = re.sub(r"^\\.*\n|^--.*\n", "", text, flags=re.M)
    body = text[text.index("CREATE"):]
    return "\n".join(line for line in body.splitlines() if line.strip()) + "\n"


def copies(body, size):
    out, number = [], 0
    while sum(map(len, out)) < size:
        number += 1
        out.append(re.sub(r"\bdepot\b", f"depot{number}", body))
    return TITLE + "".join(out) + END


def rows(size):
    head = "CREATE TABLE public.t (\n    id bigint NOT NULL,\n    name text,\n    at timestamp with time zone\n);\n\n"
    row = "{0}\tsome words, and a 'quote'; DROP TABLE t; -- not a comment {0}\t2026-01-01 00:00:00+00\n"
    count = size // 90
    data = "".join(row.format(number) for number in range(count))
    return TITLE + head + "COPY public.t (id, name, at) FROM stdin;\n" + data + "\\.\n\n\n" + END


def run(command, **more):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} ended with {status}")
    # Seconds of the processor's: others share the machine.
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, time.perf_counter() - start


def best(command, runs):
    all_runs = [run(command) for _ in range(runs)]
    return min(one[0] for one in all_runs), max(one[1] for one in all_runs)


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--retort", required=True)
    asked.add_argument("--work", required=True, type=Path)
    asked.add_argument("--samples", required=True, type=Path)
    asked.add_argument("--runs", type=int, default=5)
    options = asked.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    # By a process of its own: what this one holds would be counted with each that it starts.
    if os.fork() == 0:
        body = statements(options.samples)
        inputs = {"ddl.sql": copies(body, 243_000), "schema.sql": copies(body, 5_000_000), "data.sql": rows(50_000_000),
                  "none.sql": TITLE + "CREATE TABLE a (b int);\n" + END}
        for name, text in inputs.items():
            (options.work / name).write_text(text)
        os._exit(0)
    if os.wait()[1]:
        raise SystemExit("the inputs could not be written")
    path = lambda name: str(options.work / name)
    retort = lambda name: [options.retort, "schema", path(name), "--format", "dbml"]
    idle, base = best(retort("none.sql"), options.runs)
    took = {name: best(retort(name), options.runs) for name in ("ddl.sql", "schema.sql", "data.sql")}
    print(f"{'':28}{'seconds':>9}{'MB/s':>9}{'memory':>10}")
    for name, (seconds, memory) in took.items():
        size = (options.work / name).stat().st_size
        seconds = max(seconds - idle, 0.0001)
        took[name] = seconds
        print(f"retort, {name:20}{seconds:9.3f}{size / seconds / 1e6:9.1f}{(memory - base) / size:9.1f}x")
    for name, program in PARSERS.items():
        if subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True).returncode:
            print(f"{name} is not installed, and left out")
            continue
        idle = best([sys.executable, "-c", f"import {name}"], options.runs)[0]
        seconds = max(best([sys.executable, "-c", program, path("ddl.sql")], options.runs)[0] - idle, 0.0001)
        print(f"{name + ', ddl.sql':28}{seconds:9.3f}{'':9}   retort: {seconds / took['ddl.sql']:.1f} times as fast")
    lines = best(["wc", "-l", path("data.sql")], options.runs)[0]
    print(f"{'wc -l, data.sql':28}{lines:9.3f}{'':9}   retort: {lines / took['data.sql']:.2f} of its speed (a tenth is asked)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
