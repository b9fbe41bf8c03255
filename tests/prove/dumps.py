#!/usr/bin/env python3
"""What Retort reads of a dump beside what PostgreSQL's catalogue held when it was made, fact by fact.

    dumps.py --retort BIN --truth DIR [--list] [NAME…]

--truth   <package>__<folder>/{schema.sql,schema.json}: pg_dump's output, and pg_catalog as JSON
--list    every difference

The facts are those of schema.py. Ends with 1 when a fact of a table, column, type, nullability or key differs,
or when a statement was not understood. Standard library only.
"""
import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from schema import KINDS, RIGHT, compare, of_catalogue, of_retort  # noqa: E402

MUST_AGREE = ("table", "column", "type", "nullability", "default", "primary key", "foreign key", "unique", "enum")


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--retort", required=True)
    asked.add_argument("--truth", required=True, type=Path)
    asked.add_argument("--list", action="store_true")
    asked.add_argument("names", nargs="*")
    asked = asked.parse_args()
    counts, statements, dumps, wrong = Counter(), Counter(), 0, 0
    for folder in sorted(asked.truth.iterdir()):
        dump, catalogue = folder / "schema.sql", folder / "schema.json"
        if not dump.exists() or not catalogue.exists() or (asked.names and folder.name not in asked.names):
            continue
        ran = subprocess.run([asked.retort, "schema", str(dump), "--format", "json"], capture_output=True, text=True)
        if ran.returncode:
            print(f"{folder.name}: {ran.stderr.strip()}")
            wrong += 1
            continue
        dumps += 1
        schema = json.loads(ran.stdout)
        statements["understood"] += schema["understood"]["statements"]
        statements["of"] += schema["understood"]["of"]
        ours, _ = of_retort(schema)
        snapshot = json.loads(catalogue.read_text())
        theirs, _ = of_catalogue(snapshot)
        # The catalogue's side names the version tables and leaves them out.
        own = {name.rsplit(".", 1)[-1] for name in snapshot["version_tables"]}
        ours = {fact: value for fact, value in ours.items() if fact[1].rsplit(".", 1)[-1] not in own}
        found, differences = compare(ours, theirs, lambda fact: ("differs", ""))
        counts += found
        for one in differences if asked.list else ():
            print(f"{folder.name}: {' '.join(one.fact)}\n    ours   {one.ours}\n    theirs {one.theirs}")
    for kind in KINDS:
        right, all_of_it = counts[kind, RIGHT], sum(counts[key] for key in counts if key[0] == kind)
        print(f"{kind:12} {right:6} of {all_of_it:6}")
        wrong += all_of_it - right if kind in MUST_AGREE else 0
    print(f"{dumps} dumps, {statements['understood']} of {statements['of']} statements understood")
    sys.exit(bool(wrong or statements["understood"] < statements["of"] or not dumps))


if __name__ == "__main__":
    main()
