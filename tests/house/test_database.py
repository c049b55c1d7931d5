"""A transaction is whole or not at all, and concurrent ones lose nothing, on both back ends."""

from contextlib import suppress
from datetime import UTC, datetime
from threading import Thread

import pytest
import sqlalchemy as sa

from shared.database import Database, Instant
from shared.errors import Unavailable
from tests.support.databases import MakeDatabase

metadata = sa.MetaData()
counter = sa.Table("counter", metadata, sa.Column("value", sa.Integer), sa.Column("at", Instant))


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("shared.process",)


@pytest.fixture
def counted(database: Database) -> Database:
    with database.begin() as tx:
        metadata.create_all(tx)
        tx.execute(sa.insert(counter).values(value=0))
    return database


def _value(database: Database) -> int:
    with database.read() as look:
        return int(look.scalar(sa.select(counter.c.value)) or 0)


def test_an_error_does_not_quote_what_was_to_be_written(counted: Database) -> None:
    with pytest.raises(Exception, match=r".") as raised, counted.begin() as tx:
        tx.execute(sa.text("INSERT INTO none_such VALUES (:name)"), {"name": "Zoé Durand"})
    told = [raised.value, raised.value.__cause__]
    assert any("none_such" in str(each) for each in told)
    assert not any("Zoé" in str(each) for each in told)


def test_concurrent_increments_are_all_kept(counted: Database) -> None:
    def increment() -> None:
        for _ in range(25):
            with counted.begin() as tx:
                value = tx.scalar(sa.select(counter.c.value).with_for_update())
                tx.execute(sa.update(counter).values(value=value + 1))

    threads = [Thread(target=increment) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _value(counted) == 100


def test_an_exception_undoes_everything(counted: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _increment_then_fail(counted)
    assert _value(counted) == 0


def _increment_then_fail(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(sa.update(counter).values(value=7))
        _ = 1 / 0


def test_what_a_reader_writes_is_refused_or_not_kept(counted: Database) -> None:
    with suppress(sa.exc.InternalError), counted.read() as look:
        look.execute(sa.update(counter).values(value=7))
    assert _value(counted) == 0


def test_a_connection_keeps_the_statements_that_it_has_prepared(
    make_postgresql_database: MakeDatabase,
) -> None:
    database = make_postgresql_database(())
    prepared = sa.text("SELECT statement FROM pg_prepared_statements")
    for _ in range(10):
        with database.read() as look:
            look.execute(sa.text("SELECT 1"))
        with database.begin() as tx:
            tx.execute(sa.text("SELECT 2"))
    with database.read() as look, database.begin() as tx:
        assert (look.scalars(prepared).all(), tx.scalars(prepared).all()) == (["SELECT 1"], ["SELECT 2"])


def test_instants_come_back_aware_and_in_utc(counted: Database) -> None:
    at = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)
    with counted.begin() as tx:
        tx.execute(sa.update(counter).values(at=at))
    with counted.read() as look:
        assert look.scalar(sa.select(counter.c.at)) == at


def test_a_naive_instant_is_refused(counted: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="time zone"), counted.begin() as tx:
        tx.execute(sa.update(counter).values(at=datetime(2026, 9, 1, 12, 30)))  # noqa: DTZ001 — the fault


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none", application_name="tests")
    with pytest.raises(Unavailable), database.begin():
        pass


def test_a_password_is_never_shown() -> None:
    database = Database("postgresql+psycopg://someone:secret@127.0.0.1:1/none", application_name="tests")
    assert "secret" not in repr(database)
