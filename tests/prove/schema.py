#!/usr/bin/env python3
"""Retort's replayed schemas beside what PostgreSQL's catalogue held after the same revisions, fact by fact.

    schema.py --retort BIN --corpus DIR --truth DIR --work DIR [--sources DIR] [--steps N] [--list] [NAME…]

--corpus  <package>/<folder>/versions/…, as fetch.py lays it out, with manifest.json
--truth   <package>__<folder>/{result.json,steps/NNNN_<revision>.json}: pg_catalog after each revision
--work    where folders that share one history are laid side by side, and baselines are written
--sources <package>/…, whole packages as they are published: each chain is read out of all of its package
--steps   compares after up to N revisions of each chain instead of after the last one; 0: after each
--list    every group of differences, with examples

Facts: each table, each column, its type, nullability and default (with identity and generation), primary
key, foreign keys, uniques, indexes, checks (each whole: name, columns, text), enum types. A fact that only
one side has differs. One that differs is admitted when an undecided entry names its table, admitted
generally when an entry only says `*`, and wrong with confidence otherwise.

Standard library only.
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KINDS = ("table", "column", "type", "nullability", "default", "primary key", "foreign key", "unique", "index",
         "check", "enum")
RIGHT, BY_NAME, BY_STAR, WRONG = "right", "admitted by name", "admitted by *", "wrong and unadmitted"


# ---------------------------------------------------------------- the two sides in one shape

def name_of(item):
    return f"{item['schema']}.{item['name']}"


def key_of_catalogue(item):
    return (item["name"], tuple(item["columns"]))


def of_catalogue(snapshot):
    """pg_catalog as catalog.py writes it -> {(kind, table, part): value}, and the types of each table."""
    facts, types = {}, defaultdict(set)
    for table, found in snapshot["tables"].items():
        facts["table", table, ""] = True
        for column in found["columns"]:
            name = column["name"]
            facts["column", table, name] = True
            facts["type", table, name] = column["type"]
            types[column["type"].removesuffix("[]")].add(table)
            facts["nullability", table, name] = column["nullable"]
            facts["default", table, name] = (column["default"], column.get("identity"), column.get("generated"))
        if found["primary_key"]:
            facts["primary key", table, ""] = key_of_catalogue(found["primary_key"])
        for key in found["foreign_keys"]:
            action = lambda word: None if word == "NO ACTION" else word
            facts["foreign key", table, key["name"]] = (
                tuple(key["columns"]), key["ref_table"], tuple(key["ref_columns"]),
                action(key["on_delete"]), action(key["on_update"]))
        for unique in found["unique"]:
            facts["unique", table, unique["name"]] = tuple(unique["columns"])
        for check in found["checks"]:
            facts["check", table, check["name"]] = check["expression"]
        for index in found["indexes"]:
            keys = keys_of_definition(index)
            facts["index", table, index["name"]] = (keys, index["unique"], index["method"], index.get("where"))
    for enum, values in snapshot["enums"].items():
        facts["enum", enum, ""] = tuple(values)
    return facts, types


def keys_of_definition(index):
    """The elements of an index with their orders and operator classes, which `keys` leaves out."""
    text = index["definition"].split(" USING ", 1)[1]
    depth, quote, part, parts = 0, "", "", []
    for letter in text[text.index("("):]:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([":
            depth += 1
            if depth == 1:
                continue
        elif letter in ")]":
            depth -= 1
            if depth == 0:
                break
        elif letter == "," and depth == 1:
            parts.append(part.strip())
            part = ""
            continue
        part += letter
    # The contract gives plain columns by their names, without quotes.
    plain = lambda text: text[1:-1].replace('""', '"') if re.fullmatch(r'"([^"]|"")+"', text) else text
    return tuple(plain(part) for part in [*parts, part.strip()])


def of_retort(schema):
    facts, types = {}, defaultdict(set)
    for found in schema["tables"]:
        table = name_of(found)
        facts["table", table, ""] = True
        for column in found["columns"]:
            name = column["name"]
            facts["column", table, name] = True
            facts["type", table, name] = column["type"]
            types[(column["type"] or "").removesuffix("[]")].add(table)
            facts["nullability", table, name] = column["nullable"]
            identity = column["identity"].lower() if column["identity"] else None
            facts["default", table, name] = (column["default"], identity, column["generated"])
        if found["primary_key"]:
            facts["primary key", table, ""] = key_of_catalogue(found["primary_key"])
        for key in found["foreign_keys"]:
            facts["foreign key", table, key["name"]] = (
                tuple(key["columns"]), f"{key['ref_schema']}.{key['ref_table']}", tuple(key["ref_columns"]),
                key["on_delete"], key["on_update"])
        for unique in found["uniques"]:
            facts["unique", table, unique["name"]] = tuple(unique["columns"])
        for check in found["checks"]:
            facts["check", table, check["name"]] = check["expression"]
        for index in found["indexes"]:
            facts["index", table, index["name"]] = (
                tuple(index["columns"]), index["unique"], index["method"], index["where"])
    for enum in schema["enums"]:
        facts["enum", name_of(enum), ""] = tuple(enum["values"])
    return facts, types


# ---------------------------------------------------------------- comparison

class Difference:
    def __init__(self, fact, ours, theirs, verdict, because):
        self.fact, self.ours, self.theirs, self.verdict, self.because = fact, ours, theirs, verdict, because

    def cause(self, tables):
        """What differs, without names, so that the same mistake is counted once."""
        kind, table, _ = self.fact
        if kind not in ("table", "enum") and table not in tables:
            return f"{kind}: in a table that only one side has"
        if self.ours is None or self.theirs is None:
            return f"{kind}: {'missing' if self.ours is None else 'too many'}"
        if kind in ("type", "nullability"):
            return f"{kind}: {self.ours} for {self.theirs}"
        return f"{kind}: {shape(self.ours)} for {shape(self.theirs)}"


def shape(value):
    text = json.dumps(value)
    text = re.sub(r"'(?:[^']|'')*'", "'…'", text)
    return re.sub(r"\d+", "0", text)[:90]


def by_content(facts, only):
    """Facts of constraints and indexes that have no partner, by what they are but for the name."""
    found = defaultdict(list)
    for fact in only:
        if fact[0] in ("foreign key", "unique", "index", "check"):
            found[fact[0], fact[1], facts[fact]].append(fact)
    return found


def compare(ours, theirs, admitted):
    """Counter of (kind, verdict) and the differences. A wrong name is one difference, not two."""
    counts, differences = Counter(), []

    def differs(fact, mine, other):
        verdict, because = admitted(fact)
        counts[fact[0], verdict] += 1
        differences.append(Difference(fact, mine, other, verdict, because))

    lonely_ours = {fact for fact in ours if fact not in theirs}
    lonely_theirs = {fact for fact in theirs if fact not in ours}
    there = by_content(theirs, sorted(lonely_theirs, key=str))
    for fact in sorted(lonely_ours, key=str):
        same = there.get((fact[0], fact[1], ours[fact])) if fact[0] in ("foreign key", "unique", "index", "check") else None
        if same:
            other = same.pop(0)
            lonely_ours.discard(fact)
            lonely_theirs.discard(other)
            differs(other, f"named {fact[2]}", f"named {other[2]}")
    for fact in theirs:
        if fact in ours and ours[fact] == theirs[fact]:
            counts[fact[0], RIGHT] += 1
        elif fact in ours:
            differs(fact, ours[fact], theirs[fact])
        elif fact in lonely_theirs:
            differs(fact, None, theirs[fact])
    for fact in sorted(lonely_ours, key=str):
        differs(fact, ours[fact], None)
    return counts, differences


def admission(schema, types):
    """Which undecided entries speak of a fact. `types` has the tables that use an enum."""
    named, general = defaultdict(list), []
    for entry in schema["undecided"]:
        for table in entry["affects"]:
            if table == "*":
                general.append(entry)
            else:
                named[table if "." in table else f"public.{table}"].append(entry)

    def of(fact):
        kind, table, _ = fact
        tables = {table}
        if kind == "enum":
            tables |= types.get(table, set()) | types.get(table.removeprefix("public."), set())
        own = [entry for one in sorted(tables) for entry in named.get(one, [])]
        if own:
            return BY_NAME, own
        return (BY_STAR, general) if general else (WRONG, [])

    return of


# ---------------------------------------------------------------- jobs

class Job:
    """A chain, the truth about it, and the places at which the two are compared."""

    def __init__(self, name, folders, whole, truth):
        self.name, self.folders, self.whole, self.truth = name, folders, whole, truth
        self.result = json.loads((truth / "result.json").read_text())
        self.counts, self.differences, self.tables = Counter(), [], set()
        self.places, self.notes, self.seconds = 0, [], 0.0

    def steps(self):
        """Files of the steps that are true: those before the first revision that called a stand-in."""
        applied = self.result.get("applied", [])
        tainted = set(self.result.get("taint", {}))
        good = next((at for at, revision in enumerate(applied) if str(revision) in tainted), len(applied))
        files = sorted(file for file in (self.truth / "steps").glob("[0-9]*.json") if not file.name.startswith("0000"))
        if good < len(applied):
            self.notes.append(f"true up to revision {good} of {len(applied)}")
        elif not self.result["ok"]:
            self.notes.append(f"ran up to revision {len(applied)} of {self.result.get('revisions_in_folder')}")
        return files[:good]

    def chosen(self, wanted):
        """The last step, or up to `wanted` of them, evenly."""
        files = self.steps()
        if wanted is None or not files:
            return files[-1:]
        if wanted == 0 or wanted >= len(files):
            return files
        return [files[(at + 1) * len(files) // wanted - 1] for at in range(wanted)]


def jobs(corpus, truth, names):
    folders, groups, paths = {}, defaultdict(list), {}
    for entry in json.loads((corpus / "manifest.json").read_text()):
        folder = f"{entry['package']}/{entry['folder']}"
        folders[folder.replace("/", "__")] = [folder]
        paths[folder] = f"{entry['package']}/{entry['path']}"
        if entry["group"]:
            groups[entry["group"]].append(folder)
    for path in sorted(truth.iterdir()):
        own = folders.get(path.name) or groups.get(path.name)
        if own and (path / "result.json").exists() and (path / "steps").is_dir():
            if not names or any(path.name.startswith(wanted) for wanted in names):
                yield Job(path.name, sorted(own), paths[own[0]] if len(own) == 1 else None, path)


def folder_of(job, retort, corpus, sources, work):
    """What to read: folders that share a history are laid side by side; or the chain in its whole package."""
    if sources and job.whole:
        source = sources / job.whole.split("/")[0]
        command = [retort, "schema", str(source), "--chain", job.whole, "--at", "base", "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            return [source, "--chain", job.whole]
        roots = re.findall(r"[^\s,:]+/[^\s,]+", done.stderr.partition("chains:")[2].partition("Choose")[0])
        end = job.folders[0].split("/")[-1]
        own = [root.rstrip(".") for root in roots if root.startswith(job.whole)]
        named = [root for root in own if root.endswith(f"/{end}")]
        return [source, "--chain", named[0]] if named else [source]
    if len(job.folders) == 1:
        return [corpus / job.folders[0]]
    together = work / "together" / job.name
    shutil.rmtree(together, ignore_errors=True)
    for folder in job.folders:
        shutil.copytree(corpus / folder, together / folder)
    return [together]


def baseline(job, work):
    """The tables made before the first revision, in the shape that `retort schema` prints."""
    before = job.truth / "steps" / "0000_before.json"
    if not before.exists():
        return None
    snapshot = json.loads(before.read_text())["schema"]
    split = lambda name: dict(zip(("schema", "name"), name.split(".", 1)))
    tables = []
    for name, table in snapshot["tables"].items():
        columns = [{"name": c["name"], "type": c["type"], "nullable": c["nullable"], "default": c["default"],
                    "identity": c["identity"].upper() if c.get("identity") else None,
                    "generated": c.get("generated"), "comment": c.get("comment")} for c in table["columns"]]
        foreign = [{"name": k["name"], "columns": k["columns"], "ref_schema": k["ref_table"].split(".", 1)[0],
                    "ref_table": k["ref_table"].split(".", 1)[1], "ref_columns": k["ref_columns"],
                    "on_delete": None if k["on_delete"] == "NO ACTION" else k["on_delete"],
                    "on_update": None if k["on_update"] == "NO ACTION" else k["on_update"]}
                   for k in table["foreign_keys"]]
        key = table["primary_key"]
        tables.append({**split(name), "columns": columns, "foreign_keys": foreign,
                       "primary_key": key and {"name": key["name"], "columns": key["columns"]},
                       "uniques": [{"name": u["name"], "columns": u["columns"]} for u in table["unique"]],
                       "checks": [{"name": c["name"], "expression": c["expression"]} for c in table["checks"]],
                       "indexes": [{"name": i["name"], "columns": list(keys_of_definition(i)), "unique": i["unique"],
                                    "include": i.get("include", []), "method": i["method"], "where": i.get("where")}
                                   for i in table["indexes"]]})
    whole = {"version": 1, "dialect": "postgresql", "at": [], "tables": tables,
             "enums": [{**split(name), "values": values} for name, values in snapshot["enums"].items()],
             "views": [split(name) for name in snapshot["views"]],
             "sequences": [split(name) for name in snapshot["sequences"]],
             "extensions": snapshot["extensions"], "undecided": [], "understood": {"statements": 0, "of": 0}}
    file = work / f"{job.name}.baseline.json"
    file.write_text(json.dumps(whole))
    return file


def options(job, retort, work):
    """What the product's own program gives to Alembic, as far as the command takes it."""
    known = subprocess.run([retort, "schema", "--help"], capture_output=True, text=True).stdout
    given = ["--dialect", "postgresql"]
    # Without one, metadata has SQLAlchemy's own.
    convention = job.result.get("naming_convention") or {"ix": "ix_%(column_0_label)s"}
    if convention and "--naming" in known:
        given += [word for key, pattern in sorted(convention.items()) for word in ("--naming", f"{key}={pattern}")]
    elif convention:
        job.notes.append("its naming convention is not given")
    before = baseline(job, work)
    if before and "--baseline" in known:
        given += ["--baseline", str(before)]
    elif before:
        job.notes.append("its baseline is not given")
    return given


