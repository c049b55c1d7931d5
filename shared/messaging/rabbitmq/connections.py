"""Connections to the broker: one per thread, never shared, never kept after a doubt."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from shared.messaging.bus import BusUnavailable

HEARTBEAT_SECONDS = 30
BLOCKED_SECONDS = 30  # how long a broker in alarm may hold a connection
CONNECT_SECONDS = 5
FAILURES = (AMQPError, OSError)


def parameters(url: str, name: str, tls: ssl.SSLContext | None) -> pika.ConnectionParameters:
    """What every connection of this bus is opened with; ``name`` is shown in the broker's list."""
    result = pika.URLParameters(url)
    result.heartbeat = HEARTBEAT_SECONDS
    result.blocked_connection_timeout = BLOCKED_SECONDS
    result.socket_timeout = CONNECT_SECONDS
    result.stack_timeout = 2 * CONNECT_SECONDS
    result.connection_attempts = 1  # trying again is ours, with a pause that grows
    result.client_properties = {"connection_name": name}
    if tls is not None:
        result.ssl_options = pika.SSLOptions(tls, result.host)
    return result


@contextmanager
def brief_channel(parameters: pika.ConnectionParameters) -> Iterator[BlockingChannel]:
    """A channel on a connection of its own, for a few commands; BusUnavailable when the broker is away."""
    try:
        with pika.BlockingConnection(parameters) as connection:
            yield connection.channel()
    except FAILURES as error:
        raise BusUnavailable from error
