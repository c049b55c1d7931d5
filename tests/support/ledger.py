"""A toy service whose only effect is a row: lost and doubled effects can be counted.

``python -m tests.support.ledger NAME DATABASE BROKER EXCHANGE`` runs its worker as a process of its own.
"""

import logging
import sys
from threading import Event

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select

from shared.cli import stop_on_signals
from shared.clock import SystemClock
from shared.database import Database
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.bus import MessageBus
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handle, Handling, Mailbox
from shared.messaging.rabbitmq import RabbitMQBus
from shared.messaging.relay import Relay
from shared.messaging.worker import run_worker
from tests.support.messages import SENT_AT, message

metadata = MetaData()
effect = Table(
    "effect",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(36), nullable=False),
    Column("number", Integer, nullable=False),
)
QUESTION, ANSWER = "enrolment.question.v1", "accompaniment.answer.v1"
TYPES = {"enrolment": [ANSWER], "accompaniment": [QUESTION]}


def create_ledger(database: Database) -> None:
    with database.begin() as tx:
        metadata.create_all(tx)


def put_questions(database: Database, numbers: range, subjects: int) -> None:
    """Questions into the outbox, spread over so many parcours, each in its own transaction."""
    parcours = [uuid7() for _ in range(subjects)]
    for number in numbers:
        with database.begin() as tx:
            outbox.put(tx, message(number, subject=parcours[number % subjects], kind=QUESTION), SENT_AT)


def record(tx: Connection, envelope: Envelope) -> Handling:
    """The effect: one row a message."""
    tx.execute(insert(effect).values(subject=envelope.subject, number=envelope.data["number"]))
    return Handling.HANDLED


def record_and_answer(tx: Connection, envelope: Envelope) -> Handling:
    answer = message(envelope.data["number"], subject=envelope.subject, kind=ANSWER)
    outbox.put(tx, answer, SystemClock().now())
    return record(tx, envelope)


def numbers_in(database: Database) -> list[int]:
    """The numbers of all effects, in the order of their rows."""
    with database.read() as tx:
        return list(tx.execute(select(effect.c.number).order_by(effect.c.id)).scalars())


def effects_in(database: Database) -> list[tuple[str, int]]:
    """(subject, number) of all effects, in the order of their rows."""
    with database.read() as tx:
        return [(row.subject, row.number) for row in tx.execute(select(effect).order_by(effect.c.id))]


def run_ledger(name: str, database: Database, bus: MessageBus, handle: Handle, stop: Event) -> None:
    """The worker of the toy service ``name``, until ``stop``."""
    clock = SystemClock()
    relay = Relay(database, bus, clock)
    mailbox = Mailbox(database, handle, clock, wake=relay.nudge)
    run_worker(
        queue=name, types=TYPES[name], bus=bus, database=database, relay=relay, mailbox=mailbox,
        timers=lambda: 0, clock=clock, stop=stop,
    )  # fmt: skip


def main(name: str, database_url: str, broker_url: str, exchange: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    stop = stop_on_signals()
    database = Database(database_url, application_name=name)
    bus = RabbitMQBus(broker_url, exchange=exchange, queue_prefix=f"{exchange}.", name=name)
    run_ledger(name, database, bus, record_and_answer if name == "accompaniment" else record, stop)
    bus.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
