"""Databases for tests: migrated once per set of packages, then copied for each test.

``database`` runs a test on SQLite and on PostgreSQL, with the tables of the fixture ``packages``, which a
test module overrides. ``make_database(packages)`` makes as many as a test needs, on the same back end;
``make_sqlite_database`` and ``make_postgresql_database`` name it.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from shared.database import Database
from shared.database.migrate import upgrade
from shared.servers.postgresql import PrivatePostgreSQL

MakeDatabase = Callable[[Sequence[str]], Database]
BACK_ENDS = ("sqlite", "postgresql")


class SqliteCopies:
    """Copies of migrated SQLite files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def url(self, packages: Sequence[str]) -> str:
        copy = self._folder / f"{next(self._numbers)}.sqlite"
        shutil.copyfile(self._template(packages), copy)
        return f"sqlite:///{copy}"

    def _template(self, packages: Sequence[str]) -> Path:
        template = self._folder / f"{_digest(packages)}.sqlite"
        if not template.exists():
            _migrate(f"sqlite:///{template}", packages)
        return template

    def drop(self, url: str) -> None:
        Path(url.removeprefix("sqlite:///")).unlink()


class PostgresqlCopies:
    """Copies of migrated PostgreSQL databases, made by CREATE DATABASE ... TEMPLATE."""

    def __init__(self, server: PrivatePostgreSQL) -> None:
        self._server = server
        self._numbers = count()
        self._templates: set[str] = set()

    def url(self, packages: Sequence[str]) -> str:
        return self._server.create_database(f"test_{next(self._numbers)}", self._template(packages))

    def _template(self, packages: Sequence[str]) -> str:
        template = f"template_{_digest(packages)}"
        if template not in self._templates:
            _migrate(self._server.create_database(template), packages)
            self._templates.add(template)
        return template

    def drop(self, url: str) -> None:
        self._server.drop_database(url.rpartition("/")[2])


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> SqliteCopies:
    return SqliteCopies(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_copies(postgresql_server: PrivatePostgreSQL) -> PostgresqlCopies:
    return PostgresqlCopies(postgresql_server)


@pytest.fixture
def make_sqlite_database(sqlite_copies: SqliteCopies) -> Iterator[MakeDatabase]:
    yield from _make(sqlite_copies)


@pytest.fixture
def make_postgresql_database(postgresql_copies: PostgresqlCopies) -> Iterator[MakeDatabase]:
    yield from _make(postgresql_copies)


@pytest.fixture(params=BACK_ENDS)
def make_database(request: pytest.FixtureRequest) -> MakeDatabase:
    make: MakeDatabase = request.getfixturevalue(f"make_{request.param}_database")
    return make


@pytest.fixture
def packages() -> Sequence[str]:
    """The packages whose tables ``database`` has; overridden by test modules."""
    return ()


@pytest.fixture
def database(make_database: MakeDatabase, packages: Sequence[str]) -> Database:
    return make_database(packages)


def _make(copies: SqliteCopies | PostgresqlCopies) -> Iterator[MakeDatabase]:
    made: list[Database] = []

    def make(packages: Sequence[str]) -> Database:
        made.append(Database(copies.url(packages), application_name="tests"))
        return made[-1]

    yield make
    for database in made:
        database.dispose()
        copies.drop(database.url)


def _migrate(url: str, packages: Sequence[str]) -> None:
    database = Database(url, application_name="tests")
    try:
        if packages:
            upgrade(database, packages)
    finally:
        database.dispose()


def _digest(packages: Sequence[str]) -> str:
    return sha256("\n".join(packages).encode()).hexdigest()[:16]
