"""Audits that `retort collect` takes, beside the dump of the same database: they read the same, and taking them
changes nothing. On PostgreSQL, and on MariaDB and SQLite where their programs are here."""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from server import Server, program

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests/samples/source"
VERSION = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('9c10ab5512ef')"


class Proof:
    def __init__(self, retort, folder):
        self.retort, self.folder, self.failed, self.done = retort, folder, 0, 0

    def run(self, *words, **more):
        return subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)

    def holds(self, what, good, said=""):
        self.done += 1
        self.failed += not good
        if not good:
            print(f"  ✗ {what}\n{said}")

    def same(self, name, audit, dump):
        """The audit reads as the dump does, both ways; version rows and sizes come with it."""
        files = [self.folder / f"{name}-audit.sql", self.folder / f"{name}-dump.sql"]
        for file, text in zip(files, (audit, dump)):
            file.write_text(text)
        answer = self.run(self.retort, "diff", *files)
        first = answer.stdout.splitlines()[:1]
        unknown = [line for line in answer.stdout.splitlines() if line.startswith("  ?") and "on both sides" not in line and "whether the type of" not in line]
        self.holds(f"{name}: the audit is the schema of the dump", first in (["The schemas are the same."],) or
                   (first and first[0].startswith("No difference was found") and not unknown), answer.stdout + answer.stderr)
        seen = self.run(self.retort, "check", "--prod", files[0], "--format", "json").stdout
        self.holds(f"{name}: the audit is recognised", '"collected-audit"' in seen, seen[:400])
        self.holds(f"{name}: its revision is read", '"9c10ab5512ef"' in seen, seen[:400])


def postgresql(proof):
    cases = {"shop_prod": ["shop_prod.sql", "shop_prod_data.sql"], "shop_dev": ["shop_dev.sql"], "depot": ["depot_base.sql", "depot_15.sql", "depot_data.sql"]}
    with Server(proof.folder / "postgresql") as server:
        reach = {**os.environ, "PGHOST": str(server.folder), "PGPORT": str(server.port)}
        own = {**reach, "PGUSER": "retort"}
        server.psql("CREATE ROLE shop_reader; CREATE ROLE auditor LOGIN PASSWORD 'hunter2'")
        script = proof.run(proof.retort, "collect").stdout
        for name, files in cases.items():
            server.psql(f"CREATE DATABASE {name}")
            for file in files:
                proof.run(program("psql"), "-X", "-q", "-d", name, "-f", file, cwd=SOURCE, env=own)
            server.psql(VERSION + "; GRANT SELECT ON alembic_version TO auditor; ANALYZE", database=name)
            counted = "SELECT pg_snapshot_xmax(pg_current_snapshot()), (SELECT count(*) FROM pg_class), (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_all_tables)"
            before = server.psql(counted, database=name).stdout
            taken = proof.run(program("psql"), "--no-psqlrc", "--file=-", name, input=script, env={**reach, "PGUSER": "auditor"})
            after = server.psql(counted, database=name).stdout
            proof.holds(f"{name}: a role without rights on tables can take it", taken.returncode == 0 and not taken.stderr, taken.stderr)
            # No transaction took an id in between: nothing can have been written.
            proof.holds(f"{name}: taking it writes nothing", before == after, f"{before}{after}")
            dump = proof.run(program("pg_dump"), "-s", "--no-owner", "--no-privileges", name, env=own).stdout
            proof.same(name, taken.stdout, dump)
            url = f"postgresql://auditor:hunter2@/{name}?host={server.folder}&port={server.port}"
            by_url = proof.run(proof.retort, "collect", "--url", url)
            proof.holds(f"{name}: --url prints the same", by_url.stdout == taken.stdout and "hunter2" not in by_url.stdout + by_url.stderr, by_url.stderr)
        prod, dev = proof.folder / "shop_prod-audit.sql", proof.folder / "as-dev.sql"
        for other in ("shop_prod", "shop_dev"):
            dev.write_text((proof.folder / f"{other}-audit.sql").read_text())
            report = proof.run(proof.retort, "check", "--prod", prod, "--dev", dev, "--format", "json").stdout
            told = '"rule": "audits-of-one-database"' in report
            proof.holds(f"an audit of {other} given as dev's is told from prod's", told == (other == "shop_prod"), report[:400])
        wrong = proof.run(proof.retort, "collect", "--url", f"postgresql://nobody:hunter2@/nowhere?host={server.folder}&port={server.port}")
        proof.holds("a refusal is told without the password", wrong.returncode == 2 and "hunter2" not in wrong.stdout + wrong.stderr, wrong.stderr)
        server.psql("REVOKE SELECT ON alembic_version FROM auditor", database="shop_prod")
        blind = proof.run(program("psql"), "--no-psqlrc", "--file=-", "shop_prod", input=script, env={**reach, "PGUSER": "auditor"})
        (proof.folder / "blind.sql").write_text(blind.stdout)
        seen = proof.run(proof.retort, "check", proof.folder / "blind.sql", "--format", "json").stdout
        proof.holds("a version table that may not be read is not taken for an empty one", '"MISSING"' not in seen and "9c10ab5512ef" not in seen)
        shell = proof.run(proof.retort, "collect", "--summary").stdout
        made = proof.run("sh", "-s", input=shell, cwd=proof.folder, env={**own, "DATABASE_URL": "dbname=shop_dev", "DATABASE_URL_PROD": "dbname=shop_prod"})
        both = proof.run(proof.retort, "check", "dev-summary.txt", "prod-summary.txt", cwd=proof.folder).stdout
        proof.holds("the summaries are read as dev and prod", made.returncode == 0 and "MISMATCH" in both, made.stderr + both)
        proof.holds("the summary has the revision", "9c10ab5512ef" in (proof.folder / "dev-summary.txt").read_text())


