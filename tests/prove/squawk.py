#!/usr/bin/env python3
"""Does Retort speak of every hazard that squawk sees?

    squawk.py --retort BIN --squawk BIN --rules squawk-rules.tsv --exceptions squawk-exceptions.tsv --claims locks.tsv --page docs/rules.md [FILE]…

Both read the same scripts: the statements of the claims, the examples on the page of rules, and the files named
(plans, SQL, what `alembic upgrade --sql` printed). For every finding of squawk's whose rule is mapped, a finding
of one of our mapped rules has to touch the same lines, or, of what is told once a script, be there at all. What
context rules out, which squawk cannot see (a table that the same script makes), squawk mostly leaves out itself.
Prints counts by rule and every gap. Ends with 1 when there is one. Standard library only.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ONCE = {"missing-timeouts", "work-under-exclusive-lock"}


def scripts(given):
    for line in given.claims.read_text().splitlines():
        if "\t" in line and not line.startswith("#"):
            yield line.split("\t")[1], line.split("\t")[1] + ";\n"
    for number, block in enumerate(re.findall(r"```[a-z]*\n(.*?)```", given.page.read_text(), re.S)):
        for name, text in re.findall(r"=== (\S+\.sql) role:plan\n(.*?)(?==== |\Z)", block, re.S):
            yield f"{given.page.name}, example {number}", text
    for path in given.files:
        yield str(path), path.read_text(errors="replace")


def bare(name):
    return name.replace('"', "").removeprefix("public.").lower()


def made_by(text):
    """Names of tables and functions that a script makes, also under the names that it gives them later."""
    made = set()
    for found in re.finditer(
            r"create (?:or replace )?(?:unlogged )?(?:table|function)(?: if not exists)?\s+([\w.\"]+)|alter table(?: if exists)?(?: only)?\s+([\w.\"]+)\s+rename to\s+([\w.\"]+)",
            text, re.I):
        new, old, name = found.groups()
        if new:
            made.add(bare(new))
        elif bare(old) in made:
            made.add(bare(name))
    return made


def ruled_out(rule, text, first, last):
    """Whether the statement in these lines is about what the script made before, or waits for changes alone."""
    lines = text.splitlines()
    statement = " ".join(lines[first - 1:last])
    before = " ".join(lines[:first - 1])
    # An action stands on a line of its own below its table.
    head = before.rsplit(";", 1)[-1] if not re.match(r"\s*(create|alter|drop|update|delete|insert|truncate)\b", statement, re.I) or re.search(
        r"alter table[^;]*$", before, re.I) else ""
    whole = f"{head} {statement}"
    name = lambda found: bare(found.group(1)) if found else None
    table = name(re.search(r"(?:alter table(?: only)?(?: if exists)?|\bon(?: only)?|drop (?:table|function)(?: if exists)?)\s+([\w.\"]+)", whole, re.I))
    made = made_by(before)
    light = re.search(r"validate constraint|alter type \S+ (add|rename) value|refresh materialized view concurrently|not valid|alter index \S+ rename", statement, re.I)
    # No table in use waits for these.
    beside = re.match(r"\W*(create (or replace )?(table|view|sequence|domain|type|function|schema|database|extension)|drop (view|sequence|type|schema|domain|function|database)|vacuum|(create|drop|reindex) .*concurrently|alter (view|type|system))", statement.strip(), re.I)
    parents = {bare(found) for found in re.findall(r"\breferences\s+([\w.\"]+)", statement, re.I)}
    own = re.match(r"\W*create table(?: if not exists)?\s+([\w.\"]+)", statement, re.I)
    if rule == "require-lock-timeout" and beside and parents <= made | {name(own)}:
        return True
    # A column that the script has added with this very type.
    retyped = re.search(r"alter column (\S+) type ([^;]+);", statement, re.I)
    if rule == "changing-column-type" and retyped and re.search(
            rf"alter table {re.escape(table or '')} add column {re.escape(retyped[1])} {re.escape(retyped[2])}\s*[;,]", before, re.I):
        return True
    # A default that comes back, most likely around a change of the type.
    without = re.search(r"alter column (\S+) drop default", statement, re.I)
    if rule == "ban-drop-default" and without:
        again = re.findall(r"alter table (?:only )?([\w.\"]+) alter column (\S+) set default", " ".join(lines[last:]), re.I)
        if any(bare(one) == table and column == without[1] for one, column in again):
            return True
    return table in made or bool(light and not re.search("foreign key|references|check", statement, re.I)) or bool(
        re.search(r"alter domain .* not valid", statement, re.I))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--retort", required=True)
    parser.add_argument("--squawk", required=True)
    for name in ("--rules", "--exceptions", "--claims", "--page"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    rows = [line.split("\t") for line in given.rules.read_text().splitlines() if "\t" in line and not line.startswith("#")]
    mapped = {row[0]: set(row[1].split(",")) for row in rows if row[1] != "-"}
    excepted = {tuple(line.split("\t")[:2]) for line in given.exceptions.read_text().splitlines() if not line.startswith("#")}
    passed = {row[0] for row in rows if row[1] == "-"}
    counts, met, gaps, unknown, read, context, known = Counter(), Counter(), [], Counter(), 0, 0, 0
    for name, text in scripts(given):
        read += 1
        with tempfile.TemporaryDirectory() as folder:
            plan = Path(folder, "plan.sql")
            plan.write_text(text)
            theirs = subprocess.run([given.squawk, *([] if re.search(r"^\s*begin\b", text, re.I | re.M) else ["--assume-in-transaction"]), "--reporter", "Json", str(plan)], capture_output=True, text=True)
            ours = subprocess.run([given.retort, "check", "--format", "json", "--dialect", "postgresql", "--plan", str(plan)],
                                  capture_output=True, text=True)
            if not ours.stdout.startswith("{"):
                ours = subprocess.run([given.retort, "check", "--format", "json", "--plan", str(plan)], capture_output=True, text=True)
        try:
            findings = json.loads(ours.stdout)["findings"]
            violations = json.loads(theirs.stdout or "[]")
        except json.JSONDecodeError:
            counts["not read by one of the two"] += 1
            continue
        for one in violations:
            rule = one["rule_name"]
            if rule == "syntax-error" or rule in passed:
                continue
            if rule not in mapped:
                unknown[rule] += 1
                continue
            first, last = one["line"] + 1, one["line_end"] + 1
            touches = lambda found: found["line"] <= last and found["end_line"] >= first
            if ruled_out(rule, text, first, last):
                context += 1
                continue
            counts[rule] += 1
            if any(found["rule"] in mapped[rule] and (found["rule"] in ONCE or touches(found)) for found in findings):
                met[rule] += 1
            else:
                statement = " ".join(" ".join(text.splitlines()[first - 1:last]).split())
                if (rule, statement) in excepted:
                    known += 1
                    continue
                gaps.append(f"{name}, line {first}: {rule}\t{statement}\t; Retort: {', '.join(sorted({f['rule'] for f in findings if touches(f)})) or 'silent'}")
    total = sum(met.values()) + len(gaps)
    print(f"{context} that context rules out: about a table which the same script makes, or a lock that only other changes wait for")
    print(f"{known} judged one by one: {given.exceptions.name} says why")
    print(f"{read} scripts, {total} hazards of squawk's mapped rules: {sum(met.values())} told by Retort, {len(gaps)} not")
    for rule in sorted(mapped):
        if counts[rule]:
            print(f"  {rule}: {met[rule]} of {counts[rule]}")
    for rule, number in sorted(unknown.items()):
        print(f"  not mapped: {rule}, {number}")
    for gap in gaps:
        print(f"  {gap}")
    sys.exit(bool(gaps))


if __name__ == "__main__":
    main()
