"""The bus inside one process, on kombu's memory transport: the default of one machine, without a broker.

That transport loses what is not acknowledged, ignores ``mandatory`` and requeues to the wrong queues. So this
adapter routes by itself, puts a copy into each receiver's queue by name, and confirms a message only when
every receiver has *handled* it: until then it is in the sender's outbox, which survives a crash.
"""

# mypy: allow-untyped-calls
# (kombu says that it is typed, and is in part)

import random as _random
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from threading import Condition, Event

from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Producer

from shared.messaging.backoff import Random
from shared.messaging.bus import (
    UNHANDLED,
    UNROUTABLE,
    BusUnavailable,
    Handler,
    Receipt,
    always,
    dead_queue,
    nothing,
)
from shared.messaging.delivery import Verdict, deliver
from shared.messaging.envelope import CONTENT_TYPE, Envelope, to_json

TURN_SECONDS = 0.2


class EmbeddedBus:
    """One object serves every service of the process. ``prefix`` keeps two buses apart, kombu being global.

    ``confirm_seconds``: how long ``publish`` waits for the receivers before it answers "unhandled".
    """

    def __init__(
        self, *, prefix: str = "", confirm_seconds: float = 5.0, random: Random = _random.random
    ) -> None:
        self._prefix = prefix
        self._confirm_seconds = confirm_seconds
        self._random = random
        self._changed = Condition()
        self._channel = Connection("memory://").channel()
        self._open = True
        self._patterns: dict[str, set[str]] = defaultdict(set)
        self._unhandled: set[tuple[str, str]] = set()  # (queue, message id): published, not handled
        self._given_back: dict[str, deque[tuple[str, bytes]]] = defaultdict(deque)

    def declare(self, queue: str, types: Collection[str]) -> None:
        with self._changed:
            for name in (queue, dead_queue(queue)):
                self._queue(name).declare()
            self._patterns[queue].update(types)

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        receivers = [self._receivers(envelope.type) for envelope in batch]
        with self._changed:
            self._check_open()
            awaited = [
                {self._put(queue, envelope) for queue in queues}
                for envelope, queues in zip(batch, receivers, strict=True)
            ]
            self._wait_until_handled(set().union(*awaited))
            return [self._receipt(envelope, keys) for envelope, keys in zip(batch, awaited, strict=True)]

    def consume(
        self, queue: str, handler: Handler, stop: Event, *,
        ready: Callable[[], bool] = always, turn: Callable[[], None] = nothing,
    ) -> None:  # fmt: skip
        def pause(seconds: float) -> bool:
            stop.wait(seconds)
            turn()
            return not stop.is_set()

        while not ready() and pause(TURN_SECONDS * (1 + self._random())):
            pass
        while not stop.is_set():
            turn()
            message = self._take(queue)
            if message is not None:
                self._settle(queue, *message, deliver(message[1], handler, pause, self._random))

    def depth(self, queue: str) -> int:
        with self._changed:
            waiting: int = self._queue(queue).queue_declare(passive=True).message_count
            return waiting + len(self._given_back[queue])

    def close(self) -> None:
        """Forget the queues with their messages: whatever was not handled is still in its sender's outbox."""
        with self._changed:
            if self._open:
                self._open = False
                for name in self._patterns:
                    self._queue(name).delete()
                    self._queue(dead_queue(name)).delete()
                self._channel.connection.client.close()
            self._changed.notify_all()

    def put_raw(self, queue: str, message_id: str, body: bytes) -> None:
        """Put bytes into ``queue`` as they are."""
        with self._changed:
            Producer(self._channel).publish(
                body, exchange="", routing_key=self._prefix + queue, message_id=message_id,
                content_type=CONTENT_TYPE, content_encoding="binary",
            )  # fmt: skip
            self._changed.notify_all()

    def _queue(self, name: str) -> Queue:
        return Queue(self._prefix + name, durable=False)(self._channel)

    def _receivers(self, message_type: str) -> list[str]:
        with self._changed:
            return [
                queue
                for queue, patterns in self._patterns.items()
                if any(_matches(pattern, message_type) for pattern in patterns)
            ]

    def _put(self, queue: str, envelope: Envelope) -> tuple[str, str]:
        """A copy for ``queue``, unless one from an earlier publish, which timed out, is still there."""
        key = (queue, envelope.id)
        if key not in self._unhandled:
            self._unhandled.add(key)
            self.put_raw(queue, envelope.id, to_json(envelope))
        return key

    def _wait_until_handled(self, keys: set[tuple[str, str]]) -> None:
        def settled() -> bool:
            return not self._open or self._unhandled.isdisjoint(keys)

        self._changed.wait_for(settled, timeout=self._confirm_seconds)

    def _receipt(self, envelope: Envelope, keys: set[tuple[str, str]]) -> Receipt:
        if not keys:
            return Receipt(envelope.id, confirmed=False, reason=UNROUTABLE)
        handled = self._unhandled.isdisjoint(keys)
        return Receipt(envelope.id, confirmed=handled, reason=None if handled else UNHANDLED)

    def _take(self, queue: str) -> tuple[str, bytes] | None:
        """The next message (id, body), waiting for it no longer than a turn."""
        deadline = time.monotonic() + TURN_SECONDS
        with self._changed:
            while True:
                self._check_open()
                if self._given_back[queue]:
                    return self._given_back[queue].popleft()
                message = self._queue(queue).get(no_ack=True)
                if message is not None:
                    return message.properties["message_id"], _bytes(message.body)
                if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    return None

    def _check_open(self) -> None:
        if not self._open:
            raise BusUnavailable

    def _settle(self, queue: str, message_id: str, body: bytes, verdict: Verdict) -> None:
        with self._changed:
            if verdict is Verdict.GIVEN_BACK:
                self._given_back[queue].append((message_id, body))
                return
            if verdict is Verdict.MALFORMED:
                self.put_raw(dead_queue(queue), message_id, body)
            self._unhandled.discard((queue, message_id))
            self._changed.notify_all()


def _bytes(body: bytes | str) -> bytes:
    return body.encode() if isinstance(body, str) else body


def _matches(pattern: str, message_type: str) -> bool:
    """Whether a topic pattern (``*`` one word, ``#`` any number of words) takes ``message_type``."""
    return re.fullmatch(_expression(pattern), message_type) is not None


def _expression(pattern: str) -> str:
    words = [{"*": r"[^.]+", "#": r".*"}.get(word, re.escape(word)) for word in pattern.split(".")]
    return r"\.".join(words).replace(r"\..*", r"(\..*)?").replace(r".*\.", r"(.*\.)?")
