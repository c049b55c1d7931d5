"""A private PostgreSQL server in a folder of its own; started by root, it runs as another user."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from shared.servers.processes import PrivateServer, ServerProcess, find_program, free_port

USER = "app"
UNPRIVILEGED_USERS = ("postgres", "nobody")
START_SECONDS = 30
ASKING_SECONDS, BUSY_SECONDS = (
    2,
    30,
)  # for an answer: when it is asked again, and when a busy machine has to give it
DEATH_SIGNAL = "INT"  # TERM would wait until the last client has gone
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 — a folder of our own is made in it
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PrivatePostgreSQL(PrivateServer):
    """A context manager. ``durable=False`` gives up safety against a power cut for speed (tests of rules).

    ``in_memory``: its files lie in the machine's memory, where that has room for them; else on the disk.

    ``stop``, ``crash`` and ``start`` keep the data and the port.
    """

    def __init__(self, *, durable: bool = False, in_memory: bool = False) -> None:
        folders = [*_debian_folders(), *(Path(folder) for folder in os.get_exec_path())]
        self._initdb = find_program("initdb", folders, "postgresql")
        self._postgres = find_program("postgres", [self._initdb.parent], "postgresql")
        self._durable = durable
        self._port = free_port()
        self._password = secrets.token_urlsafe(16)
        memory = MEMORY if in_memory and _has_room(MEMORY) else None
        self._copying: LiteralString = (
            " STRATEGY FILE_COPY" if memory else ""
        )  # nothing to gain by it on a disk
        self._folder = Path(tempfile.mkdtemp(prefix="ae-postgresql-", dir=memory))
        self._prefix = _drop_privileges(self._folder)
        self._server: ServerProcess | None = None
        self._admin: psycopg.Connection[tuple[object, ...]] | None = None

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}:{self._password}@127.0.0.1:{self._port}/{database}"

    def pids(self) -> list[int]:
        """Our child processes that run."""
        return [self._server.pid] if self._server else []

    def start(self) -> None:
        """Make the cluster if there is none yet (1.5 s), start the server and wait until it answers."""
        if not (self._folder / "data").exists():
            self._make_cluster()
        settings = [
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
            f"port={self._port}",
        ]
        settings += [] if self._durable else FAST_AND_FORGETFUL
        options = [part for setting in settings for part in ("-c", setting)]
        self._server = ServerProcess(
            [*self._prefix, self._postgres, "-D", self._folder / "data", *options],
            environment=_environment(), folder=self._folder, log=self._folder / "server.log",
            death_signal=DEATH_SIGNAL,
        )  # fmt: skip
        self._server.wait_until(self._answers, "postgres", START_SECONDS)

    def stop(self) -> None:
        """Stop at once, rolling open transactions back."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Stop without a shutdown, as after a crash: the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self, name: str, template: str = "template0") -> str:
        """A new database, a copy of ``template``; its URL."""
        self._run(f"CREATE DATABASE {{}} TEMPLATE {{}}{self._copying}", name, template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop the database with whatever connections somebody forgot on it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _end(self, by: signal.Signals) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        if self._server is not None:
            self._server.stop(by)
            self._server = None

    def _make_cluster(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._password, encoding="ascii")
        password_file.chmod(0o644 if self._prefix else 0o600)
        command = [*self._prefix, self._initdb, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-U", USER]
        command += ["-A", "scram-sha-256", f"--pwfile={password_file}", "-D", self._folder / "data"]
        # S603: the command is ours, without a shell
        subprocess.run(list(map(str, command)), check=True, capture_output=True, env=_environment(), cwd="/")  # noqa: S603
        password_file.unlink()

    def _run(self, statement: LiteralString, *names: str) -> None:
        if self._admin is None or self._admin.closed:
            self._admin = self._connect(BUSY_SECONDS)
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self, timeout: int) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=self._port, user=USER, password=self._password, dbname="postgres",
            autocommit=True, connect_timeout=timeout,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            self._connect(ASKING_SECONDS).close()
        except psycopg.OperationalError:
            return False
        return True


def _debian_folders() -> list[Path]:
    """Debian's folders of server programs, newest version first."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name))


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


def _drop_privileges(folder: Path) -> list[str]:
    """The words that run a command as another user who owns ``folder``; none unless we are root."""
    if os.geteuid() != 0:
        return []
    owner = _unprivileged_user()
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    identity = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return ["setpriv", *identity, "--pdeathsig", DEATH_SIGNAL]  # again: changing user clears it


def _unprivileged_user() -> pwd.struct_passwd:
    for name in UNPRIVILEGED_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError(f"none of the users {', '.join(UNPRIVILEGED_USERS)} exists to run PostgreSQL under")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