def run(job, retort, args):
    start = time.monotonic()
    corpus, work, wanted = args.corpus.resolve(), args.work.resolve(), args.steps
    what, given = folder_of(job, retort, corpus, args.sources, work), options(job, retort, work)
    for file in job.chosen(wanted):
        step = json.loads(file.read_text())
        is_last = job.result["ok"] and step["revision"] == job.result["applied"][-1]
        at = "heads" if is_last else ",".join(step["heads"])
        command = [retort, "schema", *map(str, what), "--at", at, "--format", "json", *given]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            job.notes.append(f"refused at {at}: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else ''}")
            continue
        schema = json.loads(done.stdout)
        (ours, own_types), (theirs, types) = of_retort(schema), of_catalogue(step["schema"])
        for kind, tables in own_types.items():
            types[kind] |= tables
        counts, differences = compare(ours, theirs, admission(schema, types))
        job.places += 1
        job.counts += counts
        job.differences += differences
        job.tables |= {fact[1] for fact in ours if fact[0] == "table" and fact in theirs}
    job.seconds = time.monotonic() - start
    return job


# ---------------------------------------------------------------- report

def share(counts, kinds):
    right = sum(n for (kind, verdict), n in counts.items() if kind in kinds and verdict == RIGHT)
    return right, sum(n for (kind, _), n in counts.items() if kind in kinds)


