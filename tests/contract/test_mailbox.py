"""The mailbox: every received message has its effect once, whatever comes twice, early, or fails."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import Column, Connection, MetaData, String, Table, insert, select, text
from sqlalchemy.exc import ProgrammingError

from shared.clock import FixedClock
from shared.database import Database
from shared.errors import Conflict, Unavailable
from shared.messaging import operators
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import (
    MOST_ATTEMPTS,
    Handle,
    Handling,
    Mailbox,
    forget_rows,
    mark_handled,
    waiting_for,
)
from shared.messaging.tables import mailbox as mailbox_table
from tests.support.databases import MakeDatabase
from tests.support.ledger import create_ledger, numbers_in, record
from tests.support.messages import SENT_AT, message
from tests.support.plans import plans
from tests.support.waiting import wait_until

KIND = "enrolment.parcours_confie.v1"
awaiting = Table("awaiting", MetaData(), Column("subject", String(36), primary_key=True))


@pytest.fixture
def packages() -> Sequence[str]:
    return ["shared.messaging"]


@pytest.fixture
def database(make_database: MakeDatabase, packages: Sequence[str]) -> Database:
    made = make_database(packages)
    create_ledger(made)
    with made.begin() as tx:
        awaiting.metadata.create_all(tx)
    return made


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SENT_AT)


def mailbox_of(database: Database, handle: Handle, clock: FixedClock) -> Mailbox:
    return Mailbox(database, handle, clock, random=lambda: 0.5)


class Failing:
    """A handler that writes its effect and then fails, for the first ``times`` deliveries."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left = times
        self._error = error

    def __call__(self, tx: Connection, envelope: Envelope) -> Handling:
        record(tx, envelope)
        if self.left > 0:
            self.left -= 1
            raise self._error
        return Handling.HANDLED


def if_awaited(tx: Connection, envelope: Envelope) -> Handling:
    """What a service does: the effect happens when an instance awaits the message of this parcours."""
    awaited = tx.execute(select(awaiting).where(awaiting.c.subject == envelope.subject)).first()
    return record(tx, envelope) if awaited else Handling.WAITING


def begin_to_await(tx: Connection, subject: str, clock: FixedClock) -> None:
    """What an instance does when it comes to the catch event."""
    tx.execute(insert(awaiting).values(subject=subject))
    for envelope in waiting_for(tx, KIND, subject):
        record(tx, envelope)
        mark_handled(tx, envelope, clock.now())


def row_of(database: Database, envelope: Envelope) -> tuple[str, int, bool]:
    """(status, attempts, whether the payload is kept)."""
    with database.read() as tx:
        query = select(mailbox_table).where(mailbox_table.c.message_id == envelope.id)
        row = tx.execute(query).one()
        return row.status, row.attempts, row.envelope is not None


def test_a_message_that_comes_three_times_has_its_effect_once(database: Database, clock: FixedClock) -> None:
    mailbox, sent = mailbox_of(database, record, clock), message(1)
    for _ in range(3):
        mailbox.receive(sent)
    assert numbers_in(database) == [1]
    assert row_of(database, sent) == ("handled", 1, False)


def test_the_same_id_from_two_senders_is_two_messages(database: Database, clock: FixedClock) -> None:
    mailbox, sent = mailbox_of(database, record, clock), message(1)
    mailbox.receive(sent)
    mailbox.receive(Envelope(sent.id, "bilan.refus.v1", "bilan", sent.subject, sent.time, {"number": 2}))
    assert numbers_in(database) == [1, 2]