def mariadb(proof):
    daemon, client = shutil.which("mariadbd"), shutil.which("mariadb")
    if not daemon or not client or not shutil.which("mariadb-install-db"):
        return print("  MariaDB: skipped, no server here")
    folder = Path(tempfile.mkdtemp(prefix="retort-mariadb-"))
    owner = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(["mariadb-install-db", f"--datadir={folder}/data", "--auth-root-authentication-method=normal", *owner], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process = subprocess.Popen([daemon, "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/s", "--skip-networking", f"--pid-file={folder}/pid", *owner],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ask = [client, f"--socket={folder}/s", "--user=root"]
        for _ in range(150):
            if proof.run(*ask, "-e", "select 1").returncode == 0:
                break
            time.sleep(0.2)
        made = proof.run(*ask, input=(SOURCE / "shop_mariadb.sql").read_text())
        names = proof.run(*ask, "-N", "-e", "SELECT table_schema FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('mysql','sys','performance_schema','information_schema') GROUP BY 1").stdout.split()
        name = names[0] if names else "shop"
        if not names:
            proof.run(*ask, "-e", "CREATE DATABASE shop")
            made = proof.run(*ask, name, input=(SOURCE / "shop_mariadb.sql").read_text())
        proof.holds("the shop was made", made.returncode == 0, made.stderr)
        proof.run(*ask, name, "-e", VERSION)
        proof.run(*ask, "-e", f"CREATE USER auditor@localhost IDENTIFIED BY 'hunter2'; GRANT SELECT, SHOW VIEW, TRIGGER ON {name}.* TO auditor@localhost")
        checksum = ["-N", "-e", "SELECT table_name, table_rows, create_time, update_time FROM information_schema.tables WHERE table_schema = '%s' ORDER BY 1" % name]
        before = proof.run(*ask, *checksum).stdout
        taken = proof.run(proof.retort, "collect", "--url", f"mysql://auditor:hunter2@localhost/{name}?socket={folder}/s")
        proof.holds("MariaDB: a role that may only read can take it", taken.returncode == 0 and "hunter2" not in taken.stdout, taken.stderr)
        proof.holds("MariaDB: taking it changes nothing", before == proof.run(*ask, *checksum).stdout)
        dump = proof.run(shutil.which("mariadb-dump"), f"--socket={folder}/s", "--user=root", "--no-data", name).stdout
        proof.same("mariadb", taken.stdout, dump)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def sqlite(proof):
    if not shutil.which("sqlite3"):
        return print("  SQLite: skipped, no sqlite3 here")
    file = proof.folder / "shop.db"
    file.unlink(missing_ok=True)
    proof.run("sqlite3", file, input=(SOURCE / "shop_sqlite.sql").read_text())
    proof.run("sqlite3", file, "DROP TABLE IF EXISTS alembic_version; " + VERSION)
    before = file.read_bytes()
    taken = proof.run(proof.retort, "collect", "--url", f"sqlite:///{file}")
    proof.holds("SQLite: it can be taken", taken.returncode == 0, taken.stderr)
    proof.holds("SQLite: taking it changes no byte", before == file.read_bytes())
    proof.same("sqlite", taken.stdout, proof.run("sqlite3", file, ".schema").stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--retort", required=True)
    parser.add_argument("--folder", required=True)
    given = parser.parse_args()
    folder = Path(given.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    proof = Proof(Path(given.retort).resolve(), folder)
    for part in (postgresql, mariadb, sqlite):
        part(proof)
    print(f"  {proof.done - proof.failed} of {proof.done} claims hold: audits read as dumps do, and taking them changes nothing")
    sys.exit(proof.failed > 0)


if __name__ == "__main__":
    main()
