"""A cycle at every stage. SQLite: what differs between the back ends is in ``test_a_whole_cycle.py``, on both."""

from collections.abc import Iterator

import pytest

from tests.services.ateliers.world import Ateliers
from tests.support.databases import MakeDatabase


@pytest.fixture
def ateliers(make_sqlite_database: MakeDatabase) -> Iterator[Ateliers]:
    world = Ateliers(make_sqlite_database)
    yield world
    world.service.database.dispose()


@pytest.fixture
def agreed(ateliers: Ateliers) -> Ateliers:
    """The convention is concluded and a class of two pupils enrolled."""
    ateliers.opens()
    assert ateliers.concludes().status_code == 200
    ateliers.gives()
    return ateliers
