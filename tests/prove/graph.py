#!/usr/bin/env python3
"""Retort's revision graphs beside Alembic's, revision by revision.

    graph.py --retort BIN --corpus DIR --truth DIR [--differences FILE] [--list] [NAME…]

--corpus       <package>/<folder>/versions/…, as fetch.py lays it out
--truth        one JSON file for each folder and group, as ask_graph.py writes them
--differences  known ones with their reasons: a new one fails, and so does one that is gone

Standard library only.
"""
import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

FLAGS = ("is_head", "is_base", "is_branch_point", "is_merge_point")
FACTS = ("revision", "parents", "depends_on", "labels", "message", *FLAGS)


def listed(value):
    """None -> [], 'a' -> ['a'], ['a', 'b'] -> ['a', 'b']."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


class Comparison:
    """One folder or group: how many facts were compared, and which differ."""

    def __init__(self, name):
        self.name = name
        self.compared = Counter()
        self.differences = []
        self.identical = 0
        self.total = 0
        self.refusal = ""
        self.seconds = 0.0

    def same(self, fact, where, ours, theirs):
        self.compared[fact] += 1
        if ours == theirs:
            return True
        self.differences.append((fact, where, ours, theirs))
        return False


def run(retort, paths, cwd):
    command = [str(retort), "chain", *map(str, paths), "--format", "json"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)["chains"]


def stay_valid(order, revisions):
    """What breaks `order` as an order of upgrade: parents and dependencies come first, each once."""
    place = {revision: at for at, revision in enumerate(order)}
    wrong = [] if len(place) == len(order) else ["listed twice"]
    for truth in revisions:
        own = truth["revision"]
        if own not in place:
            wrong.append(f"{own} is missing")
            continue
        before = listed(truth["down_revision"]) + listed(truth.get("resolved_dependencies"))
        wrong += [f"{own} before {p}" for p in before if place.get(p, -1) > place[own]]
    return wrong


def compare_revision(result, theirs, ours):
    """Facts of one revision; true when all of them are the same."""
    where = theirs["file"]
    pairs = [
        ("revision", ours["id"], theirs["revision"]),
        ("parents", ours["down"], listed(theirs["down_revision"])),
        ("depends_on", sorted(ours["depends_on"]), sorted(listed(theirs["depends_on"]))),
        ("labels", sorted(ours["labels"]), sorted(theirs["branch_labels"])),
        ("message", ours["message"] or "", theirs["message"] or ""),
    ]
    pairs += [(flag, ours[flag], theirs[flag]) for flag in FLAGS if flag in theirs]
    return all([result.same(fact, where, mine, other) for fact, mine, other in pairs])


def compare(name, chains, truth, prefixes):
    """`prefixes` are the folders that were read, as Retort names them."""
    result = Comparison(name)
    loaded = bool(truth.get("heads")) or not truth["errors"]
    if not loaded and not truth["revisions"]:
        return compare_refusal(result, chains, truth["errors"][0])
    result.same("one chain", "", len(chains), 1 if truth["revisions"] else 0)
    ours = {}
    for chain in chains:
        for revision in chain["revisions"]:
            path = revision["file"]
            for prefix in prefixes:
                if path.startswith(prefix + "/"):
                    tail = path[len(prefix) + 1:]
                    path = tail if len(prefixes) == 1 else f"{prefix}/{tail}"
            ours[path] = revision
    for theirs in truth["revisions"]:
        result.total += 1
        mine = ours.pop(theirs["file"], None)
        if result.same("present", theirs["file"], mine is not None, True):
            result.identical += compare_revision(result, theirs, mine)
    for path in ours:
        result.same("present", path, True, False)
    union = lambda key: [one for chain in chains for one in chain[key]]
    if loaded:
        result.same("heads", "", sorted(union("heads")), truth["heads"])
        result.same("bases", "", sorted(union("bases")), truth["bases"])
        order = truth.get("upgrade_order") or list(reversed(truth.get("iterate_order") or []))
        result.same("valid order", "", stay_valid(union("order"), truth["revisions"])[:5], [])
        if order:
            result.same("same order", "", union("order"), order)
    if truth["errors"]:
        compare_refusal(result, chains, truth["errors"][0])
    return result


def compare_refusal(result, chains, error):
    """A problem must name what Alembic stumbles over: a missing id, a file, its own words."""
    result.refusal = error["error"]
    text = "\n".join(f"{p['message']} {p.get('alembic') or ''}" for chain in chains for p in chain["problems"])
    kind, _, words = error["error"].partition(": ")
    wanted = f"`{words.strip(chr(39))}`" if kind == "KeyError" else words.split(". ")[0]
    result.same("refusal", error["stage"], wanted if wanted in text else text, wanted)
    return result


def compare_whole(entry, truth, chains):
    """A folder found again in the whole project: its settings, other chains and modules are there too."""
    result = Comparison(f"{entry['package']}__{entry['folder']} in the whole project")
    theirs = {r["revision"]: r for r in truth["revisions"]}
    best = max(chains, key=lambda c: sum(r["id"] in theirs for r in c["revisions"]), default=None)
    result.total = len(theirs)
    if best is None:
        result.same("present", "", False, True)
        return result
    ours = {r["id"]: r for r in best["revisions"]}
    result.same("revisions", "", sorted(ours), sorted(theirs))
    for own, their in sorted(theirs.items()):
        if own in ours:
            their = dict(their, file=own)
            result.identical += compare_revision(result, their, ours[own])
    if truth.get("upgrade_order"):
        result.same("same order", "", best["order"], truth["upgrade_order"])
    return result


def whole(args):
    """Each package's sources given to Retort as they are."""
    results, chains = [], {}
    for entry in json.loads((args.corpus / "manifest.json").read_text()):
        name, package = f"{entry['package']}__{entry['folder']}", entry["package"]
        if args.names and not any(name.startswith(wanted) for wanted in args.names):
            continue
        if package not in chains:
            chains[package] = run(args.retort.resolve(), [package], args.sources)
        truth = json.loads((args.truth / f"{name}.json").read_text())
        results.append(compare_whole(entry, truth, chains[package]))
    return results


