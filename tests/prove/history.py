#!/usr/bin/env python3
"""Generated edits of the revisions of published packages, and what `retort check --before` says of them.

    history.py --retort BIN --corpus DIR --work DIR [--edits N] [--seed N] [--list] [NAME…]

--corpus  <package>/<folder>/versions/…, as fetch.py lays it out
--edits   revisions of each chain that are edited, evenly (6)

Each edit changes one revision of a copy of the folder: its looks (layout by Python's own printer, comments,
the name of a variable), or its meaning (a type, a name, a parent, a step that is left out, the file). Looks
must be silent; of a change of meaning a finding about that revision must tell.

Standard library only.
"""
import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

RULE = "alembic-applied-revision-changed"


def reformat(source, _):
    """The file as Python prints its tree: other quotes, no comments, other lines."""
    return ast.unparse(ast.parse(source)) + "\n"


def comment(source, _):
    """A comment above each line of a function that stands by itself, and one at the end of the file."""
    tree = ast.parse(source)
    lines = source.split("\n")
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        first = function.body[0]
        lines[first.lineno - 1 : first.lineno - 1] = [" " * first.col_offset + "# told in passing"]
        break
    return "\n".join(lines) + "\n# the end\n"


def rename(source, dice):
    """One local variable of a function has another name."""
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        outer = {n for node in ast.walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)) for n in node.names}
        names = sorted({
            node.id for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        } - outer)
        nested = any(isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)) for node in ast.walk(function) if node is not function)
        if not names or nested:
            continue
        old = dice.choice(names)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id == old:
                node.id = old + "_renamed"
            if isinstance(node, ast.ExceptHandler) and node.name == old:
                node.name = old + "_renamed"
        return ast.unparse(tree) + "\n"
    return None


def upgrade(tree):
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    return found[0] if found else None


def directives(tree):
    function = upgrade(tree)
    if function is None:
        return []
    return [
        node for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("op", "batch_op")
    ]


