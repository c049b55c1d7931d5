"""Web processes under gunicorn, as in production: two of four threads each; and keep-alive clients."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import measuring
from benchmarks.children import ROOT
from shared.servers.processes import free_port

START_SECONDS = 30


@dataclass(frozen=True)
class Served:
    """A master process with its workers, on a port of the loopback address."""

    pid: int
    port: int
    _own: threading.local

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """RuntimeError unless the answer is a success."""
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Content-Type": "application/json", **(headers or {})}
        self._own.connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = self._own.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text)

    def cpu(self) -> float:
        return measuring.tree_cpu(self.pid)

    def memory_of_one(self) -> float:
        """Proportional memory of one worker in MB."""
        workers = measuring.descendants(self.pid)
        return sum(map(measuring.proportional, workers)) / len(workers)


@contextmanager
def served(target: str, environment: Mapping[str, str]) -> Iterator[Served]:
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", f"benchmarks.{target}:app()", "--bind", f"127.0.0.1:{port}", "--workers",
        "2", "--threads", "4", "--worker-class", "gthread", "--keep-alive", "120", "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})  # noqa: S603 -- our own command
    try:
        _wait(port)
        yield Served(process.pid, port, threading.local())
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/nothing")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("gunicorn does not answer")
