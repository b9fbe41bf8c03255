#!/usr/bin/env python3
"""Does what `retort schema --format sql` writes of a dump make the same database again, on a real PostgreSQL?

    roundtrip.py --retort BIN --work DIR [--dumps DIR]… [--truth DIR] [--list] [NAME…]

--dumps   folders with dumps (*.sql)
--truth   <package>__<folder>/schema.sql: pg_dump's output of published packages after their migrations
--list    every statement that one side has alone

Each dump is run on an empty database, whose own pg_dump is read by Retort; what Retort writes is run on a
second empty database. Their dumps have to be the same, statement for statement: comments, settings and the
order of statements left aside. Owners are left out before, and roles that are named are made. A statement of
a dump that this server refuses (a dump of a newer one) is counted and left out on both sides alike.

Ends with 1 when a dump comes back otherwise. Standard library only, and PostgreSQL's programs.
"""
import argparse
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from server import Server, program  # noqa: E402

ROLE = re.compile(r'(?:OWNER TO|(?:GRANT|REVOKE)\b[^;]*?\b(?:TO|FROM)|FOR ROLE|^CREATE POLICY[^;]*? TO) ("[^"]+"|\w+)', re.M)


def prepared(text):
    """Without owners, and with the roles that are granted something."""
    roles = {name.strip('"') for name in ROLE.findall(text)} - {"PUBLIC", "public", "CURRENT_USER", "retort"}
    makes = "".join(f'create role "{role}";\n' for role in sorted(roles))
    lines = [line for line in text.splitlines() if not re.match(r"ALTER .* OWNER TO .*;$|\\(un)?restrict|\\connect|CREATE DATABASE|DROP DATABASE", line)]
    return makes, "\n".join(lines)


def statements(dump):
    """The statements of a dump; functions have blank lines in them, comments of pg_dump stand between."""
    blocks = re.split(r"^--\n-- .*\n--\n", dump, flags=re.M)
    kept = Counter()
    for block in blocks[1:]:
        for part in re.split(r";\n(?:\n|$)", block):
            part = part.strip()
            if part and not part.startswith(("SET ", "SELECT pg_catalog.set_config", "\\", "--")):
                kept[part.rstrip(";")] += 1
    return kept


class Databases(Server):
    def fresh(self, name):
        self.psql(f"drop database if exists {name} with (force);\n")
        self.psql(f"create database {name} template template0;\n")

    def dump(self, name):
        return subprocess.run([program("pg_dump"), "-h", str(self.folder), "-p", str(self.port), "-U", "retort",
                               "--schema-only", name], check=True, capture_output=True, text=True).stdout


def try_one(server, options, name, text):
    """-> (statements that came back, of how many, refused by this server, lines for the person)"""
    roles, text = prepared(text)
    for line in roles.splitlines():
        server.psql(line, check=False)
    server.fresh("original")
    made = server.psql(text, database="original", check=False)
    refused = made.stderr.count("ERROR:")
    dump = server.dump("original")
    file = options.work / f"{name}.sql"
    file.write_text(dump)
    ran = subprocess.run([options.retort, "schema", str(file), "--format", "sql"], capture_output=True, text=True)
    if ran.returncode:
        return 0, 1, refused, [f"  retort: {ran.stderr.strip()}"]
    (options.work / f"{name}.written.sql").write_text(ran.stdout)
    server.fresh("again")
    again = server.psql(ran.stdout, database="again", check=False)
    errors = [line for line in again.stderr.splitlines() if "ERROR:" in line]
    wanted, found = statements(dump), statements(server.dump("again"))
    lines = [f"  {line}" for line in errors]
    lines += [f"  - {one}" for one in (wanted - found)] + [f"  + {one}" for one in (found - wanted)]
    lines += [f"  {line}" for line in ran.stdout.splitlines() if line.startswith("-- not ")]
    return sum((wanted & found).values()), sum((wanted | found).values()), refused, lines


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--retort", required=True)
    asked.add_argument("--work", required=True, type=Path)
    asked.add_argument("--dumps", action="append", default=[], type=Path)
    asked.add_argument("--truth", type=Path)
    asked.add_argument("--list", action="store_true")
    asked.add_argument("names", nargs="*")
    options = asked.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    given = [(path.stem, path) for folder in options.dumps for path in sorted(folder.glob("*.sql"))]
    if options.truth:
        given += [(path.parent.name, path) for path in sorted(options.truth.glob("*/schema.sql"))]
    given = [(name, path) for name, path in given if not options.names or any(name.startswith(one) for one in options.names)]
    same, back, of, refused = 0, 0, 0, 0
    with Databases(options.work / "server") as server:
        for name, path in given:
            right, all_of_it, left_out, lines = try_one(server, options, name, path.read_text())
            same += not lines
            back, of, refused = back + right, of + all_of_it, refused + left_out
            if lines:
                print(f"{name}: {right} of {all_of_it} statements came back")
                print("\n".join(lines if options.list else lines[:6]))
    print(f"{same} of {len(given)} dumps come back the same; {back} of {of} statements; "
          f"{refused} statements of the dumps are refused by this server")
    return 0 if same == len(given) else 1


if __name__ == "__main__":
    sys.exit(main())
