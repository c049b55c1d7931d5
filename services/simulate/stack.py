"""A stack of the simulation's own: everything in this process, or separate processes on private servers."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import requests

from services import embedded
from services.simulate.clock import SimulationClock
from services.simulate.killer import Killer
from services.simulate.looks import SERVICES
from shared.clock import SystemClock
from shared.database import Database
from shared.identity import TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.servers.postgresql import PrivatePostgreSQL
from shared.servers.processes import ServerProcess, free_port
from shared.servers.rabbitmq import PrivateRabbitMQ

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
KEY = "simulation"


@dataclass(frozen=True)
class Stack:
    """What a run needs. ``turn``, often called from the main thread, kills workers; ``kills`` counts them."""

    urls: Mapping[str, str]
    databases: Mapping[str, Database]
    signer: TokenSigner
    clock: SimulationClock
    turn: Callable[[], None] = lambda: None
    kills: Callable[[], int] = lambda: 0


@contextmanager
def embedded_stack(folder: Path, first_day: date) -> Iterator[Stack]:
    """All services in this process, on SQLite and the embedded bus."""
    offset_file = folder / "clock"
    clock = SimulationClock(offset_file, first_day)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # our haste is no news to anybody
    with embedded.running(folder, port=0, env="test", clock_offset_file=offset_file) as addresses:
        keys = json.loads((folder / "keys.json").read_text(encoding="ascii"))
        databases = {name: _database(f"sqlite:///{folder / name}.sqlite") for name in SERVICES}
        signer = TokenSigner(keys["private"], SystemClock(), uuid7)
        yield Stack(addresses.services, databases, signer, clock)


@contextmanager
def real_stack(folder: Path, first_day: date, kill_every: float | None, seed: str) -> Iterator[Stack]:
    """Each service's web process and worker on private PostgreSQL and RabbitMQ; with kills, two workers each."""
    offset_file = folder / "clock"
    clock = SimulationClock(offset_file, first_day)
    private = new_private_key()
    with ExitStack() as stack:
        postgresql = stack.enter_context(PrivatePostgreSQL())
        broker = stack.enter_context(PrivateRabbitMQ())
        databases = {name: postgresql.create_database(name) for name in SERVICES}
        processes = _Processes(folder, offset_file, broker.url, databases, public_key(private))
        stack.callback(processes.close)
        processes.migrate()
        urls = processes.start_webs()
        workers = processes.start_workers(1 if kill_every is None else 2)
        looks = {name: _database(url) for name, url in databases.items()}
        signer = TokenSigner({KEY: private}, SystemClock(), uuid7)
        killer = Killer(workers, kill_every, Random(f"{seed}:kills"))  # noqa: S311 — a simulation
        yield Stack(urls, looks, signer, clock, killer.turn, killer.count)


class _Processes:
    """The services' processes, started from the main thread and ended by their ids."""

    def __init__(
        self, folder: Path, offset_file: Path, bus_url: str, databases: Mapping[str, str], public_pem: str
    ) -> None:
        self._folder, self._databases = folder, databases
        self._started: list[ServerProcess] = []
        self._shared = {
            "AE_ENV": "test",
            "AE_BUS_URL": bus_url,
            "AE_TOKEN_PUBLIC_KEYS": json.dumps({KEY: public_pem}),
            "AE_CLOCK_OFFSET_FILE": str(offset_file),
        }

    def migrate(self) -> None:
        """The three migration jobs side by side; CalledProcessError for one that fails."""
        jobs = [
            subprocess.Popen(_command(name, "migrate"), env=self._environment(name, self._folder), cwd=ROOT)  # noqa: S603 — ours, no shell
            for name in SERVICES
        ]
        for job in jobs:
            if code := job.wait(START_SECONDS):
                raise subprocess.CalledProcessError(code, job.args)

    def close(self) -> None:
        """Ask all to end, then wait for each."""
        for process in self._started:
            if process.is_running():
                os.kill(process.pid, signal.SIGTERM)
        for process in self._started:
            process.stop(signal.SIGTERM)

    def start_webs(self) -> dict[str, str]:
        ports = {name: free_port() for name in SERVICES}
        webs = {
            name: self._start(name, "web", "web", "--bind", f"127.0.0.1:{port}", "--workers", "1")
            for name, port in ports.items()
        }
        for name, web in webs.items():
            web.wait_until(lambda port=ports[name]: _is_ready(port), f"{name} web", START_SECONDS)  # type: ignore[misc]
        return {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}

    def start_workers(self, each: int) -> list[Callable[[], ServerProcess]]:
        """Functions that start a worker (again): the killer calls them."""
        return [
            lambda name=name, label=f"worker{number}": self._start(name, label, "worker")  # type: ignore[misc]
            for name in SERVICES
            for number in range(1, each + 1)
        ]

    def _start(self, service: str, label: str, *command: str) -> ServerProcess:
        folder = self._folder / f"{service}-{label}"
        folder.mkdir(exist_ok=True)
        process = ServerProcess(
            _command(service, *command), environment=self._environment(service, folder), folder=folder,
            log=self._folder / f"{service}-{label}.log",
        )  # fmt: skip
        self._started.append(process)
        return process

    def _environment(self, service: str, run_folder: Path) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("AE_")}
        own = {
            "AE_DATABASE_URL": self._databases[service],
            "AE_RUN_FOLDER": str(run_folder),
            "PYTHONPATH": str(ROOT),
        }
        return mine | self._shared | own


def _command(service: str, *command: str) -> list[str]:
    return [sys.executable, "-m", f"services.{service}", *command]


def _is_ready(port: int) -> bool:
    session = requests.Session()
    session.trust_env = False
    try:
        return session.get(f"http://127.0.0.1:{port}/health/ready", timeout=2).ok
    except requests.RequestException:
        return False


def _database(url: str) -> Database:
    return Database(url, application_name="simulate")
