"""A stack of the simulation's own: everything in this process, or separate processes on private servers."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from services import embedded
from services.simulate.clock import SimulationClock
from services.simulate.killer import Killer
from services.simulate.looks import SERVICES
from services.simulate.processes import KEY, RECEIVING, Processes
from shared.clock import SystemClock
from shared.database import Database
from shared.identity import TokenSigner, new_private_key
from shared.ids import uuid7
from shared.servers.postgresql import PrivatePostgreSQL
from shared.servers.rabbitmq import PrivateRabbitMQ


@dataclass(frozen=True)
class Stack:
    """What a run needs. ``turn``, often called from the main thread, kills workers; ``kills`` counts them;
    ``processes``: ids of the services' own that run now."""

    urls: Mapping[str, str]
    databases: Mapping[str, Database]
    signer: TokenSigner
    clock: SimulationClock
    turn: Callable[[], None] = lambda: None
    kills: Callable[[], int] = lambda: 0
    processes: Callable[[], Sequence[int]] = tuple


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
        postgresql, broker = stack.enter_context(PrivatePostgreSQL()), PrivateRabbitMQ()
        databases = {name: postgresql.create_database(name) for name in RECEIVING}
        processes = Processes(folder, offset_file, broker.url, databases, private)
        with processes.migrating():
            stack.enter_context(broker)
        stack.callback(processes.close)
        webs = processes.start_webs()
        workers = processes.workers(1 if kill_every is None else 2)
        killer = Killer(workers, kill_every, Random(f"{seed}:kills"))  # noqa: S311 — a simulation
        urls = {name: web.url_when_ready() for name, web in webs.items()}
        looks = {name: _database(databases[name]) for name in SERVICES}
        signer = TokenSigner({KEY: private}, SystemClock(), uuid7)
        yield Stack(urls, looks, signer, clock, killer.turn, killer.count, processes.running)


def _database(url: str) -> Database:
    return Database(url, application_name="simulate")
