from collections.abc import Iterator

import pytest

from tests.access.world import Whole, whole
from tests.support.databases import MakeDatabase


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[Whole]:
    with whole(make_sqlite_database) as built:
        yield built
