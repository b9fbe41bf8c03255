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
    "tables": lambda n: "".join(TABLE.format(i) for i in range(n // 84)),
    "tables and indexes": lambda n: "".join(
        TABLE.format(i) + f"CREATE INDEX i{i} ON public.t{i} USING btree (b);\n"
        f"ALTER TABLE ONLY public.t{i}\n    ADD CONSTRAINT p{i} PRIMARY KEY (id);\n" for i in range(n // 210)),
}


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--retort", required=True)
    asked.add_argument("--work", required=True, type=Path)
    asked = asked.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    file = asked.work / "hostile.sql"
    print(f"{'':22}" + "".join(f"{size:>7} MB" for size in (1, 2, 4, 8)) + "   most memory at 8 MB")
    for name, shape in SHAPES.items():
        took = []
        for size in (1, 2, 4, 8):
            file.write_text(TITLE + shape(size * 1_000_000))
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
