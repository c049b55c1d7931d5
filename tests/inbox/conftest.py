"""The inbox over three fake services."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.inbox.app import TABLES
from shared.clock import FixedClock
from shared.database import Database
from shared.ids import uuid7
from tests.inbox.interview import GARANCE, INTERVIEW, OpenInterview
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World, serving

MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def inbox_database(make_sqlite_database: MakeDatabase) -> Database:
    """Overridden, to run on both back ends, where the inbox's own tables are what is tested."""
    return make_sqlite_database(TABLES)


@pytest.fixture
def world(inbox_database: Database, make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[World]:
    with serving(inbox_database, make_sqlite_database, clock) as world:
        yield world


@pytest.fixture
def visitor(world: World) -> Visitor:
    """Somebody before a browser without JavaScript, not signed in."""
    return Visitor(world.app.test_client())


@pytest.fixture
def interview(world: World) -> OpenInterview:
    """Opens the task « Mener l’entretien » of a parcours; returns the task's id."""
    world.enrolment.process.forms["entretien"] = json.dumps(INTERVIEW).encode()

    def open_it(**how: Any) -> str:
        parcours_id = how.pop("parcours_id", uuid7())
        world.enrolment.process.variables.setdefault(
            parcours_id, {"eleve_nom": "Ferrand", "mission_locale": None}
        )
        usual = {
            "role": "referent",
            "form": "entretien",
            "due": date(2026, 9, 10),
            "parcours_id": parcours_id,
        }
        return world.enrolment.open_task("Mener l’entretien", GARANCE, **(usual | how))

    return open_it


@pytest.fixture
def karim(world: World, visitor: Visitor) -> Visitor:
    return visitor.sign_in("Karim Benali")


@pytest.fixture
def claire(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Claire Fontaine")
