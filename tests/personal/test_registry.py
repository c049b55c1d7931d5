"""No table and no column is forgotten: what each holds about people is said, for export and erasure (R40, R41)."""

from typing import Any

import pytest
from sqlalchemy import inspect

import services.inbox.app
from services import embedded
from tests.support.databases import MakeDatabase

MODULES: dict[str, Any] = {**embedded.PROCESS_SERVICES, "inbox": services.inbox.app}
HELP = (
    "Say what this table holds about people in a list of Holding (or Neutral, with the reason) beside its tables, "
    "and add that list to HOLDINGS (or NEUTRAL) in the service's app.py: see shared/process/personal."
)


@pytest.mark.parametrize("service", MODULES)
def test_each_table_of_a_service_says_what_it_holds_about_people(
    make_sqlite_database: MakeDatabase, service: str
) -> None:
    module = MODULES[service]
    database = make_sqlite_database(module.TABLES)
    there = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    held = [holding.table.name for holding in module.HOLDINGS]
    neutral = [each.table.name for each in module.NEUTRAL]
    assert len({*held, *neutral}) == len([*held, *neutral]), "a table is named twice"
    assert there - {*held, *neutral} == set(), HELP
    assert {*held, *neutral} - there == set(), "a table that is not there"


@pytest.mark.parametrize("service", MODULES)
def test_each_column_is_erased_or_kept_for_a_reason(service: str) -> None:
    for holding in MODULES[service].HOLDINGS:
        columns = set(holding.table.columns.keys())
        assert holding.erased | holding.kept == columns, f"{holding.table.name}: {HELP}"
        assert not holding.erased & holding.kept or holding.is_deleted
        for id_, name in holding.names:
            assert {id_, name} <= columns
    for each in MODULES[service].NEUTRAL:
        assert each.why