def percent(right, of):
    return f"{100 * right / of:6.2f} %" if of else "       –"


def line(name, counts, places, note=""):
    verdicts = [sum(n for (_, verdict), n in counts.items() if verdict == wanted) for wanted in (WRONG, BY_NAME, BY_STAR)]
    (tables, all_tables), (facts, all_facts) = share(counts, ("table", "column")), share(counts, KINDS)
    print(f"{name:44} {places:6} {percent(tables, all_tables)} {percent(facts, all_facts)} {all_facts:8} "
          f"{verdicts[0]:7} {verdicts[1]:7} {verdicts[2]:7}  {note}".rstrip())


def report(found, show):
    print(f"{'chain':44} {'places':>6} {'tables,':>8} {'all':>8} {'facts':>8} {'wrong,':>7} {'admit-':>7} {'admit-':>7}")
    print(f"{'':44} {'':6} {'columns':>8} {'facts':>8} {'':8} {'unadm.':>7} {'ted':>7} {'ted *':>7}")
    total = Counter()
    for job in found:
        if job.places or job.notes:
            line(job.name, job.counts, job.places, "; ".join(job.notes))
        total += job.counts
    line("in all", total, sum(job.places for job in found))
    print()
    for kind in KINDS:
        right, of = share(total, (kind,))
        wrong, named, star = (total[kind, verdict] for verdict in (WRONG, BY_NAME, BY_STAR))
        print(f"{kind:12} {right:7} of {of:7} {percent(right, of)}   wrong and unadmitted {wrong}, admitted {named}, by * {star}")
    if show:
        listed(found)
    return total


