"""A release on a database of many years: its migrations take the time that they need, and say what stopped them."""

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

import shared.database
from shared.cli.common import Told
from shared.database import Database
from shared.database.migrate import upgrade
from shared.errors import Unavailable
from shared.servers.postgresql import PrivatePostgreSQL

STATEMENT = "SELECT count(*) FROM generate_series(1, 3000000)"


def test_a_migration_may_take_longer_than_a_request(
    postgresql_server: PrivatePostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.database, "STATEMENT_TIMEOUT_MS", 100)
    database = Database(postgresql_server.create_database("large"), application_name="tests")
    with pytest.raises(Unavailable), database.begin() as tx:
        tx.execute(text(STATEMENT))
    upgrade(database, ["tests.migrations.large"])
    database.dispose()


def test_a_command_that_the_database_stops_says_by_what(
    postgresql_server: PrivatePostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.database, "STATEMENT_TIMEOUT_MS", 100)
    database = Database(postgresql_server.create_database("stopped"), application_name="tests")

    @click.group(cls=Told)
    def group() -> None: ...

    @group.command()
    def count() -> None:
        with database.begin() as tx:
            tx.execute(text(STATEMENT))

    result = CliRunner().invoke(group, ["count"])
    assert result.exit_code == 1
    assert "QueryCanceled: canceling statement due to statement timeout" in result.output
    assert "generate_series" not in result.output
    database.dispose()
