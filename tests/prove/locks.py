#!/usr/bin/env python3
"""Is what the rules say of PostgreSQL's locks what a server does?

    locks.py --retort BIN --claims locks.tsv

Each statement of the claims runs in a transaction of its own on a scratch server, and is rolled back: the
strongest lock that it then holds on each table is in pg_locks, and what it did meanwhile in the server's debug
messages (rewriting, verifying, validating, building). The same statement is given to `retort check` as a plan,
beside a dump of those tables: the rule that is named has to speak, and where it names a lock, it has to be the
server's. Of a claim without a rule no rule may speak of a scan, a build or a rewrite. Ends with 1 when a claim
does not hold. Standard library only.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from server import Server, program  # noqa: E402

SETUP = """
create domain dchk as int check (value > 0); create domain dplain as int; create type en as enum ('a', 'b');
create table p (id int primary key, n int); insert into p select g, g from generate_series(1, 50) g;
create table t (id int not null, a int, v varchar(20), tx text, num numeric(10,2), ts timestamp, ts3 timestamp(3),
    ci cidr, c char(5), e en, j json, b bit varying(8), iv interval(2));
insert into t (id, a, v, tx, num, e, j) select g, g, 'v', 't', 1.5, 'a', '{}' from generate_series(1, 50) g;
create unique index t_u on t (id); create index t_a on t (a);
create table ck (v varchar(20), check (v <> '')); insert into ck values ('x');
create table ch (id int, pid int); insert into ch select g, g from generate_series(1, 50) g;
alter table ch add constraint nv check (pid > 0) not valid;
create table fk (id int, pid int, constraint fkc foreign key (pid) references p (id));
create table nn (a int, b int, c int); insert into nn select g, g, g from generate_series(1, 50) g;
alter table nn add constraint nna check (a is not null);
alter table nn add constraint nnb check (b is not null and b > 0);
alter table nn add constraint nnc check (c is not null) not valid;
create table part (id int, k int) partition by range (k);
create table part1 partition of part for values from (0) to (100); create table partd partition of part default;
create table newp (id int, k int); insert into newp values (1, 150);
create table lone (id int, k int) partition by range (k); create table proven (id int, k int);
alter table proven add constraint bound check (k is not null and k >= 100 and k < 200);
create materialized view mv as select id from p; create unique index mvu on mv (id);
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create table trt (id int); create trigger tg before insert on trt for each row execute function trg();
create table dom (d dplain); insert into dom select g from generate_series(1, 50) g;
"""
HELD = """select 'HELD ' || c.relname || '=' || l.mode from pg_locks l join pg_class c on c.oid = l.relation
    join pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_backend_pid() and n.nspname = 'public' and c.relkind in ('r', 'p', 'm');"""
# A table that is written anew gets a new file; not every such statement says so. One that is read counts it.
FILES = """create temporary table files on commit drop as select c.oid, pg_relation_filenode(c.oid) as file from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'm');"""
CHANGED = """select 'REWRITTEN' from files f where pg_relation_filenode(f.oid) <> f.file;
    select 'READ' from pg_stat_xact_user_tables where schemaname = 'public' and seq_scan > 0;"""
MODES = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
         "EXCLUSIVE", "ACCESS EXCLUSIVE"]
WORK = [("rewrite", r'rewriting table "(?!pg_)'), ("build", r'building index "(?!pg_)'),
        ("scan", r"verifying table|validating foreign key")]
# Rules that speak of work under a lock.
OF_WORK = {"add-column-rewrite", "add-column-inline-constraint", "add-foreign-key-validated", "add-check-validated",
           "set-not-null-scan", "add-unique-blocking", "add-primary-key-blocking", "add-exclusion-constraint",
           "index-not-concurrent", "reindex-not-concurrent", "table-rewrite-command", "attach-partition-scan",
           "domain-constraint-validated", "refresh-matview-blocking", "enum-type-swap"}


def on_server(server, statement, tables):
    """Returns the locks that others could wait for, the work, and the server's refusal."""
    script = f"begin;\n{FILES}\nset local client_min_messages = debug1;\n{statement};\nset local client_min_messages = error;\n{HELD}\n{CHANGED}\nrollback;"
    said = server.psql(script, "locks", check=False)
    held = {}
    for table, mode in re.findall(r"^HELD (\S+?)=(\w+)Lock$", said.stdout, re.M):
        mode = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode).upper()
        if table in tables and MODES.index(mode) >= MODES.index("SHARE UPDATE EXCLUSIVE"):
            held[table] = max(held.get(table, mode), mode, key=MODES.index)
    works = ["rewrite"] * ("REWRITTEN" in said.stdout) + [name for name, pattern in WORK if re.search(pattern, said.stderr)]
    work = next(iter(works), "scan" if "READ" in said.stdout else "brief")
    refusal = re.search(r"ERROR: +(.*)", said.stderr)
    return held, work, refusal and refusal.group(1)


