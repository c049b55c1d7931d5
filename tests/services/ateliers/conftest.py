"""A cycle at every stage. SQLite, and one world for all: a test begins with a copy of what it needs, in milliseconds.

What differs between the back ends is in ``test_a_whole_cycle.py``, on both.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from shared.database import Database
from tests.services.ateliers.world import Ateliers
from tests.support.databases import SqliteCopies


@dataclass(frozen=True)
class Stage:
    """A world as it was: its database file, its clock, its cycle."""

    world: Ateliers
    file: Path
    now: datetime
    cycle_id: str

    @classmethod
    def of(cls, world: Ateliers, file: Path) -> "Stage":
        world.service.database.dispose()
        shutil.copyfile(_file(world), file)
        return cls(world, file, world.clock.now(), world.cycle_id)

    def again(self) -> Ateliers:
        self.world.service.database.dispose()
        shutil.copyfile(self.file, _file(self.world))
        self.world.clock.begin(self.now)
        self.world.cycle_id = self.cycle_id
        return self.world


@pytest.fixture(scope="session")
def stages(
    sqlite_copies: SqliteCopies, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Stage]]:
    folder = tmp_path_factory.mktemp("ateliers")
    world = Ateliers(lambda packages: Database(sqlite_copies.url(packages), application_name="tests"))
    empty = Stage.of(world, folder / "empty")
    world.opens()
    assert world.concludes().status_code == 200
    world.gives()
    yield {"empty": empty, "agreed": Stage.of(world, folder / "agreed")}
    world.service.database.dispose()


@pytest.fixture
def ateliers(stages: dict[str, Stage]) -> Ateliers:
    """No cycle yet."""
    return stages["empty"].again()


@pytest.fixture
def agreed(stages: dict[str, Stage]) -> Ateliers:
    """The convention is concluded and a class of two pupils enrolled."""
    return stages["agreed"].again()


def _file(world: Ateliers) -> str:
    return str(make_url(world.service.database.url).database)