def listed(found):
    for verdict in (WRONG, BY_STAR, BY_NAME):
        groups = defaultdict(list)
        for job in found:
            for difference in job.differences:
                if difference.verdict == verdict:
                    groups[difference.cause(job.tables)].append((job.name, difference))
        print(f"\n=== {verdict}: {sum(map(len, groups.values()))} facts, {len(groups)} causes")
        for cause, members in sorted(groups.items(), key=lambda item: -len(item[1])):
            print(f"\n{len(members):6}  {cause}")
            for name, one in members[:4]:
                kind, table, part = one.fact
                print(f"          {name} {table} {part}: {json.dumps(one.ours)[:110]} | {json.dumps(one.theirs)[:110]}")
            why = Counter(re.sub(r"`[^`]*`", "`…`", entry["what"]) for _, one in members for entry in one.because[:6])
            for what, count in why.most_common(4):
                print(f"          · {count} {what[:150]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="only chains whose name starts so")
    for name in ("retort", "corpus", "truth", "work"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--sources", type=Path, help="whole packages: each chain is read inside of its own")
    parser.add_argument("--steps", type=int, help="after up to so many revisions of each chain; 0: after each")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    retort = str(args.retort.resolve())
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda job: run(job, retort, args), jobs(args.corpus, args.truth, args.names)))
    if not any(job.places for job in found):
        raise SystemExit("No schema was compared.")
    total = report(found, args.list)
    wrong = sum(n for (_, verdict), n in total.items() if verdict == WRONG)
    if wrong:
        sys.exit(f"{wrong} facts are wrong and nothing says so")


if __name__ == "__main__":
    main()
