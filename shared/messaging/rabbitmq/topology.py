"""Exchanges and queues: made by the worker that needs them, or found there by a user who may not make them."""

from collections.abc import Collection

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from shared.messaging.bus import TopologyMissing, dead_queue
from shared.messaging.rabbitmq.connections import brief_channel

# Counts crashes of the consumer; RabbitMQ 4 has 20 by default, and prefetched neighbours are counted too.
DELIVERY_LIMIT = 50
NOT_FOUND = 404


class Topology:
    """One topic exchange; per queue a binding for each type and a dead queue behind a second exchange."""

    def __init__(self, parameters: pika.ConnectionParameters, exchange: str, *, declares: bool) -> None:
        self._parameters = parameters
        self._exchange = exchange
        self._declares = declares

    def declare(self, queue: str, types: Collection[str]) -> None:
        if not self._declares:
            self.depth(queue)
            return
        with brief_channel(self._parameters) as channel:
            self._make_exchanges(channel)
            self._make_queues(channel, queue)
            for message_type in types:
                channel.queue_bind(queue, self._exchange, message_type)

    def depth(self, queue: str) -> int:
        """Messages ready in ``queue``; TopologyMissing when there is no such queue."""
        try:
            with brief_channel(self._parameters) as channel:
                return _count(channel, queue)
        except _Missing:
            raise TopologyMissing(name=queue) from None

    def _make_exchanges(self, channel: BlockingChannel) -> None:
        channel.exchange_declare(self._exchange, "topic", durable=True)
        channel.exchange_declare(self._dead_exchange, "direct", durable=True)

    def _make_queues(self, channel: BlockingChannel, queue: str) -> None:
        channel.queue_declare(queue, durable=True, arguments=self._arguments(queue))
        dead = dead_queue(queue)
        channel.queue_declare(dead, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(dead, self._dead_exchange, queue)

    def _arguments(self, queue: str) -> dict[str, str | int]:
        return {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": self._dead_exchange,
            "x-dead-letter-routing-key": queue,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",  # at-least-once needs it; a full queue refuses, it drops nothing
        }

    @property
    def _dead_exchange(self) -> str:
        return f"{self._exchange}.dlx"


class _Missing(Exception):
    """The broker knows no such queue."""


def _count(channel: BlockingChannel, queue: str) -> int:
    try:
        count: int = channel.queue_declare(queue, passive=True).method.message_count
    except ChannelClosedByBroker as error:
        if error.reply_code == NOT_FOUND:
            raise _Missing from None
        raise
    return count
