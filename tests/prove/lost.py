#!/usr/bin/env python3
"""Revisions taken out of published chains, and the drafts of them that Retort writes.

    lost.py --retort BIN --corpus DIR --truth DIR --work DIR [--middles N] [--seed N] [--list] [NAME…]

--corpus   <package>/<folder>/versions/…, as fetch.py lays it out
--truth    <package>__<folder>/steps/NNNN_<revision>.json: pg_catalog after each revision
--middles  revisions that are neither base nor head and make something, for each chain (2)

The base, and revisions of the middle that make tables or columns, are taken out of a copy of the folder. What a
lost revision made is the difference of the catalogue before and after it. Of that, the draft has to have

  folder alone      each table that a later revision changes or drops (the catalogue says so)
  with an audit     each table and column that is still there at the head, whose dump is given as prod's,
                    stamped at the head

and it must not have any table or column that the lost revision did not make. Names are compared; the draft is
put in the place of the lost file and read by `retort schema --at`. What that command also says of the whole
folder at the same revision is no invention of the draft's.

Standard library only.
"""
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from stamp import arguments, chains, dump  # noqa: E402


def things(snapshot):
    own = {name.rsplit(".", 1)[-1] for name in snapshot["schema"].get("version_tables", [])} | {"alembic_version"}
    tables = {name: table for name, table in snapshot["schema"]["tables"].items() if name.rsplit(".", 1)[-1] not in own}
    found = set(tables)
    for name, table in tables.items():
        found |= {f"{name}.{column['name']}" for column in table["columns"]}
    return tables, found


def drafted(retort, folder, at, before):
    """The tables and columns that are there at the draft and were not before it."""
    done = subprocess.run([retort, "schema", str(folder), "--at", at, "--format", "json"], capture_output=True, text=True)
    if done.returncode:
        return None, done.stderr
    found = set()
    for table in json.loads(done.stdout)["tables"]:
        name = f"{table['schema'] or 'public'}.{table['name']}"
        found.add(name)
        found |= {f"{name}.{column['name']}" for column in table["columns"]}
    return found - before, ""


def run(job):
    name, folder, steps, args, retort = job
    dice = random.Random(f"{args.seed} {name}")
    files = sorted(steps.glob("*.json"))
    if len(files) < 3:
        return name, []
    ids = [re.sub(r"^\d+_", "", file.stem) for file in files]
    chain = json.loads(subprocess.run([retort, "chain", str(folder), "--format", "json"], capture_output=True, text=True).stdout)
    revisions = {row["id"]: row for view in chain["chains"] for row in view["revisions"]}
    last = json.loads(files[-1].read_text())
    if len(last["heads"]) != 1:
        return name, []
    cache = {}

    def load(at):
        if at < 0:
            return {}, set()
        if at not in cache:
            cache[at] = things(json.loads(files[at].read_text()))
        return cache[at]

    makes = [at for at in range(1, len(files) - 1) if load(at)[1] - load(at - 1)[1]]
    chosen = [0] + sorted(dice.sample(makes, min(args.cases, len(makes))))
    results = []
    for at in chosen:
        rid = json.loads(files[at].read_text())["revision"]
        row = revisions.get(rid)
        # Of a branch the catalogue before it is not that of its parent.
        if row is None or len(row["down"]) > 1 or (at > 0 and row["down"] != [json.loads(files[at - 1].read_text())["revision"]]):
            continue
        if sum(rid in other["down"] for other in revisions.values()) != 1:
            continue
        tables, after = load(at)
        _, before = load(at - 1)
        made = after - before
        if not made:
            continue
        whole, _ = drafted(retort, folder, rid, before)
        made_tables = {thing for thing in made if thing in tables}
        touched, head = set(), load(len(files) - 1)
        for later in range(at + 1, len(files)):
            here = load(later)[0]
            touched |= {table for table in made_tables if here.get(table) != tables[table]}
        for audit in (False, True):
            base = args.work / f"{name}_{at}_{audit}"
            shutil.rmtree(base, ignore_errors=True)
            shutil.copytree(folder, base)
            lost = [file for file in base.rglob("*.py") if re.search(rf"(?m)^revision\b[^=\n]*=\s*['\"]{re.escape(rid)}['\"]", file.read_text(errors="replace"))]
            if len(lost) != 1:
                shutil.rmtree(base)
                continue
            lost[0].unlink()
            command = [retort, "check", str(base), "--format", "json"]
            if audit:
                file = args.work / f"{name}_{at}.sql"
                text = dump(last["schema"]).replace("-- PostgreSQL database dump complete", f"CREATE TABLE public.alembic_version (version_num character varying(32) NOT NULL);\nCOPY public.alembic_version (version_num) FROM stdin;\n{last['heads'][0]}\n\\.\n\n-- PostgreSQL database dump complete")
                file.write_text(text)
                command += ["--prod", str(file)]
            report = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
            patches = [patch for row in report["findings"] if row["rule"] == "alembic-missing-parent" for patch in row["remedy"]["patches"]]
            expected = {thing for thing in made if thing in head[1]} if audit else touched
            if not patches:
                results.append((audit, rid, len(expected), 0, sorted(expected)[:6], [], "no draft"))
                shutil.rmtree(base)
                continue
            content = patches[0]["content"]
            (lost[0].parent / patches[0]["file"]).write_text(content.replace("raise NotImplementedError('A draft", "print('A draft"))
            found, trouble = drafted(retort, base, rid, before)
            said = {match for match in re.findall(r"# (?:public\.)?([\w.]+) was made here\b(?! or)", content)}
            said = {thing if thing.count(".") > 1 or thing.startswith("public.") else "public." + thing for thing in said}
            if found is None:
                results.append((audit, rid, len(expected), 0, sorted(expected)[:6], [], trouble.strip()[-200:]))
                shutil.rmtree(base)
                continue
            covered = {thing for thing in expected if thing in found or thing in said}
            invented = found - made - (whole or set())
            results.append((audit, rid, len(expected), len(covered), sorted(expected - covered)[:6], sorted(invented)[:6], ""))
            shutil.rmtree(base)
    return name, results


def main():
    args = arguments(__doc__, "--middles", 2)
    jobs = [(*chain, args, str(args.retort.resolve())) for chain in chains(args)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, jobs))
    totals = {audit: Counter() for audit in (False, True)}
    for name, results in found:
        for audit, rid, of, covered, missed, invented, note in results:
            count = totals[audit]
            count["lost"] += 1
            count["of"] += of
            count["covered"] += covered
            count["invented"] += len(invented)
            if args.list and (missed or invented or note):
                print(f"{name} {rid} {'audit' if audit else 'alone'}: {covered} of {of}; missed {missed}; invented {invented} {note}")
    if not totals[False]["lost"]:
        raise SystemExit("No revision was taken out.")
    bad = 0
    for audit, count in totals.items():
        what = "tables and columns at the head, with its audit" if audit else "tables that later revisions change, folder alone"
        share = 100 * count["covered"] / count["of"] if count["of"] else 100
        print(f"{what}: {count['covered']} of {count['of']} ({share:.1f} %) in {count['lost']} drafts; invented {count['invented']}")
        bad |= share < 90 or count["invented"] > 0
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
