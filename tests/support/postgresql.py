"""One private PostgreSQL per test session, in memory, started when a test first asks for it."""

from collections.abc import Iterator

import pytest

from shared.servers.postgresql import PrivatePostgreSQL


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PrivatePostgreSQL]:
    with PrivatePostgreSQL(in_memory=True) as server:
        yield server
