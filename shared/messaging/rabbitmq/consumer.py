"""Consuming with manual acknowledgement: a message is taken once its handler has returned (committed)."""

import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Event
from typing import Any

import pika

from shared.messaging.backoff import Random, delay
from shared.messaging.bus import Handler
from shared.messaging.delivery import Verdict, deliver
from shared.messaging.rabbitmq.connections import FAILURES

logger = logging.getLogger(__name__)

TURN_SECONDS = 0.2
HELD_ATTEMPTS = 10  # about 20 s; then the messages go back, maybe to a worker that can reach its database
LONGEST_PAUSE_SECONDS = 15.0


class Consumer:
    """Connects, consumes, and connects again after a pause, until ``stop``."""

    def __init__(
        self, parameters: pika.ConnectionParameters, queue: str, handler: Handler, stop: Event, *,
        ready: Callable[[], bool], turn: Callable[[], None], prefetch: int, random: Random,
    ) -> None:  # fmt: skip
        self._parameters = parameters
        self._queue = queue
        self._handler = handler
        self._stop = stop
        self._ready = ready
        self._turn = turn
        self._prefetch = prefetch
        self._random = random
        self._failures = 0

    def run(self) -> None:
        while not self._stop.is_set():
            self._turn()
            # a blind reconnect, with the database away, would use up the delivery limit of good messages
            if not self._ready() or not self._connect_and_consume():
                self._failures += 1
                self._wait(
                    delay(
                        self._failures, self._random, first=0.1, longest=LONGEST_PAUSE_SECONDS
                    ).total_seconds()
                )

    def _connect_and_consume(self) -> bool:
        """Consume until ``stop`` (true) or until the connection is no good any more (false)."""
        try:
            with pika.BlockingConnection(self._parameters) as connection:
                return self._consume(connection)
        except FAILURES as error:
            logger.warning("the connection to queue %s was lost: %s", self._queue, type(error).__name__)
            return False

    def _consume(self, connection: Any) -> bool:
        channel = connection.channel()
        arrived: deque[tuple[int, bytes]] = deque()
        channel.basic_qos(prefetch_count=self._prefetch)
        channel.basic_consume(
            self._queue, lambda _, method, __, body: arrived.append((method.delivery_tag, body))
        )
        while not self._stop.is_set():
            self._turn()
            connection.process_data_events(time_limit=0 if arrived else TURN_SECONDS)
            if (
                not channel.consumer_tags
            ):  # the broker cancelled us, for example because the queue was deleted
                return False
            if arrived and not self._take(connection, channel, *arrived.popleft()):
                return self._stop.is_set()
        return True

    def _take(self, connection: Any, channel: Any, tag: int, body: bytes) -> bool:
        """Handle one message and tell the broker; false when it must go back."""
        verdict = deliver(
            body, self._handler, lambda s: self._hold(connection, s), self._random, HELD_ATTEMPTS
        )
        if verdict is Verdict.TAKEN:
            channel.basic_ack(tag)
            self._failures = 0
        elif verdict is Verdict.MALFORMED:
            channel.basic_reject(tag, requeue=False)
        return verdict is not Verdict.GIVEN_BACK

    def _hold(self, connection: Any, seconds: float) -> bool:
        """Pause with the heartbeat going on; false once we are to stop."""
        deadline = time.monotonic() + seconds
        while not self._stop.is_set() and (left := deadline - time.monotonic()) > 0:
            self._turn()
            connection.sleep(min(left, TURN_SECONDS))
        return not self._stop.is_set()

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._stop.is_set() and (left := deadline - time.monotonic()) > 0:
            self._turn()
            self._stop.wait(min(left, 1.0))