def by_retort(retort, dump, statement):
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.sql")
        plan.write_text(statement + ";\n")
        out = subprocess.run([retort, "check", "--format", "json", "--prod", str(dump), "--plan", str(plan)],
                             capture_output=True, text=True)
        return [one for one in json.loads(out.stdout)["findings"] if one["file"].endswith("plan.sql")]


def disagreement(rule, claimed, work, findings):
    """What the findings say that the server does not, or None."""
    slow = lambda one: one["rule"] in OF_WORK or (one["rule"] == "alter-type-rewrite" and one["severity"] != "notice")
    if rule == "-":
        spoke = [one["rule"] for one in findings if slow(one)]
        return f"{', '.join(spoke)} spoke" if spoke else None
    own = [one for one in findings if one["rule"] == rule]
    if not own:
        return f"{rule} was silent: {', '.join(sorted({one['rule'] for one in findings})) or 'nothing spoke'}"
    for text in (evidence["text"] for one in own for evidence in one["evidence"]):
        said = re.match(r"([A-Z ]+) lock on `(\w+)`", text)
        if said and claimed.get(said.group(2)) != said.group(1):
            return f"it says {said.group(1)} on {said.group(2)}"
        until = {"every row": {"scan"}, "index is built": {"build", "scan"}, "written anew": {"rewrite"}}
        for words, works in until.items():
            if said and words in text and work not in works:
                return f"it says “{text}”"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--retort", required=True)
    parser.add_argument("--claims", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    counts, bad = Counter(), []
    with Server(given.work) as server:
        server.psql("create database locks")
        server.psql(SETUP, "locks")
        dump = given.work / "dump.sql"
        dump.parent.mkdir(parents=True, exist_ok=True)
        dump.write_text(subprocess.run(
            [program("pg_dump"), "-s", "-h", str(server.folder), "-p", str(server.port), "-U", "retort", "locks"],
            check=True, capture_output=True, text=True).stdout)
        tables = set(server.psql("select relname from pg_class where relnamespace = 'public'::regnamespace", "locks").stdout.split())
        for line in given.claims.read_text().splitlines():
            if line.startswith("#") or not line.strip():
                continue
            rule, statement, locks, work = line.split("\t")
            claimed = dict(one.split("=") for one in locks.split(",") if one)
            held, done, refusal = on_server(server, statement, tables)
            counts["claims"] += 1
            if refusal:
                bad.append(f"{statement}: the server refuses: {refusal}")
                continue
            if held != claimed or done != work:
                bad.append(f"{statement}: claimed {claimed} {work}, the server holds {held} {done}")
                continue
            counts["hold on the server"] += 1
            wrong = disagreement(rule, claimed, work, by_retort(given.retort, dump, statement))
            if wrong:
                bad.append(f"{statement}: {wrong}")
                continue
            counts["said so by Retort"] += 1
        version = server.psql("show server_version", "locks").stdout.split()[0]
    rules = {line.split("\t")[0] for line in given.claims.read_text().splitlines() if "\t" in line} - {"-"}
    print(f"PostgreSQL {version}: {counts['claims']} claims of {len(rules)} rules, {counts['hold on the server']} hold "
          f"on the server, {counts['said so by Retort']} are what Retort says")
    for one in bad:
        print(f"  {one}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
