"""Processes at rest in the real tables: written by one connection, read back by another, at every step.

One migrated database per back end and session; each walk has an instance row of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import select

from shared.bpmn import Progress, store
from shared.bpmn.progress import Timer
from shared.bpmn.tables import awaited_message, instance, timer
from shared.database import Database
from tests.support.databases import PostgresqlCopies, SqliteCopies

PACKAGES = ("shared.bpmn",)


class Tables:
    """What ``shared.bpmn.store`` writes and what another worker finds."""

    def __init__(self, url: str) -> None:
        self._written = Database(url, application_name="tests-writing")
        self._seen = Database(url, application_name="tests-reading")
        self._numbers = count(1)

    def new(self) -> str:
        return f"instance-{next(self._numbers)}"

    def store(self, instance_id: str, process_id: str, progress: Progress, now: datetime) -> None:
        with self._written.begin() as tx:
            row = store.lock(tx, instance_id)
            if row is None:
                store.create(tx, instance_id, instance_id, process_id, "0" * 64, None, progress, now)
            else:
                store.save(tx, row, progress, None, now)

    def read(self, instance_id: str, progress: Progress) -> Progress:
        """The same progress with everything in it that was stored."""
        with self._seen.read() as tx:
            row = tx.execute(select(instance).where(instance.c.id == instance_id)).one()
            rings = tx.execute(select(timer).where(timer.c.instance_id == instance_id)).all()
            names = set(
                tx.scalars(select(awaited_message.c.name).where(awaited_message.c.instance_id == instance_id))
            )
        return replace(
            progress,
            state=row.state,
            ended=row.status == "ended",
            position=tuple(row.position),
            timers=tuple(Timer(each.timer_id, each.element_id, each.due_at) for each in rings),
            awaited=tuple(each for each in progress.awaited if each.name in names),
        )

    def dispose(self) -> None:
        self._written.dispose()
        self._seen.dispose()


@pytest.fixture(scope="session")
def sqlite_tables(sqlite_copies: SqliteCopies) -> Iterator[Tables]:
    tables = Tables(sqlite_copies.url(PACKAGES))
    yield tables
    tables.dispose()


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_copies: PostgresqlCopies) -> Iterator[Tables]:
    tables = Tables(postgresql_copies.url(PACKAGES))
    yield tables
    tables.dispose()
