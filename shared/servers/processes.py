"""A server process of our own: started under a death signal, stopped by its process id."""

import os
import random
import signal
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

PORTS = range(20_000, 32_768)


class ServerMissing(RuntimeError):
    """A server's program is not on this machine. Says which Debian package brings it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is not installed: apt-get install --no-install-recommends {package}")


class ServerFailed(RuntimeError):
    """A private server ended, or did not answer in time. Carries the end of its log."""

    def __init__(self, name: str, log: Path) -> None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        super().__init__("\n".join([f"{name} did not start; the end of its log:", *lines[-20:]]))


def find_program(name: str, folders: Sequence[Path], package: str) -> Path:
    """The first ``folder/name`` that can be run; ServerMissing when there is none."""
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return folder / name
    raise ServerMissing(name, package)


def free_port() -> int:
    """A TCP port on the loopback address, ours until this process ends.

    Below Linux's range for outgoing connections: none takes it before its server listens, or while that is down.
    The port stays bound and silent, so nobody else is given it; a server, which asks for SO_REUSEADDR, may listen.
    """
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        keeper = socket.socket()
        try:
            keeper.bind(("127.0.0.1", port))
        except OSError:
            keeper.close()
            continue
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.detach()
        return port
    raise RuntimeError(f"no port is free between {PORTS[0]} and {PORTS[-1]}")


class PrivateServer(ABC):
    """A server for the length of a block; one that does not start leaves nothing behind."""

    @abstractmethod
    def start(self) -> None:
        """Start it and wait until it answers."""

    @abstractmethod
    def close(self) -> None:
        """Stop it and remove its folder."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()


class ServerProcess:
    """One running child. It dies with us, even when we are killed with -9."""

    def __init__(
        self, command: Sequence[str | Path], *, environment: Mapping[str, str], folder: Path, log: Path,
        death_signal: str = "TERM",
    ) -> None:  # fmt: skip
        if threading.current_thread() is not threading.main_thread():
            # the kernel sends the death signal when the *thread* that started the child ends
            raise RuntimeError("private servers are started from the main thread")
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 -- the command is ours, without a shell
                ["setpriv", "--pdeathsig", death_signal, *map(str, command)],  # noqa: S607 -- util-linux, from PATH
                env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait_until(self, is_ready: Callable[[], bool], name: str, seconds: float) -> None:
        """Return when ``is_ready``; ServerFailed when the process ends or ``seconds`` pass before."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_running() or time.monotonic() > deadline:
                self.stop(signal.SIGKILL)
                raise ServerFailed(name, self.log)
            time.sleep(0.02)

    def stop(self, by: signal.Signals, seconds: float = 20) -> None:
        """Send ``by`` and wait for the end; SIGKILL after ``seconds``."""
        if self.is_running():
            self._process.send_signal(by)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
