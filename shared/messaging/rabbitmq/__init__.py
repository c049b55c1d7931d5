"""The bus on RabbitMQ, by pika: confirms matched to their tags, returned messages named, quorum queues."""

import random as _random
import ssl
from collections.abc import Callable, Collection, Sequence
from threading import Event

from shared.messaging.backoff import Random
from shared.messaging.bus import Handler, Receipt, always, nothing
from shared.messaging.envelope import Envelope
from shared.messaging.rabbitmq.connections import parameters
from shared.messaging.rabbitmq.consumer import Consumer
from shared.messaging.rabbitmq.publisher import Publisher
from shared.messaging.rabbitmq.topology import Topology


class RabbitMQBus:
    """``url`` is ``amqp[s]://user:password@host:port/vhost``; the user is the sending service.

    ``declares``: whether this user may make exchanges and queues; else they are only checked to be there.
    ``prefetch``: messages fetched ahead of the handler. ``confirm_seconds``: patience with confirms.
    """

    def __init__(
        self, url: str, *, exchange: str = "parcours", queue_prefix: str = "", declares: bool = True,
        prefetch: int = 10, confirm_seconds: float = 30.0, name: str = "", tls: ssl.SSLContext | None = None,
        random: Random = _random.random,
    ) -> None:  # fmt: skip
        self._parameters = parameters(url, name, tls)
        self._prefix = queue_prefix
        self._prefetch = prefetch
        self._random = random
        self._topology = Topology(self._parameters, exchange, declares=declares)
        self._publisher = Publisher(self._parameters, exchange, confirm_seconds)

    def declare(self, queue: str, types: Collection[str]) -> None:
        """As in the port; BusUnavailable, or TopologyMissing when it is not ours to make and not there."""
        self._topology.declare(self._prefix + queue, types)

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        return self._publisher.publish(batch)

    def consume(
        self, queue: str, handler: Handler, stop: Event, *,
        ready: Callable[[], bool] = always, turn: Callable[[], None] = nothing,
    ) -> None:  # fmt: skip
        consumer = Consumer(
            self._parameters, self._prefix + queue, handler, stop,
            ready=ready, turn=turn, prefetch=self._prefetch, random=self._random,
        )  # fmt: skip
        consumer.run()

    def depth(self, queue: str) -> int:
        return self._topology.depth(self._prefix + queue)

    def close(self) -> None:
        self._publisher.close()

    def __repr__(self) -> str:
        return f"RabbitMQBus({self._parameters.host}:{self._parameters.port})"
