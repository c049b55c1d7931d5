"""Every test of the tasks API runs on SQLite and on PostgreSQL."""

from collections.abc import Sequence

import pytest

from shared.database import Database
from tests.tasks.world import Town, build_town


@pytest.fixture
def packages() -> Sequence[str]:
    return ("shared.tasks",)


@pytest.fixture
def town(database: Database) -> Town:
    return build_town(database)
