#!/usr/bin/env python3
"""Databases that were never stamped, and the revision that Retort says they stand at.

    stamp.py --retort BIN --corpus DIR --truth DIR --work DIR [--places N] [--seed N] [--list] [NAME…]

--corpus  <package>/<folder>/versions/…, as fetch.py lays it out
--truth   <package>__<folder>/steps/NNNN_<revision>.json: pg_catalog after each revision
--places  random revisions of each chain (8)

The catalogue after a random revision is written as a dump without `alembic_version`, and `retort check` is given
that and the folder. Right: the revision named first is the one. Tied: it is among those that are said to have
the same schema, or to be as near. Revisions whose catalogue is the same as that of their parent can't be told
apart by anybody; such a tie is counted by itself.

Standard library only.
"""
import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def named(name):
    return ".".join(quoted(part) for part in name.split("."))


def columns(names):
    return ", ".join(quoted(name) for name in names)


def dump(schema):
    """A catalogue as pg_dump would write it, the version tables left out."""
    own = {name.rsplit(".", 1)[-1] for name in schema.get("version_tables", [])} | {"alembic_version"}
    lines = ["--", "-- PostgreSQL database dump", "--", ""]
    for enum, values in schema["enums"].items():
        lines.append(f"CREATE TYPE {named(enum)} AS ENUM ({', '.join(repr(value) for value in values)});")
    tables = {name: table for name, table in schema["tables"].items() if name.rsplit(".", 1)[-1] not in own}
    for name, table in tables.items():
        parts = []
        for column in table["columns"]:
            text = f"{quoted(column['name'])} {column['type']}"
            if column.get("generated"):
                text += f" GENERATED ALWAYS AS ({column['default']}) STORED"
            elif column.get("identity"):
                text += f" GENERATED {'ALWAYS' if column['identity'] in ('a', 'ALWAYS') else 'BY DEFAULT'} AS IDENTITY"
            elif column["default"] is not None:
                text += f" DEFAULT {column['default']}"
            parts.append(text + ("" if column["nullable"] else " NOT NULL"))
        parts += [f"CONSTRAINT {quoted(one['name'])} CHECK {one['expression'].removeprefix('CHECK ')}" for one in table["checks"]]
        lines.append(f"CREATE TABLE {named(name)} (\n    " + ",\n    ".join(parts) + "\n);")
    for name, table in tables.items():
        add = f"ALTER TABLE ONLY {named(name)} ADD CONSTRAINT"
        if table["primary_key"]:
            lines.append(f"{add} {quoted(table['primary_key']['name'])} PRIMARY KEY ({columns(table['primary_key']['columns'])});")
        for one in table["unique"]:
            lines.append(f"{add} {quoted(one['name'])} UNIQUE ({columns(one['columns'])});")
        for one in table["indexes"]:
            if one.get("definition"):
                lines.append(one["definition"] + ";")
    for name, table in tables.items():
        for one in table["foreign_keys"]:
            action = f" ON DELETE {one['on_delete']}" if one["on_delete"] and one["on_delete"] != "NO ACTION" else ""
            action += f" ON UPDATE {one['on_update']}" if one["on_update"] and one["on_update"] != "NO ACTION" else ""
            lines.append(f"ALTER TABLE ONLY {named(name)} ADD CONSTRAINT {quoted(one['name'])} FOREIGN KEY ({columns(one['columns'])})"
                         f" REFERENCES {named(one['ref_table'])}({columns(one['ref_columns'])}){action};")
    return "\n".join(lines + ["", "--", "-- PostgreSQL database dump complete", "--", ""])


def folder_of(corpus, name):
    package, _, folder = name.partition("__")
    place = corpus / package / folder
    return place if folder and place.is_dir() else None


def arguments(doc, cases, count):
    """What a script is called with that asks about chains whose every step is known; `cases` is an option."""
    parser = argparse.ArgumentParser(description=doc.split("\n")[0])
    parser.add_argument("names", nargs="*", help="only chains whose name starts so")
    for option in ("retort", "corpus", "truth", "work"):
        parser.add_argument(f"--{option}", type=Path, required=True)
    parser.add_argument("--cases", cases, type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    return args


def chains(args):
    """The chains that were asked for: name, folder, and the catalogues after each step."""
    for steps in sorted(args.truth.glob("*/steps")):
        name = steps.parent.name
        folder = folder_of(args.corpus, name)
        if folder and (not args.names or any(name.startswith(one) for one in args.names)):
            yield name, folder, steps


def run(job):
    name, folder, steps, retort, work, places, seed = job
    dice = random.Random(f"{seed} {name}")
    files = sorted(steps.glob("*.json"))
    results = []
    chosen = sorted(dice.sample(range(len(files)), min(places, len(files))))
    schemas = {}

    def schema(at):
        if at not in schemas:
            schemas[at] = json.loads(files[at].read_text())
        return schemas[at]

    for at in chosen:
        truth = schema(at)
        if not truth["schema"]["tables"] or len(truth["heads"]) != 1:
            continue
        text = dump(truth["schema"])
        file = work / f"{name}.sql"
        file.write_text(text)
        done = subprocess.run([retort, "check", str(folder), "--prod", str(file), "--format", "json"], capture_output=True, text=True)
        report = json.loads(done.stdout)
        near = [near for chain in report["chains"] for near in chain["resembles"] if near["role"] == "prod"]
        same = [json.loads(files[other].read_text())["revision"] for other in (at - 1, at + 1)
                if 0 <= other < len(files) and dump(schema(other)["schema"]) == text]
        top = near[0]["revision"] if near else None
        listed = set(near[0].get("alike", []) + near[0].get("ties", [])) if near else set()
        exact = bool(near) and not near[0].get("differences") and not near[0]["missing"] and not near[0]["extra"]
        if top == truth["revision"]:
            verdict = "right"
        elif truth["revision"] in listed:
            verdict = "tied, nobody can tell" if same else "tied"
        else:
            verdict = "wrong, said to be nearest" if not exact else "WRONG AND CERTAIN"
        results.append((verdict, truth["revision"], top, exact, sorted(listed)))
    return name, results


def main():
    args = arguments(__doc__, "--places", 8)
    jobs = [(*chain, str(args.retort.resolve()), args.work, args.cases, args.seed) for chain in chains(args)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, jobs))
    counts, exact = Counter(), 0
    for name, results in found:
        for verdict, revision, top, is_exact, listed in results:
            counts[verdict] += 1
            exact += is_exact
            if args.list and verdict != "right":
                print(f"{name}: {revision} taken for {top} ({'exact' if is_exact else 'nearest'}), listed {listed[:6]}: {verdict}")
    total = sum(counts.values())
    if not total:
        raise SystemExit("No database was placed.")
    for verdict, count in counts.most_common():
        print(f"{verdict:28} {count:5} of {total}  {100 * count / total:.1f} %")
    print(f"{len([1 for _, results in found if results])} chains; {exact} of {total} said to be exact")
    sys.exit(bool(counts["WRONG AND CERTAIN"]))


if __name__ == "__main__":
    main()