def retype(source, dice):
    """A type in `upgrade()` becomes another one."""
    tree = ast.parse(source)
    types = {"Integer": "BigInteger", "BigInteger": "Integer", "String": "Text", "Text": "LargeBinary", "Boolean": "Integer",
             "DateTime": "Date", "Unicode": "Text", "Float": "Integer", "JSON": "Text", "LargeBinary": "Text"}
    spots = []
    for call in directives(tree):
        # What a column was only has to be told to some databases.
        call_parts = call.args + [keyword.value for keyword in call.keywords if not keyword.arg or not keyword.arg.startswith("existing_")]
        for node in (node for part in call_parts for node in ast.walk(part)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sa" and node.attr in types:
                spots.append(node)
    if not spots:
        return None
    spot = dice.choice(spots)
    spot.attr = types[spot.attr]
    return ast.unparse(tree) + "\n"


def rename_object(source, dice):
    """A directive is about something of another name."""
    tree = ast.parse(source)
    spots = [
        call.args[0] for call in directives(tree)
        if call.func.attr not in ("execute", "get_bind", "get_context", "batch_alter_table")
        and call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    ]
    if not spots:
        return None
    spot = dice.choice(spots)
    spot.value += "_other"
    return ast.unparse(tree) + "\n"


def leave_out(source, dice):
    """A step of `upgrade()` is gone."""
    tree = ast.parse(source)
    function = upgrade(tree)
    if function is None:
        return None
    steps = [
        node for node in function.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and any(call is node.value for call in directives(tree))
    ]
    if not steps:
        return None
    function.body.remove(dice.choice(steps))
    function.body = function.body or [ast.Pass()]
    return ast.unparse(tree) + "\n"


def sql(source, dice):
    """One number or word of the SQL that runs is another."""
    tree = ast.parse(source)
    spots = [
        node for call in directives(tree) if call.func.attr == "execute" for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\w{4}", node.value)
    ]
    if not spots:
        return None
    spot = dice.choice(spots)
    words = list(re.finditer(r"\w{4,}", spot.value))
    word = dice.choice(words)
    spot.value = spot.value[: word.start()] + word.group() + "x" + spot.value[word.end():]
    return ast.unparse(tree) + "\n"


def parent(source, _):
    """It follows nothing, or something else."""
    changed = re.sub(r"(?m)^(down_revision\b[^=\n]*=\s*)(\S.*)$", r'\g<1>"0000other"', source, count=1)
    return changed if changed != source else None


def delete(_source, _dice):
    return ""


LOOKS = {"reformat": reformat, "comment": comment, "rename variable": rename}
MEANING = {"change type": retype, "rename object": rename_object, "leave out a step": leave_out, "change SQL": sql,
           "change parent": parent, "delete": delete}


def chains(corpus, names):
    for folder in sorted(corpus.glob("*/*")):
        versions = list(folder.rglob("*.py"))
        name = f"{folder.parent.name}__{folder.name}"
        if versions and (not names or any(name.startswith(one) for one in names)):
            yield name, folder


def revisions(folder):
    """The revision files that can be edited, by their ids."""
    found = {}
    for file in sorted(folder.rglob("*.py")):
        try:
            text = file.read_text()
            tree = ast.parse(text)
        except (SyntaxError, UnicodeDecodeError):
            continue
        said = {}
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            for target in targets:
                if isinstance(target, ast.Name):
                    said[target.id] = node.value
        if "revision" in said and "down_revision" in said and isinstance(said["revision"], ast.Constant):
            found.setdefault(said["revision"].value, []).append((file, text))
    return {rid: files[0] for rid, files in found.items() if len(files) == 1}


def ask(retort, before, now):
    done = subprocess.run([retort, "check", str(now), "--before", str(before), "--format", "json"], capture_output=True)
    if done.returncode == 2:
        raise SystemExit(f"{now}: {done.stderr.decode()[-500:]}")
    return [row for row in json.loads(done.stdout)["findings"] if row["rule"] == RULE]


def locked(retort, now):
    done = subprocess.run([retort, "lock", str(now), "--check"], capture_output=True, text=True)
    return done.returncode, done.stdout


def run(job):
    name, folder, retort, work, count, seed = job
    dice = random.Random(f"{seed} {name}")
    results = []
    base = work / name
    shutil.rmtree(base, ignore_errors=True)
    before = base / "before"
    shutil.copytree(folder, before)
    own = revisions(before)
    if not own:
        return name, results
    subprocess.run([retort, "lock", str(before)], capture_output=True, check=False)
    lock = (before / "retort.lock").read_text() if (before / "retort.lock").exists() else ""
    (before / "retort.lock").unlink(missing_ok=True)
    loaded = {line.split(" ")[0] for line in lock.splitlines() if not line.startswith("#")}
    ids = [rid for rid in sorted(own) if rid in loaded]
    chosen = ids[:: max(1, len(ids) // count)][:count]
    now = base / "now"
    shutil.copytree(before, now)
    (now / "retort.lock").write_text(lock)
    for rid in chosen:
        file, text = own[rid]
        there = now / file.relative_to(before)
        for kinds, looks in ((LOOKS, True), (MEANING, False)):
            for kind, edit in kinds.items():
                try:
                    changed = edit(text, dice)
                except RecursionError:
                    continue
                if changed is None:
                    continue
                there.unlink() if changed == "" else there.write_text(changed)
                rows = ask(retort, before, now)
                about = [row for row in rows if row["revision"] == rid or any(o.get("name") == rid for o in row["objects"])]
                code, out = locked(retort, now)
                grave = [row for row in about if row["severity"] in ("danger", "blocker")]
                others = [row for row in rows if row not in about]
                good = not rows if looks else bool(grave)
                lock_good = (code == 0) if looks else (code == 1 and rid in out)
                results.append((kind, looks, good, lock_good, rid, [row["title"] for row in rows], out.strip()))
                there.write_text(text)
                if others and looks:
                    results.append((kind + ", others", looks, False, True, rid, [row["title"] for row in others], ""))
    shutil.rmtree(base, ignore_errors=True)
    return name, results


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="only chains whose name starts so")
    for option in ("retort", "corpus", "work"):
        parser.add_argument(f"--{option}", type=Path, required=True)
    parser.add_argument("--cases", "--edits", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    retort = str(args.retort.resolve())
    jobs = [(name, folder, retort, args.work, args.cases, args.seed) for name, folder in chains(args.corpus, args.names)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, jobs))
    good, lock_good, total = Counter(), Counter(), Counter()
    looks = {}
    for name, results in found:
        for kind, is_look, right, lock_right, rid, titles, out in results:
            total[kind] += 1
            good[kind] += right
            lock_good[kind] += lock_right
            looks[kind] = is_look
            if args.list and not (right and lock_right):
                print(f"{name} {rid} {kind}: {titles[:3]} | lock: {out[:200]}")
    if not total:
        raise SystemExit("No revision was edited.")
    print(f"{'edit':20} {'expected':>8} {'edits':>7} {'check':>12} {'lock':>12}")
    wrong = 0
    for kind in total:
        expected = "silent" if looks[kind] else "told"
        print(f"{kind:20} {expected:>8} {total[kind]:7} {good[kind]:6} right {lock_good[kind]:6} right")
        wrong += total[kind] - good[kind] + total[kind] - lock_good[kind]
    print(f"{len([name for name, results in found if results])} chains, {sum(total.values())} edits, {wrong} answers wrong")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
