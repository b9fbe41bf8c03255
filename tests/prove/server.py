"""A scratch PostgreSQL: a cluster of its own in a folder, reached by a socket there and by nothing else."""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path


def program(name):
    """The newest server's programs, which Debian keeps out of PATH."""
    own = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: float(path.split("/")[4]))
    return own[-1] if own else shutil.which(name)


class Server:
    """`with Server(folder) as server:`; as root it runs as `user`, since the server refuses root."""

    port = 54321

    def __init__(self, folder, user="postgres"):
        self.user = user if os.geteuid() == 0 else None
        # Another user may not be let into root's own folders.
        self.folder = Path(tempfile.mkdtemp(prefix="retort-server-") if self.user else folder).resolve()
        self.process = None

    def as_user(self):
        if not self.user:
            return {}
        record = pwd.getpwnam(self.user)
        return {"user": record.pw_uid, "group": record.pw_gid, "extra_groups": []}

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            record = pwd.getpwnam(self.user)
            os.chown(self.folder, record.pw_uid, record.pw_gid)
        cluster = self.folder / "cluster"
        if not (cluster / "PG_VERSION").exists():
            subprocess.run([program("initdb"), "-D", str(cluster), "-U", "retort", "-A", "trust", "-E", "UTF8",
                            "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/", **self.as_user())
        self.process = subprocess.Popen(
            [program("postgres"), "-D", str(cluster), "-k", str(self.folder), "-p", str(self.port),
             "-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **self.as_user())
        for _ in range(150):
            if self.psql("select 1", check=False).returncode == 0:
                return self
            time.sleep(0.2)
        self.__exit__()
        raise SystemExit("the scratch server did not start")

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
        if self.user:
            shutil.rmtree(self.folder, ignore_errors=True)

    def psql(self, script, database="postgres", check=True, more=()):
        return subprocess.run([program("psql"), "-X", "-q", "-At", "-h", str(self.folder), "-p", str(self.port),
                               "-U", "retort", "-d", database, *more], input=script, check=check,
                              capture_output=True, text=True)
