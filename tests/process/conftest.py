"""One small process service for these tests, on each back end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import Database
from shared.process.service import TABLES
from tests.process.migrating import Moving
from tests.process.support import House
from tests.support.databases import MakeDatabase


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    built = House(database)
    yield built
    built.service.database.dispose()


@pytest.fixture
def moving(house: House, tmp_path: Path) -> Moving:
    return Moving(house, tmp_path)
