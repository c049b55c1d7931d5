"""``post``: the worker on both back ends; ``desk``: on SQLite only, for what no back end changes."""

import pytest

from services.inbox.app import TABLES
from tests.notifications.world import Post
from tests.support.databases import MakeDatabase


@pytest.fixture
def post(make_database: MakeDatabase) -> Post:
    return Post(make_database(TABLES))


@pytest.fixture
def desk(make_sqlite_database: MakeDatabase) -> Post:
    return Post(make_sqlite_database(TABLES))
