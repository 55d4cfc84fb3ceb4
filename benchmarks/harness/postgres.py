"""A real PostgreSQL server for one test session: Debian's programs, a folder and a socket of its own."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

APT = "NO POSTGRESQL SERVER: the event log is tested on SQLite only. To test it on both: apt-get install postgresql"
_PR_SET_PDEATHSIG = 1


def programs() -> Path | None:
    """The folder with ``postgres`` and ``initdb``: on the path, or where Debian keeps the newest; None without any."""
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Server:
    """One server, reached through a socket in its own folder: no port to collide, no network to be seen on."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self._folder, self._bin = folder, bin_folder
        # The server refuses to be root, and then belongs to the user that Debian's package made.
        self.user = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
        self._as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid} if os.geteuid() == 0 else {}
        self._process: subprocess.Popen[bytes] | None = None
        self._databases: set[str] = set()
        os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        command = [bin_folder / "initdb", "-D", folder / "data", "-U", "log", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, env=self._environment, **self._as_user)

    @property
    def _environment(self) -> dict[str, str]:
        return {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://log@/{database}?host={self._folder}"

    def fresh(self, name: str = "log") -> str:
        """The address of a database without any log; the same database for the same name, which saves its making."""
        if name not in self._databases:
            self.run(f"CREATE DATABASE {name}")
            self._databases.add(name)
        self.run("SET lock_timeout = '10s'", "DROP TABLE IF EXISTS event_log, event_log_schema", database=name)
        return self.url(name)

    def run(self, *statements: str, database: str = "postgres") -> None:
        engine = sa.create_engine(self.url(database), poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            for statement in statements:
                db.exec_driver_sql(statement)

    def start(self) -> None:
        # -F: what a test writes need not outlive a power cut, only the programs that wrote it.
        command = [self._bin / "postgres", "-D", self._folder / "data", "-k", self._folder, "-F"]
        command += ["-c", "listen_addresses=", "-c", "max_connections=200"]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=self._environment,
                preexec_fn=_die_with_parent,
                **self._as_user,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.run("SELECT 1")
            except sa.exc.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError((self._folder / "server.log").read_text()) from None
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT throws everybody out, SIGQUIT lets it die as in a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None


def _die_with_parent() -> None:
    """Have the system end the server when the test process dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def serve() -> Iterator[Server | None]:
    """Yield a running server, None where none is installed; it is gone afterwards."""
    bin_folder = programs()
    if bin_folder is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="recsys-pg-"))
    server = None
    try:
        server = Server(folder, bin_folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop(signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)
