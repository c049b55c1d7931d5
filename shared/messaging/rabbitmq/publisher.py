"""Publishing with pipelined confirms: a batch goes out at once, each confirm is matched to its tag."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Lock, Thread
from typing import Any

import pika
from pika.spec import PERSISTENT_DELIVERY_MODE, Basic

from shared.messaging.bus import REFUSED, UNROUTABLE, BusUnavailable, Receipt
from shared.messaging.envelope import CONTENT_TYPE, Envelope, to_json
from shared.messaging.rabbitmq.connections import CONNECT_SECONDS

logger = logging.getLogger(__name__)


class Publisher:
    """Keeps one line to the broker; on any doubt about a confirm it is dropped; the next batch opens one."""

    def __init__(self, parameters: pika.ConnectionParameters, exchange: str, confirm_seconds: float) -> None:
        self._parameters = parameters
        self._exchange = exchange
        self._confirm_seconds = confirm_seconds
        self._turn = Lock()
        self._line: _Line | None = None

    def publish(self, batch: Sequence[Envelope]) -> list[Receipt]:
        if not batch:
            return []
        with self._turn:
            try:
                return self._open_line().publish(batch, self._confirm_seconds)
            except BusUnavailable:
                self.close()
                raise

    def close(self) -> None:
        """Hang up; a batch that is under way fails at once. The next ``publish`` opens a new line."""
        line, self._line = self._line, None
        if line is not None:
            line.hang_up()

    def _open_line(self) -> "_Line":
        if self._line is None or not self._line.is_up():
            self.close()
            self._line = _Line(self._parameters, self._exchange)
            self._line.call()
        return self._line


class _Batch:
    """Messages on their way, by delivery tag. Touched by the line's thread only, until ``done`` is set."""

    def __init__(self, envelopes: Sequence[Envelope]) -> None:
        self.envelopes = envelopes
        self.done = Event()
        self.is_certain = False
        self._open: dict[int, Envelope] = {}
        self._reasons: dict[str, str] = {}

    def sent(self, tag: int, envelope: Envelope) -> None:
        self._open[tag] = envelope

    def returned(self, message_id: str) -> None:
        """Nobody takes it; the broker confirms it afterwards nevertheless."""
        self._reasons[message_id] = UNROUTABLE

    def settled(self, tag: int, *, and_before: bool, accepted: bool) -> None:
        tags = [each for each in self._open if each == tag or (and_before and each < tag)]
        for envelope in map(self._open.pop, tags):
            if not accepted:
                self._reasons[envelope.id] = REFUSED
        if not self._open:
            self.is_certain = True
            self.done.set()

    def receipts(self) -> list[Receipt]:
        return [
            Receipt(envelope.id, envelope.id not in self._reasons, self._reasons.get(envelope.id))
            for envelope in self.envelopes
        ]


class _Line:
    """A connection with a thread of its own: heartbeats are answered while nobody publishes."""

    def __init__(self, parameters: pika.ConnectionParameters, exchange: str) -> None:
        self._parameters = parameters
        self._exchange = exchange
        self._answered = Event()
        self._is_up = False
        self._is_blocked = False
        self._next_tag = 1
        self._batch: _Batch | None = None
        self._connection: Any = None
        self._channel: Any = None
        self._thread = Thread(target=self._turn_loop, name="rabbitmq-publisher", daemon=True)

    def call(self) -> None:
        """Connect and open a channel in confirm mode; BusUnavailable when that does not succeed in time."""
        self._thread.start()
        self._answered.wait(3 * CONNECT_SECONDS)
        if not self._is_up:
            raise BusUnavailable

    def is_up(self) -> bool:
        return self._is_up

    def publish(self, envelopes: Sequence[Envelope], seconds: float) -> list[Receipt]:
        if self._is_blocked:  # memory or disk alarm: the broker would not read what we send
            raise BusUnavailable
        batch = _Batch(envelopes)
        self._batch = batch
        if not self._is_up:  # asked after the batch is known: else a failure at this moment would not end it
            raise BusUnavailable
        self._in_loop(lambda: self._send(batch))
        batch.done.wait(seconds)
        if not batch.is_certain:
            raise BusUnavailable
        return batch.receipts()

    def hang_up(self) -> None:
        if self._thread.is_alive():
            self._in_loop(self._close)
            self._thread.join(CONNECT_SECONDS)

    # everything below runs in the line's thread

    def _turn_loop(self) -> None:
        try:
            self._connection = pika.SelectConnection(
                self._parameters, self._on_open, self._on_failure, self._on_failure
            )
            self._connection.ioloop.start()
        except Exception as error:
            logger.warning("publishing to the broker failed: %s", type(error).__name__)
        finally:
            self._fail()
            if self._connection is not None:
                self._connection.ioloop.close()

    def _in_loop(self, action: Callable[[], None]) -> None:
        if self._connection is not None:
            self._connection.ioloop.add_callback_threadsafe(action)

    def _on_open(self, connection: Any) -> None:
        connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(blocked=True))
        connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(blocked=False))
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=self._on_confirm_mode)

    def _on_confirm_mode(self, _frame: Any) -> None:
        self._is_up = True
        self._answered.set()

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        if self._batch is not None:
            self._batch.returned(properties.message_id)

    def _on_confirm(self, frame: Any) -> None:
        if self._batch is not None:
            confirm = frame.method
            accepted = isinstance(confirm, Basic.Ack)
            self._batch.settled(confirm.delivery_tag, and_before=confirm.multiple, accepted=accepted)

    def _on_channel_closed(self, _channel: Any, reason: Exception) -> None:
        """A command was refused (no such exchange, no right to a type), no telling for which message."""
        if self._is_up:
            logger.warning(
                "the broker closed the channel for publishing: %s", getattr(reason, "reply_code", "?")
            )
        self._close()

    def _on_failure(self, connection: Any, _error: Exception) -> None:
        connection.ioloop.stop()

    def _set_blocked(self, *, blocked: bool) -> None:
        self._is_blocked = blocked

    def _send(self, batch: _Batch) -> None:
        for envelope in batch.envelopes:
            self._channel.basic_publish(
                self._exchange,
                envelope.type,
                to_json(envelope),
                properties=_properties(envelope),
                mandatory=True,
            )
            batch.sent(self._next_tag, envelope)
            self._next_tag += 1

    def _close(self) -> None:
        self._fail()
        if not (self._connection.is_closing or self._connection.is_closed):
            self._connection.close()

    def _fail(self) -> None:
        self._is_up = False
        self._answered.set()
        if self._batch is not None:
            self._batch.done.set()


def _properties(envelope: Envelope) -> pika.BasicProperties:
    return pika.BasicProperties(
        delivery_mode=PERSISTENT_DELIVERY_MODE,
        content_type=CONTENT_TYPE,
        message_id=envelope.id,
        type=envelope.type,
        app_id=envelope.source,
    )
