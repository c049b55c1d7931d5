"""Real processes, really killed (workers, PostgreSQL, the broker): nothing lost, nothing doubled."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from shared.database import Database
from shared.database.migrate import upgrade
from shared.ids import uuid7
from shared.messaging.bus import dead_queue
from shared.messaging.rabbitmq import RabbitMQBus
from shared.servers.postgresql import PrivatePostgreSQL
from shared.servers.rabbitmq import PrivateRabbitMQ
from tests.support.databases import MakeDatabase
from tests.support.ledger import (
    create_ledger,
    numbers_in,
    put_questions,
    record,
    record_and_answer,
    run_ledger,
)
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["shared.messaging"]
PARCOURS = 20


class LedgerProcess:
    """One worker of the toy service, as a process of its own; started again after each death."""

    def __init__(self, name: str, database: Database, broker: str, exchange: str) -> None:
        self._command = [sys.executable, "-m", "tests.support.ledger", name, database.url, broker, exchange]
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit status, within ten seconds."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(10)
        finally:
            self.kill()


@pytest.fixture
def databases(make_postgresql_database: MakeDatabase) -> Sequence[Database]:
    made = [make_postgresql_database(PACKAGES) for _ in range(2)]
    for database in made:
        create_ledger(database)
    return made


@pytest.fixture
def workers(databases: Sequence[Database], rabbitmq_server: PrivateRabbitMQ) -> Iterator[list[LedgerProcess]]:
    exchange = f"test-{uuid7()}"
    running = [
        LedgerProcess(name, database, rabbitmq_server.url, exchange)
        for name, database in zip(("enrolment", "accompaniment"), databases, strict=True)
    ]
    yield running
    assert [worker.stop() for worker in running] == [0, 0], "a worker ends in time on SIGTERM"


def kill_while_working(
    workers: list[LedgerProcess], databases: Sequence[Database], messages: int, kills: int
) -> None:
    """Kill a worker each time that some more answers have come in, and start it again."""
    chance, (enrolment, _) = random.Random(5), databases
    for kill in range(1, kills + 1):
        wait_until(partial(has_effects, enrolment, messages * kill // (kills + 1)))
        victim = chance.choice(workers)
        victim.kill()
        victim.start()
    wait_until(partial(has_effects, enrolment, messages), seconds=120)


def has_effects(database: Database, count: int) -> bool:
    return len(numbers_in(database)) >= count


@pytest.mark.parametrize(
    ("messages", "kills"), [(150, 3), pytest.param(3000, 25, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_workers_killed_at_any_moment_lose_and_double_nothing(
    workers: list[LedgerProcess], databases: Sequence[Database], messages: int, kills: int
) -> None:
    enrolment, accompaniment = databases
    feeding = Thread(target=put_questions, args=(enrolment, range(messages), PARCOURS))
    feeding.start()
    kill_while_working(workers, databases, messages, kills)
    feeding.join()
    expected = list(range(messages))
    assert sorted(numbers_in(accompaniment)) == expected
    assert sorted(numbers_in(enrolment)) == expected


@pytest.fixture(scope="module")
def own_postgresql() -> Iterator[PrivatePostgreSQL]:
    """A server that keeps what it has committed, and that this module may crash."""
    with PrivatePostgreSQL(durable=True) as server:
        yield server


@pytest.fixture(scope="module")
def own_rabbitmq() -> Iterator[PrivateRabbitMQ]:
    with PrivateRabbitMQ() as server:
        yield server


def crash_postgresql(postgresql: PrivatePostgreSQL, _rabbitmq: PrivateRabbitMQ) -> None:
    postgresql.crash()
    postgresql.start()


def kill_rabbitmq(_postgresql: PrivatePostgreSQL, rabbitmq: PrivateRabbitMQ) -> None:
    rabbitmq.kill()
    rabbitmq.start()


@pytest.mark.parametrize("strike", [crash_postgresql, kill_rabbitmq])
def test_a_server_that_crashes_in_the_middle_loses_and_doubles_nothing(
    own_postgresql: PrivatePostgreSQL, own_rabbitmq: PrivateRabbitMQ,
    strike: Callable[[PrivatePostgreSQL, PrivateRabbitMQ], None],
) -> None:  # fmt: skip
    names, stop, messages = ("enrolment", "accompaniment"), Event(), 200
    databases = [fresh_database(own_postgresql, name) for name in names]
    prefix = f"{uuid7()}."
    bus = RabbitMQBus(own_rabbitmq.url, exchange=f"{prefix}parcours", queue_prefix=prefix, confirm_seconds=5)
    threads = [
        Thread(target=run_ledger, args=(name, database, bus, handle, stop))
        for name, database, handle in zip(names, databases, (record, record_and_answer), strict=True)
    ]
    for thread in threads:
        thread.start()
    put_questions(databases[0], range(messages), PARCOURS)
    wait_until(lambda: len(numbers_in(databases[0])) > messages // 10)
    strike(own_postgresql, own_rabbitmq)
    wait_until(lambda: len(numbers_in(databases[0])) >= messages, seconds=90)
    stop.set()
    for thread in threads:
        thread.join(15)
    for database, name in zip(databases, names, strict=True):
        assert sorted(numbers_in(database)) == list(range(messages))
        assert bus.depth(dead_queue(name)) == 0
        database.dispose()
    bus.close()


def fresh_database(server: PrivatePostgreSQL, name: str) -> Database:
    database = Database(server.create_database(f"{name}-{uuid7()}"), application_name=name)
    upgrade(database, PACKAGES)
    create_ledger(database)
    return database
