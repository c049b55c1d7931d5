"""Buses that misbehave on purpose, around a real one or by a script."""

import random
from collections.abc import Callable, Collection, Sequence
from threading import Event
from typing import Any

from shared.messaging.bus import BusUnavailable, Handler, MessageBus, Receipt
from shared.messaging.envelope import Envelope


class ScriptedBus:
    """Keeps what is published; ``verdict`` gives the reason to refuse a message, or None."""

    def __init__(self, verdict: Callable[[Envelope], str | None] = lambda _envelope: None) -> None:
        self.verdict = verdict
        self.batches: list[list[Envelope]] = []
        self.is_away = False

    @property
    def published(self) -> list[int]:
        """The numbers of the accepted messages."""
        accepted = [each for batch in self.batches for each in batch if self.verdict(each) is None]
        return [envelope.data["number"] for envelope in accepted]

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        if self.is_away:
            raise BusUnavailable
        self.batches.append(list(batch))
        reasons = [self.verdict(envelope) for envelope in batch]
        return [Receipt(e.id, reason is None, reason) for e, reason in zip(batch, reasons, strict=True)]

    def declare(self, queue: str, types: Collection[str]) -> None: ...

    def consume(self, queue: str, handler: Handler, stop: Event, **options: Any) -> None:
        stop.wait()

    def depth(self, queue: str) -> int:
        return 0

    def close(self) -> None: ...


class Killed(BaseException):
    """The process ends here, as by kill -9: nothing after this line runs."""


class WrappedBus:
    """A real bus, unchanged; subclasses change how it publishes."""

    def __init__(self, bus: MessageBus, seed: int = 7) -> None:
        self._bus = bus
        self._random = random.Random(seed)
        self.declare = bus.declare
        self.consume = bus.consume
        self.depth = bus.depth
        self.close = bus.close

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        return self._bus.publish(batch)


class RepeatingBus(WrappedBus):
    """Sends every message three times, shuffled."""

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        copies = [envelope for envelope in batch for _ in range(3)]
        self._random.shuffle(copies)
        receipts = {receipt.id: receipt for receipt in self._bus.publish(copies)}
        return [receipts[envelope.id] for envelope in batch]


class DyingBus(WrappedBus):
    """Publishes, and every other time ends the process before the relay can know."""

    def __init__(self, bus: MessageBus, seed: int = 7) -> None:
        super().__init__(bus, seed)
        self._calls = 0

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        receipts = self._bus.publish(batch)
        self._calls += 1
        if self._calls % 2:
            raise Killed
        return receipts
