"""One private RabbitMQ per test session, started when a test first asks for it."""

from collections.abc import Iterator

import pytest

from shared.servers.rabbitmq import PrivateRabbitMQ


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[PrivateRabbitMQ]:
    with PrivateRabbitMQ() as server:
        yield server
