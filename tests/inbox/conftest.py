"""The inbox over three fake services."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.clock import FixedClock
from shared.database import Database
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World, serving

MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def inbox_database(make_sqlite_database: MakeDatabase) -> Database:
    """Overridden, to run on both back ends, where the inbox's own tables are what is tested."""
    return make_sqlite_database(["services.inbox"])


@pytest.fixture
def world(inbox_database: Database, make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[World]:
    with serving(inbox_database, make_sqlite_database, clock) as world:
        yield world


@pytest.fixture
def visitor(world: World) -> Visitor:
    """Somebody before a browser without JavaScript, not signed in."""
    return Visitor(world.app.test_client())
