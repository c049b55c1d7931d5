"""The outbox and its relay: what is committed leaves, in order per parcours, and nothing is lost on the way."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import pytest
from sqlalchemy import func, insert, select, text

from shared.clock import FixedClock
from shared.database import Database
from shared.messaging import outbox
from shared.messaging.bus import UNROUTABLE, BusUnavailable, Receipt
from shared.messaging.envelope import Envelope
from shared.messaging.relay import BATCH, Relay
from shared.messaging.tables import outbox as outbox_table
from tests.support.databases import MakeDatabase
from tests.support.faults import DyingBus, Killed, ScriptedBus
from tests.support.messages import SENT_AT, message
from tests.support.plans import plans
from tests.support.waiting import wait_until


@pytest.fixture
def packages() -> Sequence[str]:
    return ["shared.messaging"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SENT_AT)


def put(database: Database, *envelopes: Envelope) -> None:
    with database.begin() as tx:
        for envelope in envelopes:
            outbox.put(tx, envelope, SENT_AT)


def relay_of(database: Database, bus: ScriptedBus | DyingBus, clock: FixedClock) -> Relay:
    return Relay(database, bus, clock, random=lambda: 0.5)


def pending(database: Database) -> list[outbox.PendingMessage]:
    with database.read() as tx:
        return outbox.pending(tx)


def test_a_message_leaves_if_its_transaction_is_committed_and_only_then(
    database: Database, clock: FixedClock
) -> None:
    bus = ScriptedBus()
    put(database, message(1))
    with database.begin() as tx:
        outbox.put(tx, message(2), SENT_AT)
        tx.rollback()
    assert relay_of(database, bus, clock).run_once() == 1
    assert bus.published == [1]


def test_a_confirmed_message_does_not_leave_again(database: Database, clock: FixedClock) -> None:
    bus = ScriptedBus()
    put(database, message(1))
    relay = relay_of(database, bus, clock)
    assert [relay.run_once(), relay.run_once()] == [1, 0]
    assert pending(database) == []


def test_the_bytes_that_leave_are_those_that_were_put(database: Database, clock: FixedClock) -> None:
    bus, sent = ScriptedBus(), message(data={"nom": "Œuvré 🎓"})
    put(database, sent)
    relay_of(database, bus, clock).run_once()
    assert bus.batches == [[sent]]


def test_messages_of_one_parcours_leave_one_after_the_other_others_beside_them(
    database: Database, clock: FixedClock
) -> None:
    bus = ScriptedBus()
    put(
        database,
        message(1, subject="a"),
        message(2, subject="a"),
        message(3, subject="b"),
        message(4, subject="a"),
    )
    relay = relay_of(database, bus, clock)
    assert [relay.run_once() for _ in range(4)] == [2, 1, 1, 0]
    assert [[each.data["number"] for each in batch] for batch in bus.batches] == [[1, 3], [2], [4]]


def test_a_batch_has_a_hundred_messages_at_most(database: Database, clock: FixedClock) -> None:
    bus = ScriptedBus()
    put(database, *[message(number) for number in range(BATCH + 5)])
    relay = relay_of(database, bus, clock)
    assert [relay.run_once(), relay.run_once()] == [BATCH, 5]
    assert bus.published == list(range(BATCH + 5))


def test_an_unroutable_message_stays_visible_with_its_reason_and_holds_back_its_own_parcours_only(
    database: Database, clock: FixedClock
) -> None:
    bus = ScriptedBus(verdict=lambda envelope: UNROUTABLE if envelope.type.endswith("inconnu.v1") else None)
    stuck = message(1, subject="a", kind="enrolment.inconnu.v1")
    put(database, stuck, message(2, subject="a"), message(3, subject="b"))
    relay = relay_of(database, bus, clock)
    assert [relay.run_once(), relay.run_once()] == [1, 0]
    assert bus.published == [3]
    first, second = pending(database)
    assert (first.message_id, first.attempts, first.reason) == (stuck.id, 1, UNROUTABLE)
    assert (second.attempts, second.reason) == (0, None)


def test_an_unroutable_message_is_tried_again_with_growing_pauses_and_leaves_before_its_successors(
    database: Database, clock: FixedClock
) -> None:
    bus = ScriptedBus(verdict=lambda envelope: UNROUTABLE if envelope.data["number"] == 1 else None)
    put(database, message(1, subject="a"), message(2, subject="a"))
    relay = relay_of(database, bus, clock)
    pauses = []
    for _ in range(9):
        relay.run_once()
        pauses.append((pending(database)[0].due_at - clock.now()).total_seconds())
        clock.set(pending(database)[0].due_at)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    bus.verdict = lambda _envelope: None
    assert [relay.run_once() for _ in range(3)] == [1, 1, 0]
    assert [batch[0].data["number"] for batch in bus.batches] == [1] * 10 + [2]


def test_while_the_bus_is_away_messages_wait_without_a_mark(database: Database, clock: FixedClock) -> None:
    bus = ScriptedBus()
    bus.is_away = True
    put(database, message(1))
    relay = relay_of(database, bus, clock)
    with pytest.raises(BusUnavailable):
        relay.run_once()
    assert [(each.attempts, each.reason) for each in pending(database)] == [(0, None)]
    bus.is_away = False
    assert relay.run_once() == 1


def test_a_relay_killed_between_publishing_and_marking_publishes_again(
    database: Database, clock: FixedClock
) -> None:
    bus = ScriptedBus()
    put(database, message(1, subject="a"), message(2, subject="a"))
    dying = relay_of(database, DyingBus(bus), clock)
    for _ in range(2):
        with pytest.raises(Killed):
            dying.run_once()
        dying.run_once()
    assert bus.published == [1, 1, 2, 2]
    assert pending(database) == []


def test_no_write_lock_is_held_while_the_bus_is_asked(database: Database, clock: FixedClock) -> None:
    class WritingBus(ScriptedBus):
        def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
            if not self.batches:
                put(database, message(2))
            return super().publish(batch)

    bus = WritingBus()
    put(database, message(1))
    relay = relay_of(database, bus, clock)
    assert [relay.run_once() for _ in range(3)] == [1, 1, 0]


def test_payloads_are_erased_seven_days_after_they_were_confirmed(
    database: Database, clock: FixedClock
) -> None:
    bus = ScriptedBus(verdict=lambda envelope: UNROUTABLE if envelope.data["number"] == 2 else None)
    put(database, message(1), message(2))
    relay_of(database, bus, clock).run_once()
    clock.advance(timedelta(days=7))
    assert forgotten(database, clock) == 0
    clock.advance(timedelta(seconds=1))
    assert forgotten(database, clock) == 1
    assert forgotten(database, clock) == 0
    with database.read() as tx:
        rows = tx.execute(select(outbox_table.c.sent_at, outbox_table.c.envelope)).all()
    assert [row.envelope is None for row in rows] == [row.sent_at is not None for row in rows]


def forgotten(database: Database, clock: FixedClock) -> int:
    with database.begin() as tx:
        return outbox.forget(tx, clock.now())


def test_what_was_sent_long_ago_is_forgotten_and_what_was_not_sent_stays(
    database: Database, clock: FixedClock
) -> None:
    put(database, message(1), message(2))
    with database.begin() as tx:
        first, _ = outbox.heads(tx, clock.now(), limit=2)[0]
        outbox.mark_sent(tx, [first], clock.now())
    for days, gone in ((800, 0), (1, 1), (1, 0)):
        clock.advance(timedelta(days=days))
        with database.begin() as tx:
            assert outbox.forget_rows(tx, clock.now()) == gone
    assert len(pending(database)) == 1


def test_operators_see_how_much_waits_and_since_when(database: Database, clock: FixedClock) -> None:
    with database.read() as tx:
        assert outbox.backlog(tx) == outbox.Backlog(pending=0, oldest_at=None)
    put(database, message(1), message(2))
    with database.read() as tx:
        assert outbox.backlog(tx) == outbox.Backlog(pending=2, oldest_at=SENT_AT)


def test_a_long_history_is_not_read_to_find_what_is_to_be_sent(database: Database, clock: FixedClock) -> None:
    rows = [
        {"message_id": f"old-{n}", "type": "t.t", "subject": f"s{n}", "created_at": SENT_AT, "due_at": SENT_AT,
         "sent_at": SENT_AT}
        for n in range(5000)
    ]  # fmt: skip
    with database.begin() as tx:
        tx.execute(insert(outbox_table), rows)
        tx.execute(text("ANALYZE outbox"))
    put(database, message(1))
    for ask in (lambda tx: outbox.heads(tx, clock.now(), BATCH), outbox.backlog, outbox.pending):
        [plan] = plans(database, ask)
        assert "outbox_p" in plan
        assert "Seq Scan" not in plan


def has_published(bus: ScriptedBus, number: int) -> bool:
    return bus.published[-1:] == [number]


def running(relay: Relay, stop: Event) -> Thread:
    thread = Thread(target=relay.run, args=(stop,))
    thread.start()
    return thread


def test_a_commit_wakes_the_relay_at_once(database: Database, clock: FixedClock) -> None:
    bus, stop = ScriptedBus(), Event()
    relay = Relay(database, bus, clock, poll_seconds=60)
    thread = running(relay, stop)
    try:
        for number in (1, 2):
            put(database, message(number))
            if not database.is_postgresql:
                relay.nudge()
            wait_until(partial(has_published, bus, number))
    finally:
        stop.set()
        put(database, message(3))
        relay.nudge()
        thread.join(10)
    assert not thread.is_alive()


def test_of_two_relays_on_one_postgresql_database_one_leads_and_the_other_takes_over(
    make_postgresql_database: MakeDatabase, packages: Sequence[str], clock: FixedClock
) -> None:
    database = make_postgresql_database(packages)
    buses, stops = [ScriptedBus(), ScriptedBus()], [Event(), Event()]
    turned = Event()
    first = running(Relay(database, buses[0], clock), stops[0])
    put(database, message(1))
    wait_until(lambda: buses[0].published == [1])
    second = Thread(target=Relay(database, buses[1], clock).run, args=(stops[1], turned.set))
    second.start()
    for number in (2, 3):
        turned.clear()
        put(database, message(number))
        wait_until(partial(has_published, buses[0], number))
        assert turned.wait(10)
    stops[0].set()
    first.join(10)
    put(database, message(4))
    wait_until(lambda: buses[1].published == [4])
    stops[1].set()
    second.join(10)
    assert buses[0].published == [1, 2, 3]


def test_a_relay_on_a_bus_that_comes_and_goes_catches_up(database: Database, clock: FixedClock) -> None:
    bus, stop = ScriptedBus(), Event()
    bus.is_away = True
    thread = running(Relay(database, bus, clock, random=lambda: 0.0), stop)
    put(database, *[message(number) for number in range(10)])
    bus.is_away = False
    wait_until(lambda: len(bus.published) == 10)
    stop.set()
    thread.join(10)
    with database.read() as tx:
        sent = tx.execute(select(func.count()).where(outbox_table.c.sent_at.is_not(None))).scalar_one()
    assert sent == 10
