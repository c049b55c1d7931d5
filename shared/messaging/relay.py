"""The relay: takes committed messages from the outbox to the bus, in order per parcours, at least once."""

import random as _random
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event

from shared.clock import Clock
from shared.database import Database
from shared.messaging import outbox
from shared.messaging.backoff import Random, delay
from shared.messaging.bus import REFUSED, BusUnavailable, MessageBus, Receipt, nothing
from shared.messaging.envelope import Envelope
from shared.messaging.signals import Signal, open_signal

BATCH = 100
POLL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0


class Relay:
    """``wake``: to be set after commits that put messages, where the database cannot notify (SQLite)."""

    def __init__(
        self, database: Database, bus: MessageBus, clock: Clock, wake: Event | None = None, *,
        random: Random = _random.random, poll_seconds: float = POLL_SECONDS,
    ) -> None:  # fmt: skip
        self._database = database
        self._bus = bus
        self._clock = clock
        self._wake = wake or Event()
        self._random = random
        self._poll_seconds = poll_seconds

    def nudge(self) -> None:
        """Something was put into the outbox and committed."""
        self._wake.set()

    def run_once(self) -> int:
        """Publish what is due, a hundred messages at most; how many were confirmed.

        Read, publish, mark, each for itself: a crash in between repeats messages (the mailbox drops
        repeats) and loses none, and no write lock is held while the broker is asked.
        """
        with self._database.read() as tx:
            heads = outbox.heads(tx, self._clock.now(), BATCH)
        if not heads:
            return 0
        receipts = self._bus.publish([envelope for _, envelope in heads])
        self._mark(heads, receipts)
        return sum(receipt.confirmed for receipt in receipts)

    def run(self, stop: Event, turn: Callable[[], None] = nothing) -> None:
        """Relay until ``stop``; of several workers on one PostgreSQL database only the leader publishes."""
        failures = 0
        with self._signal() as signal:
            while not stop.is_set():
                turn()
                try:
                    idle = not signal.may_lead() or self.run_once() == 0
                    failures = 0
                except BusUnavailable:
                    failures += 1
                    stop.wait(self._pause(failures))
                    continue
                if idle:
                    signal.wait(self._poll_seconds)

    def _pause(self, failures: int) -> float:
        return delay(failures, self._random, first=0.1, longest=LONGEST_PAUSE_SECONDS).total_seconds()

    def _signal(self) -> AbstractContextManager[Signal]:
        return open_signal(self._database, self._wake)

    def _mark(self, heads: list[tuple[int, Envelope]], receipts: list[Receipt]) -> None:
        now = self._clock.now()
        with self._database.begin() as tx:
            pairs = list(zip(heads, receipts, strict=True))
            outbox.mark_sent(tx, [row_id for (row_id, _), receipt in pairs if receipt.confirmed], now)
            for (row_id, _), receipt in pairs:
                if not receipt.confirmed:
                    outbox.mark_refused(tx, row_id, receipt.reason or REFUSED, now, self._random)