def test_a_message_received_by_several_threads_at_once_has_its_effect_once(
    database: Database, clock: FixedClock
) -> None:
    mailbox, sent = mailbox_of(database, record, clock), message(1)
    threads = [Thread(target=mailbox.receive, args=(sent,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers_in(database) == [1]


def test_an_effect_whose_handler_fails_is_undone_and_happens_once_when_it_succeeds(
    database: Database, clock: FixedClock
) -> None:
    mailbox, sent = mailbox_of(database, Failing(2, ValueError("no")), clock), message(1)
    mailbox.receive(sent)
    assert numbers_in(database) == []
    assert row_of(database, sent) == ("retry", 1, True)
    assert mailbox.retry_due() == 0
    clock.advance(timedelta(seconds=1))
    assert mailbox.retry_due() == 0
    assert row_of(database, sent) == ("retry", 2, True)
    clock.advance(timedelta(seconds=2))
    assert mailbox.retry_due() == 1
    mailbox.receive(sent)
    assert numbers_in(database) == [1]
    assert row_of(database, sent) == ("handled", 2, False)


def test_a_message_that_always_fails_is_parked_after_ten_attempts_and_the_others_flow(
    database: Database, clock: FixedClock
) -> None:
    def handle(tx: Connection, envelope: Envelope) -> Handling:
        if envelope.data["number"] == 13:
            raise Conflict
        return record(tx, envelope)

    mailbox, poison = mailbox_of(database, handle, clock), message(13)
    mailbox.receive(poison)
    attempts = 1
    while row_of(database, poison)[0] == "retry":
        mailbox.receive(message(attempts))
        clock.advance(timedelta(minutes=10))
        mailbox.retry_due()
        attempts += 1
    assert attempts == MOST_ATTEMPTS
    assert numbers_in(database) == list(range(1, MOST_ATTEMPTS))
    assert row_of(database, poison) == ("parked", MOST_ATTEMPTS, True)
    with database.read() as tx:
        [parked] = operators.parked(tx)
        assert operators.counts(tx) == operators.MailboxCounts(waiting=0, retry=0, parked=1)
    assert (parked.message_id, parked.source, parked.reason) == (poison.id, "enrolment", "errors.conflict")
    clock.advance(timedelta(days=365))
    assert mailbox.retry_due() == 0


def test_the_reason_and_the_log_of_a_failure_quote_nothing_about_people(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="shared")
    sent = message(data={"number": 1, "nom": "Zoé Nuñez"})
    mailbox = mailbox_of(database, Failing(2, ValueError("Zoé Nuñez n'est pas un nombre")), clock)
    mailbox.receive(sent)
    clock.advance(timedelta(seconds=1))
    mailbox.retry_due()
    with database.read() as tx:
        [failed] = operators.in_retry(tx)
    assert failed.reason == "ValueError"
    assert caplog.records
    assert "Nuñez" not in caplog.text + repr(failed)


def test_an_operator_sends_a_parked_message_through_again(database: Database, clock: FixedClock) -> None:
    handle, sent = Failing(1, ValueError()), message(1)
    mailbox = mailbox_of(database, handle, clock)
    mailbox.receive(sent)
    with database.begin() as tx:
        operators.park(tx, sent.source, sent.id, clock.now())
    clock.advance(timedelta(days=1))
    assert mailbox.retry_due() == 0
    with database.begin() as tx:
        operators.requeue(tx, sent.source, sent.id, clock.now())
    assert mailbox.retry_due() == 1
    assert numbers_in(database) == [1]


def test_only_what_is_parked_can_be_sent_through_again_and_only_what_fails_set_aside(
    database: Database, clock: FixedClock
) -> None:
    mailbox, sent = mailbox_of(database, record, clock), message(1)
    mailbox.receive(sent)
    for action in (operators.requeue, operators.park):
        for message_id in (sent.id, "unknown"):
            with pytest.raises(operators.UnknownMessage), database.begin() as tx:
                action(tx, sent.source, message_id, clock.now())


def test_a_message_that_nobody_awaits_yet_waits_without_a_time_limit(
    database: Database, clock: FixedClock
) -> None:
    mailbox, early = mailbox_of(database, if_awaited, clock), message(1, subject="a")
    mailbox.receive(early)
    mailbox.receive(early)
    clock.advance(timedelta(days=700))
    assert mailbox.retry_due() == 0
    assert row_of(database, early) == ("waiting", 1, True)
    with database.begin() as tx:
        begin_to_await(tx, "a", clock)
    assert numbers_in(database) == [1]
    assert row_of(database, early) == ("handled", 1, False)
    mailbox.receive(early)
    assert numbers_in(database) == [1]


def test_waiting_messages_are_found_by_type_and_parcours_in_the_order_they_were_sent(
    database: Database, clock: FixedClock
) -> None:
    mailbox = mailbox_of(database, if_awaited, clock)
    batch = [message(number, subject="a") for number in (1, 2, 3)]
    strangers = [message(4, subject="b"), message(5, subject="a", kind="enrolment.refus.v1")]
    for envelope in reversed([*batch, *strangers]):
        mailbox.receive(envelope)
    with database.begin() as tx:
        assert waiting_for(tx, KIND, "a") == batch
        assert waiting_for(tx, KIND, "c") == []
        assert operators.counts(tx).waiting == 5


def test_a_retried_message_may_find_that_nobody_awaits_it(database: Database, clock: FixedClock) -> None:
    failures = [ValueError()]

    def handle(tx: Connection, envelope: Envelope) -> Handling:
        if failures:
            raise failures.pop()
        return if_awaited(tx, envelope)

    mailbox, sent = mailbox_of(database, handle, clock), message(1, subject="a")
    mailbox.receive(sent)
    clock.advance(timedelta(seconds=2))
    assert mailbox.retry_due() == 1
    with database.begin() as tx:
        begin_to_await(tx, "a", clock)
    assert numbers_in(database) == [1]


def in_thread(action: Callable[[], None]) -> Thread:
    thread = Thread(target=action)
    thread.start()
    return thread


def test_an_instance_that_begins_to_await_while_its_message_is_put_aside_gets_it(
    database: Database, clock: FixedClock
) -> None:
    """The message looks first: it finds nobody, and before it is stored the instance looks and commits."""
    others: list[Thread] = []

    def begin() -> None:
        with database.begin() as tx:
            begin_to_await(tx, "a", clock)

    def handle(tx: Connection, envelope: Envelope) -> Handling:
        outcome = if_awaited(tx, envelope)
        if not others:
            others.append(in_thread(begin))
            if database.is_postgresql:  # on SQLite it cannot even begin before we are done
                others[0].join()
        return outcome

    sent = message(1, subject="a")
    mailbox_of(database, handle, clock).receive(sent)
    others[0].join()
    assert numbers_in(database) == [1]
    assert row_of(database, sent) == ("handled", 1, False)


def test_a_message_that_arrives_while_its_instance_is_about_to_await_it_is_not_put_aside(
    make_postgresql_database: MakeDatabase, packages: Sequence[str], clock: FixedClock
) -> None:
    """The instance looks first: it finds nothing, and before it commits the message looks."""
    database, sent = make_postgresql_database(packages), message(1, subject="a")
    create_ledger(database)
    with database.begin() as tx:
        awaiting.metadata.create_all(tx)

    with database.begin() as tx:
        begin_to_await(tx, "a", clock)
        receiving = in_thread(lambda: mailbox_of(database, if_awaited, clock).receive(sent))
        wait_until(lambda: not receiving.is_alive() or somebody_waits_for_a_lock(database))
    receiving.join()
    assert numbers_in(database) == [1]
    assert row_of(database, sent) == ("handled", 1, False)


def somebody_waits_for_a_lock(database: Database) -> bool:
    with database.read() as tx:
        return bool(tx.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())


def test_two_workers_that_retry_at_once_do_it_once(database: Database, clock: FixedClock) -> None:
    failing = mailbox_of(database, Failing(1000, ValueError()), clock)
    batch = [message(number) for number in range(20)]
    for envelope in batch:
        failing.receive(envelope)
    clock.advance(timedelta(seconds=2))
    mailbox = mailbox_of(database, record, clock)
    threads = [in_thread(lambda: wait_until(lambda: mailbox.retry_due() == 0)) for _ in range(3)]
    for thread in threads:
        thread.join()
    assert sorted(numbers_in(database)) == list(range(20))


def test_what_a_handler_puts_into_the_outbox_wakes_the_relay(database: Database, clock: FixedClock) -> None:
    wake = Event()
    mailbox = Mailbox(database, Failing(1, ValueError()), clock, random=lambda: 0.0, wake=wake.set)
    mailbox.receive(message(1))
    assert not wake.is_set()
    clock.advance(timedelta(seconds=2))
    mailbox.retry_due()
    assert wake.is_set()


def test_a_mailbox_is_ready_when_its_database_takes_writes(database: Database, clock: FixedClock) -> None:
    mailbox = mailbox_of(database, record, clock)
    assert mailbox.is_ready()
    with database.begin() as tx:
        tx.execute(text("DROP TABLE mailbox"))
    assert not mailbox.is_ready()


def test_a_message_that_cannot_be_stored_is_left_to_the_bus(database: Database, clock: FixedClock) -> None:
    mailbox, sent = mailbox_of(database, record, clock), message(1)
    with database.begin() as tx:
        tx.execute(text("ALTER TABLE mailbox RENAME TO elsewhere"))
    with pytest.raises((Unavailable, ProgrammingError)):
        mailbox.receive(sent)
    assert numbers_in(database) == []
    with database.begin() as tx:
        tx.execute(text("ALTER TABLE elsewhere RENAME TO mailbox"))
    mailbox.receive(sent)
    assert numbers_in(database) == [1]


def test_what_was_handled_long_ago_is_forgotten_and_what_waits_stays(
    database: Database, clock: FixedClock
) -> None:
    mailbox = mailbox_of(database, record, clock)
    done, waiting = message(1), message(2)
    mailbox.receive(done)
    mailbox_of(database, lambda _tx, _envelope: Handling.WAITING, clock).receive(waiting)
    for days, gone in ((800, 0), (1, 1), (1, 0)):
        clock.advance(timedelta(days=days))
        with database.begin() as tx:
            assert forget_rows(tx, {done.source}, clock.now()) == gone
    with database.read() as tx:
        assert tx.scalars(select(mailbox_table.c.message_id)).all() == [waiting.id]


def test_a_long_history_is_not_read_to_find_what_is_to_be_done(database: Database, clock: FixedClock) -> None:
    old = [
        {"source": "s", "message_id": f"{n}", "type": KIND, "subject": f"s{n}", "status": "handled",
         "attempts": 1, "due_at": SENT_AT, "received_at": SENT_AT}
        for n in range(5000)
    ]  # fmt: skip
    mailbox = mailbox_of(database, if_awaited, clock)
    with database.begin() as tx:
        tx.execute(insert(mailbox_table), old)
        tx.execute(text("ANALYZE mailbox"))
    mailbox.receive(message(1))
    for plan in [
        *plans(database, lambda tx: waiting_for(tx, KIND, "a")),
        *plans(database, operators.counts),
        *plans(database, operators.parked),
        *plans(database, lambda _tx: mailbox.retry_due()),
    ]:
        assert "Seq Scan" not in plan
        assert "mailbox_" in plan or "advisory" in plan or "Result" in plan