def jobs(manifest, names):
    """(name, folders) of each folder and each group of folders."""
    found = {}
    for entry in json.loads(manifest.read_text()):
        if "path" in entry and "package" not in entry:
            found[entry["name"]] = [entry["path"]]
            continue
        folder = f"{entry['package']}/{entry['folder']}"
        found[f"{entry['package']}__{entry['folder']}"] = [folder]
        if entry["group"]:
            found.setdefault(f"group__{entry['group']}", []).append(folder)
    for name, folders in sorted(found.items()):
        if not names or any(name.startswith(wanted) for wanted in names):
            yield name, sorted(folders)


def load_differences(path, whole_projects):
    """`name fact where # reason`, one a line."""
    known = {}
    if path and path.exists():
        for line in path.read_text().splitlines():
            key, _, reason = line.partition(" # ")
            is_entry = line.strip() and not line.startswith("#")
            if is_entry and (" in the whole project " in key) == whole_projects:
                known[key.strip()] = reason.strip()
    return known


def report(results, known, show):
    found = {}
    for result in results:
        for fact, where, ours, theirs in result.differences:
            found[f"{result.name} {fact} {where}".strip()] = (ours, theirs)
    print(f"{'folder':58} {'revisions':>9} {'identical':>9} {'facts':>7} {'differ':>6}  Alembic")
    for result in results:
        if show or result.differences or result.refusal:
            print(f"{result.name:58} {result.total:9} {result.identical:9} "
                  f"{sum(result.compared.values()):7} {len(result.differences):6}  {result.refusal[:60]}")
    alone = [r for r in results if not r.name.startswith("group__")]
    total, same = sum(r.total for r in alone), sum(r.identical for r in alone)
    facts, differ = sum(sum(r.compared.values()) for r in results), len(found)
    orders = Counter()
    for result in results:
        for fact in ("valid order", "same order"):
            orders[fact] += result.compared[fact]
            orders[f"not {fact}"] += any(d[0] == fact for d in result.differences)
    print(f"\n{len(results)} graphs; {same} of {total} revisions identical ({100 * same / max(total, 1):.2f} %); "
          f"{facts - differ} of {facts} facts the same")
    for fact in filter(orders.get, ("valid order", "same order")):
        print(f"{fact}: {orders[fact] - orders[f'not {fact}']} of {orders[fact]}")
    seconds, name = max(((r.seconds, r.name) for r in results), default=(0, ""))
    if seconds:
        print(f"slowest: {name}, {seconds} s")
    new = sorted(set(found) - set(known))
    gone = sorted(set(known) - set(found))
    for key in new:
        ours, theirs = found[key]
        print(f"\nDIFFERS {key}\n  Retort:  {json.dumps(ours)[:300]}\n  Alembic: {json.dumps(theirs)[:300]}")
    for key in sorted(set(known) & set(found)):
        print(f"known: {key}: {known[key]}")
    return new, gone


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="only graphs whose name starts so")
    parser.add_argument("--retort", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--manifest", type=Path, help="which folders (default: CORPUS/manifest.json)")
    parser.add_argument("--differences", type=Path)
    parser.add_argument("--sources", type=Path, help="whole packages: compares the folders inside of them")
    parser.add_argument("--list", action="store_true", help="a line for each graph")
    args = parser.parse_args()
    results = whole(args) if args.sources else []
    for name, folders in [] if args.sources else jobs(args.manifest or args.corpus / "manifest.json", args.names):
        truth_file = args.truth / f"{name}.json"
        if not truth_file.exists():
            print(f"{name}: no truth", file=sys.stderr)
            continue
        truth = json.loads(truth_file.read_text())
        start = time.monotonic()
        chains = run(args.retort.resolve(), folders, args.corpus)
        result = compare(name, chains, truth, folders)
        result.seconds = round(time.monotonic() - start, 2)
        results.append(result)
    new, gone = report(results, load_differences(args.differences, bool(args.sources)), args.list)
    if not results:
        raise SystemExit("No graph was compared.")
    if gone and not args.names:
        raise SystemExit("No longer different, so remove from the list:\n  " + "\n  ".join(gone))
    if new:
        raise SystemExit(f"{len(new)} differences that the list does not explain")


if __name__ == "__main__":
    main()
