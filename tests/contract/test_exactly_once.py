"""Outbox, relay, bus and mailbox together: every effect once, on each pair of database and bus, under faults."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import Connection

from shared.clock import Clock, FixedClock, SystemClock
from shared.database import Database
from shared.messaging import operators, outbox
from shared.messaging.bus import MessageBus, dead_queue
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handle, Handling, Mailbox
from shared.messaging.relay import Relay
from tests.support.databases import MakeDatabase
from tests.support.faults import DyingBus, Killed, RepeatingBus
from tests.support.ledger import (
    QUESTION,
    create_ledger,
    effects_in,
    numbers_in,
    put_questions,
    record,
    record_and_answer,
    run_ledger,
)
from tests.support.messages import SENT_AT, consuming
from tests.support.waiting import wait_until

MESSAGES, PARCOURS = 60, 12
ALL = list(range(MESSAGES))


@pytest.fixture
def packages() -> Sequence[str]:
    return ["shared.messaging"]


@pytest.fixture
def sender(make_database: MakeDatabase, packages: Sequence[str]) -> Database:
    return ledger(make_database, packages)


@pytest.fixture
def receiver(make_database: MakeDatabase, packages: Sequence[str]) -> Database:
    return ledger(make_database, packages)


def ledger(make_database: MakeDatabase, packages: Sequence[str]) -> Database:
    database = make_database(packages)
    create_ledger(database)
    return database


@contextmanager
def receiving(database: Database, bus: MessageBus, handle: Handle, clock: Clock) -> Iterator[Mailbox]:
    """A receiver, in a thread; its retries are up to the test."""
    bus.declare("accompaniment", [QUESTION])
    mailbox = Mailbox(database, handle, clock)
    with consuming(bus, "accompaniment", mailbox.receive):
        yield mailbox


def relay_until_sent(database: Database, bus: MessageBus) -> None:
    """Start a relay again and again, as its supervisor would, until nothing is left to send."""

    def nothing_left() -> bool:
        try:
            Relay(database, bus, SystemClock(), random=lambda: 0.0).run_once()
        except Killed:
            return False
        with database.read() as tx:
            return outbox.backlog(tx).pending == 0

    wait_until(nothing_left)


@pytest.mark.parametrize("faulty", [RepeatingBus, DyingBus])
def test_repeats_shuffles_and_killed_relays_lose_and_double_nothing(
    sender: Database, receiver: Database, bus: MessageBus, faulty: Callable[[MessageBus], MessageBus]
) -> None:
    put_questions(sender, range(MESSAGES), PARCOURS)
    with receiving(receiver, bus, record, SystemClock()):
        relay_until_sent(sender, faulty(bus))
        wait_until(lambda: sorted(numbers_in(receiver)) == ALL and bus.depth("accompaniment") == 0)
    assert sorted(numbers_in(receiver)) == ALL
    assert bus.depth(dead_queue("accompaniment")) == 0


@pytest.mark.parametrize("faulty", [DyingBus, lambda bus: bus])
def test_messages_of_one_parcours_have_their_effects_in_the_order_they_were_sent(
    sender: Database, receiver: Database, bus: MessageBus, faulty: Callable[[MessageBus], MessageBus]
) -> None:
    put_questions(sender, range(MESSAGES), PARCOURS)
    with receiving(receiver, bus, record, SystemClock()):
        relay_until_sent(sender, faulty(bus))
        wait_until(lambda: len(numbers_in(receiver)) == MESSAGES)
    effects = effects_in(receiver)
    for subject in {subject for subject, _ in effects}:
        numbers = [number for each, number in effects if each == subject]
        assert numbers == sorted(numbers)


def test_a_handler_that_fails_now_and_then_has_each_effect_once(
    sender: Database, receiver: Database, bus: MessageBus
) -> None:
    chance, clock = random.Random(11), FixedClock(SENT_AT)

    def flaky(tx: Connection, envelope: Envelope) -> Handling:
        outcome = record(tx, envelope)
        if chance.random() < 0.3:
            raise TimeoutError
        return outcome

    def all_handled() -> bool:
        clock.advance(timedelta(minutes=10))
        return mailbox.retry_due() == 0 and len(numbers_in(receiver)) >= MESSAGES

    put_questions(sender, range(MESSAGES), PARCOURS)
    with receiving(receiver, bus, flaky, clock) as mailbox:
        relay_until_sent(sender, RepeatingBus(bus))
        wait_until(all_handled)
    assert sorted(numbers_in(receiver)) == ALL


def test_a_message_that_can_never_be_handled_stops_no_other_and_stays_visible(
    sender: Database, receiver: Database, bus: MessageBus
) -> None:
    def handle(tx: Connection, envelope: Envelope) -> Handling:
        if envelope.data["number"] == 13:
            raise ValueError
        return record(tx, envelope)

    put_questions(sender, range(MESSAGES), PARCOURS)
    with receiving(receiver, bus, handle, SystemClock()):
        relay_until_sent(sender, bus)
        wait_until(lambda: len(numbers_in(receiver)) == MESSAGES - 1)
        wait_until(lambda: bus.depth("accompaniment") == 0)
    with receiver.read() as tx:
        assert [each.reason for each in operators.in_retry(tx)] == ["ValueError"]
    assert bus.depth(dead_queue("accompaniment")) == 0


def test_two_workers_talk_until_every_question_has_its_answer_once(
    sender: Database, receiver: Database, bus: MessageBus
) -> None:
    stop = Event()
    workers = [
        Thread(target=run_ledger, args=("enrolment", sender, bus, record, stop)),
        Thread(target=run_ledger, args=("accompaniment", receiver, bus, record_and_answer, stop)),
    ]
    for worker in workers:
        worker.start()
    put_questions(sender, range(MESSAGES), PARCOURS)
    try:
        wait_until(lambda: len(numbers_in(sender)) >= MESSAGES)
    finally:
        stop.set()
        for worker in workers:
            worker.join(12)
    assert sorted(numbers_in(sender)) == sorted(numbers_in(receiver)) == ALL
    assert not any(worker.is_alive() for worker in workers)
