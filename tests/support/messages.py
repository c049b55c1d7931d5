"""Builders of messages, and a handler that remembers what it was given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from shared.ids import uuid7
from shared.messaging.bus import Handler, MessageBus
from shared.messaging.envelope import Envelope

SENT_AT = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def message(number: int = 0, *, subject: str = "", kind: str = "enrolment.parcours_confie.v1",
            data: dict[str, Any] | None = None) -> Envelope:  # fmt: skip
    """A message of ``kind`` about the parcours ``subject`` (a new one when it is not said)."""
    return Envelope(
        id=uuid7(),
        type=kind,
        source=kind.partition(".")[0],
        subject=subject or uuid7(),
        time=SENT_AT,
        data={"number": number} if data is None else data,
    )


class Recorder:
    """A handler. ``fails`` decides, before a message counts as handled, whether this delivery fails."""

    def __init__(self, fails: Callable[[Envelope, int], bool] = lambda _envelope, _delivery: False) -> None:
        self.deliveries: list[str] = []
        self.handled: list[Envelope] = []
        self._fails = fails

    def __call__(self, envelope: Envelope) -> None:
        self.deliveries.append(envelope.id)
        if self._fails(envelope, self.deliveries.count(envelope.id)):
            raise RuntimeError("this delivery is to fail")
        self.handled.append(envelope)

    @property
    def numbers(self) -> list[int]:
        return [envelope.data["number"] for envelope in self.handled]


class Consumption:
    """A running consumer, in a thread."""

    def __init__(self, bus: MessageBus, queue: str, handler: Handler, **options: Any) -> None:
        self._stop = Event()
        self._thread = Thread(target=bus.consume, args=(queue, handler, self._stop), kwargs=options)
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Stop; AssertionError when the consumer is not done within ``seconds``."""
        self._stop.set()
        self._thread.join(seconds)
        assert not self._thread.is_alive(), f"the consumer did not stop within {seconds} s"


@contextmanager
def consuming(bus: MessageBus, queue: str, handler: Handler, **options: Any) -> Iterator[Consumption]:
    consumption = Consumption(bus, queue, handler, **options)
    try:
        yield consumption
    finally:
        consumption.stop()
