"""``bus``: a test runs on the embedded bus and on RabbitMQ, each with names that no other test uses."""

from collections.abc import Callable, Iterator
from itertools import count

import pika
import pytest

from shared.ids import uuid7
from shared.messaging.bus import MessageBus
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.rabbitmq import RabbitMQBus
from shared.servers.rabbitmq import PrivateRabbitMQ

PutRaw = Callable[[str, bytes], None]
CONFIRM_SECONDS = 1.0


@pytest.fixture
def bus_prefix() -> str:
    return f"test-{uuid7()}."


@pytest.fixture
def embedded_bus(bus_prefix: str) -> Iterator[EmbeddedBus]:
    bus = EmbeddedBus(prefix=bus_prefix, confirm_seconds=CONFIRM_SECONDS)
    yield bus
    bus.close()


@pytest.fixture
def rabbitmq_bus(rabbitmq_server: PrivateRabbitMQ, bus_prefix: str) -> Iterator[RabbitMQBus]:
    bus = RabbitMQBus(rabbitmq_server.url, exchange=f"{bus_prefix}parcours", queue_prefix=bus_prefix)
    yield bus
    bus.close()


@pytest.fixture(params=("embedded", "rabbitmq"))
def bus(request: pytest.FixtureRequest) -> MessageBus:
    made: MessageBus = request.getfixturevalue(f"{request.param}_bus")
    return made


@pytest.fixture
def put_raw(request: pytest.FixtureRequest, bus: MessageBus, bus_prefix: str) -> PutRaw:
    """Puts bytes straight into a queue, as a broken or foreign program would."""
    if isinstance(bus, EmbeddedBus):
        numbers = count()
        return lambda queue, body: bus.put_raw(queue, f"raw-{next(numbers)}", body)
    url = request.getfixturevalue("rabbitmq_server").url
    return lambda queue, body: _publish_raw(url, bus_prefix + queue, body)


def _publish_raw(url: str, queue: str, body: bytes) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.channel().basic_publish("", queue, body)
    connection.close()
