"""One stack for the journeys of a file: the days that they live through do not depend on what ran before."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser

from shared.servers.postgresql import PrivatePostgreSQL
from shared.servers.rabbitmq import PrivateRabbitMQ
from tests.journeys.by_http import HttpJourney
from tests.journeys.driver import Journey
from tests.journeys.stack import Stack, whole_stack

FIRST_DAY = date(2026, 9, 7)


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_server: PrivatePostgreSQL,
    rabbitmq_server: PrivateRabbitMQ,
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with whole_stack(folder, FIRST_DAY, postgresql_server, rabbitmq_server) as stack:
        yield stack


@pytest.fixture
def journey(browser: Browser, stack: Stack) -> Iterator[Journey]:
    journey = Journey(browser, stack)
    yield journey
    journey.close()


@pytest.fixture
def by_http(stack: Stack) -> HttpJourney:
    """A journey without a browser, over the same stack."""
    return HttpJourney(stack.address, stack.clock)
