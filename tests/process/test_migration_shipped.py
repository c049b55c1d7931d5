"""The shipped services' tables: instances of edited diagrams are moved and put back, and every row is what it was."""

from contextlib import closing
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from shared.bpmn import store
from shared.bpmn.instance_migration.verdicts import IdMapping
from shared.clock import FixedClock
from shared.database import Database
from shared.database.batch import Batch
from shared.ids import uuid7
from shared.process import service
from shared.process.instance_migration.passes import Migrations, Wanted
from shared.settings import ServiceSettings
from tests.diagrams.files import SERVICES, definition, vocabulary
from tests.process.migrating import OPERATOR, rows_of
from tests.process.test_migration_meanwhile import faults_of
from tests.support.migration_edits import draw
from tests.support.migration_pool import Running, running

PARCOURS, MANY, EDITS = 10, 40, 3


class Shelf:
    """One shipped service with instances in its tables, as their moves left them."""

    def __init__(self, database: Database, name: str, instances: list[Running]) -> None:
        settings = ServiceSettings("test", database.url, "", {})
        self.clock = FixedClock(max(each.now for each in instances))
        self.service = service.assemble(settings, vocabulary(name), {}, self.clock, uuid7)
        self.migrations = Migrations(self.service.database, self.service.processes)
        self.register(definition(name))
        for each in instances:
            self._put(each)

    def register(self, registered: Any) -> None:
        with self.service.database.begin() as tx:
            self.service.catalog.register(tx, [registered], self.clock.now())

    def close(self) -> None:
        self.service.database.dispose()

    def _put(self, running_one: Running) -> None:
        shipped, instance_id, parcours_id = definition(running_one.service), uuid7(), uuid7()
        with self.service.database.begin() as tx:
            progress = replace(running_one.progress, before=None)
            at_work = replace(progress, opened=running_one.tasks, closed=(), thrown=(), trace=())
            with Batch(tx) as batch:
                store.create(batch, instance_id, parcours_id, shipped.process_id, shipped.version, None,
                             progress, self.clock.now())  # fmt: skip
                self.service.processes.record_move(
                    batch, shipped, instance_id, parcours_id, at_work, OPERATOR, self.clock.now()
                )


def one_of_each_parcours(found: list[Running]) -> list[Running]:
    """A parcours is at one place only."""
    return list({each.name.partition("/")[0]: each for each in found}.values())


@pytest.mark.parametrize("seed", range(EDITS))
def test_instances_of_edited_diagrams_go_and_come_back_row_by_row(database: Database, seed: int) -> None:
    name = SERVICES[seed % len(SERVICES)]
    shelf = Shelf(database, name, one_of_each_parcours(running(name, MANY, Random(seed), PARCOURS)))
    with closing(shelf):
        there_and_back(shelf, name, seed)


def there_and_back(shelf: Shelf, name: str, seed: int) -> None:
    before = rows_of(shelf.service.database)
    edited = draw(name, 5_000 + seed)
    shelf.register(edited.definition)
    (route,) = shelf.migrations.routes(Wanted(ids=IdMapping.of(edited.mapping)))
    migration_id = shelf.migrations.begin(route, OPERATOR)
    outcomes = [shelf.migrations.move(migration_id, route, each, OPERATOR)[0]
                for each in list(shelf.migrations.waiting(route))]  # fmt: skip
    assert "moved" in outcomes
    assert faults_of(shelf.service) == []
    undone = {shelf.migrations.undo(migration_id, route, each, OPERATOR)
              for each in list(shelf.migrations.moved(migration_id))}  # fmt: skip
    assert undone == {"undone"}
    assert rows_of(shelf.service.database) == before
