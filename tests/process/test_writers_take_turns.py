"""Threads of one process that write one SQLite database wait for one another, for a time that has an end."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select

import shared.database
from shared.database import Database
from shared.errors import Unavailable

metadata = MetaData()
number = Table("number", metadata, Column("id", Integer, primary_key=True))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'numbers'}.sqlite", application_name="tests")
    metadata.create_all(made.engine)
    yield made
    made.dispose()


def write(database: Database, times: int = 1) -> None:
    for _ in range(times):
        with database.begin() as tx:
            tx.execute(insert(number).values())


def written(database: Database) -> int:
    with database.read() as look:
        return look.execute(select(func.count()).select_from(number)).scalar_one()


def test_each_of_many_writers_gets_its_turn(database: Database) -> None:
    threads = [threading.Thread(target=write, args=(database, 10)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written(database) == 80


def test_who_waits_too_long_is_told_so_and_may_write_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.database, "LOCK_TIMEOUT_MS", 20)
    refused: list[Unavailable] = []

    def try_to_write() -> None:
        with pytest.raises(Unavailable) as raised:
            write(database)
        refused.append(raised.value)

    with database.begin():
        thread = threading.Thread(target=try_to_write)
        thread.start()
        thread.join()
        assert (len(refused), written(database)) == (1, 0)
    write(database)
    assert written(database) == 1


def test_a_transaction_that_fails_ends_its_turn(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin():
        raise ZeroDivisionError
    write(database)
    assert written(database) == 1
