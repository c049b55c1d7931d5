"""The services as separate processes: migration jobs, web processes, workers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from services.simulate.killer import Worker
from services.simulate.looks import SERVICES
from shared.identity import public_key
from shared.servers.processes import ServerProcess, free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
KEY = "simulation"
START_SECONDS = 60
RECEIVING = (*SERVICES, "inbox")
"""Who has a worker: the inbox's takes the services' news, which move no parcours."""


@dataclass(frozen=True)
class Web:
    process: ServerProcess
    port: int

    def url_when_ready(self) -> str:
        """Its address; ServerFailed when it does not answer within a minute."""
        self.process.wait_until(self._is_ready, "web", START_SECONDS)
        return f"http://{HOST}:{self.port}"

    def _is_ready(self) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(f"http://{HOST}:{self.port}/health/ready", timeout=2).ok
            except requests.RequestException:
                return False


class Processes:
    """The services' processes, started from the main thread and ended by their ids.

    ``labels``: « enrolment web », « enrolment worker1 » … → the one that was started last under it.
    """

    def __init__(
        self, folder: Path, offset_file: Path, bus_url: str, databases: Mapping[str, str], private_pem: str
    ) -> None:
        self._folder, self._databases = folder, databases
        self._started: list[ServerProcess] = []
        self.labels: dict[str, ServerProcess] = {}
        self._services = {"AE_TOKEN_PUBLIC_KEYS": json.dumps({KEY: public_key(private_pem)})}
        self._inbox = {
            "AE_TOKEN_PRIVATE_KEYS": json.dumps({KEY: private_pem}),
            "AE_SESSION_SECRET": "simulation only",
            "AE_SERVICE_URLS": json.dumps(dict.fromkeys(SERVICES, f"http://{HOST}")),
        }
        self._shared = {
            "AE_ENV": "test",
            "AE_BUS_URL": bus_url,
            "AE_CLOCK_OFFSET_FILE": str(offset_file),
        }

    @contextmanager
    def migrating(self) -> Iterator[None]:
        """The migration jobs, side by side with the block; CalledProcessError for one that fails."""
        jobs = [
            subprocess.Popen(_command(name, "migrate"), env=self._environment(name, self._folder), cwd=ROOT)  # noqa: S603 — ours, no shell
            for name in RECEIVING
        ]
        try:
            yield
        finally:
            codes = [job.wait(START_SECONDS) for job in jobs]
        for code, job in zip(codes, jobs, strict=True):
            if code:
                raise subprocess.CalledProcessError(code, job.args)

    def running(self) -> list[int]:
        """The ids of those that run."""
        return [process.pid for process in self._started if process.is_running()]

    def close(self) -> None:
        """Ask all to end, then wait for each."""
        for process in self._started:
            if process.is_running():
                os.kill(process.pid, signal.SIGTERM)
        for process in self._started:
            process.stop(signal.SIGTERM)

    def start_webs(self, workers: int = 1) -> dict[str, Web]:
        ports = {name: free_port() for name in SERVICES}
        return {
            name: Web(
                self._start(name, "web", "web", "--bind", f"{HOST}:{port}", "--workers", str(workers)), port
            )
            for name, port in ports.items()
        }

    def start_pages(self, urls: Mapping[str, str], workers: int = 2) -> Web:
        """The inbox's web process, over the services' addresses."""
        port = free_port()
        self._inbox["AE_SERVICE_URLS"] = json.dumps(dict(urls))
        return Web(
            self._start("inbox", "web", "web", "--bind", f"{HOST}:{port}", "--workers", str(workers)), port
        )

    def workers(self, each: int) -> list[Worker]:
        """Those of all services, for the killer to start."""
        return [self._worker(name, f"worker{number}") for name in RECEIVING for number in range(1, each + 1)]

    def _worker(self, service: str, label: str) -> Worker:
        pulse = self._folder / f"{service}-{label}" / f"{service}-worker.json"
        return Worker(lambda: self._start(service, label, "worker"), pulse)

    def _start(self, service: str, label: str, *command: str) -> ServerProcess:
        folder = self._folder / f"{service}-{label}"
        folder.mkdir(exist_ok=True)
        process = ServerProcess(
            _command(service, *command), environment=self._environment(service, folder), folder=folder,
            log=self._folder / f"{service}-{label}.log",
        )  # fmt: skip
        self._started.append(process)
        self.labels[f"{service} {label}"] = process
        return process

    def _environment(self, service: str, run_folder: Path) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("AE_")}
        own = {
            "AE_DATABASE_URL": self._databases[service],
            "AE_RUN_FOLDER": str(run_folder),
            "PYTHONPATH": str(ROOT),
        }
        return mine | self._shared | own | (self._inbox if service == "inbox" else self._services)


def _command(service: str, *command: str) -> list[str]:
    return [sys.executable, "-m", f"services.{service}", *command]
