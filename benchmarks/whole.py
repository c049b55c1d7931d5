"""All of it as it is served: three services and the inbox under gunicorn, workers on RabbitMQ, one PostgreSQL."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp

from benchmarks import measuring
from benchmarks.bench import Bench
from services.simulate.clock import SimulationClock
from services.simulate.processes import KEY, RECEIVING, Processes
from shared.clock import SystemClock
from shared.database import Database
from shared.identity import TokenSigner, new_private_key
from shared.ids import uuid7
from shared.parcours.campagne import load_campagnes
from shared.servers.rabbitmq import PrivateRabbitMQ

NO_BUS = "amqp://127.0.0.1:9"
"""Web processes ask for an address and never call it."""
DAYS_AFTER_RENTREE = timedelta(days=40)


@dataclass(frozen=True)
class Whole:
    """``pages``: the inbox's address; ``urls``: the services'; ``databases``: all four by name; ``today``: the business
    clock's day; ``roots``: what to call a process → its id, whose descendants count with it."""

    pages: str
    urls: Mapping[str, str]
    databases: Mapping[str, Database]
    database_urls: Mapping[str, str]
    signer: TokenSigner
    today: date
    roots: Mapping[str, int]

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, by process."""
        return {name: measuring.tree_cpu(pid) for name, pid in self.roots.items()}


@contextmanager
def whole(bench: Bench, *, has_workers: bool) -> Iterator[Whole]:
    """``has_workers``: with RabbitMQ and a worker for each; else pages and services only."""
    folder, private = Path(mkdtemp(dir=bench.folder)), new_private_key()
    today = load_campagnes()[-1].rentree_on + DAYS_AFTER_RENTREE
    SimulationClock(folder / "clock", today)
    with ExitStack() as stack:
        database_urls = {name: stack.enter_context(bench.database("postgresql")) for name in RECEIVING}
        broker = stack.enter_context(PrivateRabbitMQ()) if has_workers else None
        processes = Processes(
            folder, folder / "clock", broker.url if broker else NO_BUS, database_urls, private
        )
        with processes.migrating():
            pass
        databases = {name: Database(url, application_name="bench") for name, url in database_urls.items()}
        for each in databases.values():
            stack.callback(each.dispose)
        stack.callback(processes.close)
        webs = processes.start_webs(workers=2)
        for worker in processes.workers(1) if has_workers else []:
            worker.start()
        urls = {name: web.url_when_ready() for name, web in webs.items()}
        pages = processes.start_pages(urls).url_when_ready()
        roots = {name: process.pid for name, process in processes.labels.items()}
        roots |= {"PostgreSQL": bench.postmaster}
        if broker:
            roots |= {"RabbitMQ": broker.pids()[0]}
        signer = TokenSigner({KEY: private}, SystemClock(), uuid7)
        yield Whole(pages, urls, databases, database_urls, signer, today, roots)
