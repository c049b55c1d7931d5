"""The port to the message bus; its adapters are ``rabbitmq`` and ``embedded`` beside it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from threading import Event
from typing import ClassVar, Protocol

from shared.errors import Unavailable
from shared.messaging.envelope import Envelope

Handler = Callable[[Envelope], None]

UNROUTABLE = "unroutable"  # no queue takes this type
REFUSED = "refused"  # the broker said no, for example because a queue is full
UNHANDLED = "unhandled"  # embedded bus only: a receiver has not handled it yet


class BusUnavailable(Unavailable):
    """The broker does not answer, or stopped answering: what it has of a batch is unknown."""

    code: ClassVar[str] = "messaging.bus_unavailable"


class TopologyMissing(Unavailable):
    """The exchange or queue ``name`` does not exist, and this service is not allowed to make it."""

    code: ClassVar[str] = "messaging.topology_missing"


@dataclass(frozen=True)
class Receipt:
    """What became of one published message. Not confirmed: ``reason`` says why, and nobody will get it."""

    id: str
    confirmed: bool
    reason: str | None = None


def always() -> bool:
    return True


def nothing() -> None:
    return None


class MessageBus(Protocol):
    """Topics and queues, at least once. Safe to use from several threads."""

    def declare(self, queue: str, types: Collection[str]) -> None:
        """Make ``queue`` receive these types (exact, or with the wildcards ``*`` and ``#``); repeatable."""

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        """Publish and wait: one receipt per envelope, in order. BusUnavailable: publish all of it again."""

    def consume(
        self, queue: str, handler: Handler, stop: Event, *,
        ready: Callable[[], bool] = always, turn: Callable[[], None] = nothing,
    ) -> None:  # fmt: skip
        """Give each message to ``handler`` until ``stop`` is set; it is taken when the handler returns.

        A handler that raises gets the same message again after a pause; one that raises MalformedEnvelope
        sends it to the dead queue, ``QUEUE.dead``. Nothing is fetched before ``ready()`` is true. ``turn``
        is called at least once a second while no handler runs. Reconnects by itself.
        """

    def depth(self, queue: str) -> int:
        """How many messages lie in ``queue`` and have not been fetched."""

    def close(self) -> None:
        """Let go of the connection for publishing."""


def dead_queue(queue: str) -> str:
    """Where the messages of ``queue`` go that are malformed, or that killed the process too often."""
    return f"{queue}.dead"
