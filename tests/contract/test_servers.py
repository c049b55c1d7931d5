"""The private servers themselves: they leave nothing behind, and say what is missing."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from shared.servers.postgresql import PrivatePostgreSQL
from shared.servers.processes import ServerFailed, ServerMissing, ServerProcess, find_program, free_port
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
OWNER = """
import sys
from shared.servers.postgresql import PrivatePostgreSQL
from shared.servers.rabbitmq import PrivateRabbitMQ
with PrivatePostgreSQL() as postgresql, PrivateRabbitMQ() as rabbitmq:
    print(*postgresql.pids(), *rabbitmq.pids(), flush=True)
    sys.stdin.read()
"""


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def folder_of(pid: int) -> Path:
    """The server's own folder, which it works in, or in a part of it."""
    working = Path(os.readlink(f"/proc/{pid}/cwd"))
    return next(each for each in (working, *working.parents) if each.name.startswith("ae-"))


def test_servers_end_when_their_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert owner.stdout is not None
    pids = [int(word) for word in owner.stdout.readline().split()]
    folders = {folder_of(pid) for pid in pids}
    assert len(pids) == 3
    assert all(map(is_running, pids))
    owner.kill()
    owner.communicate()
    wait_until(lambda: not any(map(is_running, pids)), seconds=30)
    for folder in folders:
        shutil.rmtree(folder)


def test_a_port_is_nobody_else_s_while_its_server_is_not_up_or_down() -> None:
    """Two workers that were given one port, or a connection that went out from it, stopped a whole run once."""
    port = free_port()
    for _ in ("before its first start", "after a stop"):
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            pass


def test_a_missing_server_is_named_with_its_debian_package(tmp_path: Path) -> None:
    with pytest.raises(ServerMissing, match="apt-get install --no-install-recommends rabbitmq-server"):
        find_program("rabbitmq-server", [tmp_path], "rabbitmq-server")


def test_a_server_that_ends_at_once_shows_the_end_of_its_log(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "echo the port is taken; exit 1"]
    process = ServerProcess(command, environment={}, folder=tmp_path, log=tmp_path / "log")
    with pytest.raises(ServerFailed, match="the port is taken"):
        process.wait_until(lambda: False, "a server", 20)


def test_a_server_is_not_started_from_a_thread_whose_end_would_end_it() -> None:
    failures: list[RuntimeError] = []

    def start() -> None:
        server = PrivatePostgreSQL()
        try:
            server.start()
        except RuntimeError as error:
            failures.append(error)
        finally:
            server.close()

    thread = Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(failures[0])
