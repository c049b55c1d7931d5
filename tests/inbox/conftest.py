"""The inbox over three fake services."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.inbox.app import TABLES
from services.inbox.demo import seed
from shared.clock import FixedClock
from shared.database import Database
from shared.ids import uuid7
from tests.inbox.interview import GARANCE, INTERVIEW, OpenInterview
from tests.inbox.openid import KARIM, PERSON, SigningIn, import_rows, row, signing_in
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World, serving
from tests.support.openid import OpenIdProcess, openid_process

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


@pytest.fixture(scope="session")
def openid() -> Iterator[OpenIdProcess]:
    """A provider in a process of its own."""
    with openid_process() as process:
        yield process


@pytest.fixture
def signing(
    request: pytest.FixtureRequest, inbox_database: Database, openid: OpenIdProcess, clock: FixedClock
) -> Iterator[SigningIn]:
    """The inbox at a provider where Karim Benali has an account; the parameter: ``proconnect``, ``keycloak``."""
    openid.fresh(clock.now(), PERSON)
    with inbox_database.begin() as tx:
        seed(tx)
    found = signing_in(inbox_database, clock, openid, getattr(request, "param", "proconnect"))
    import_rows(inbox_database, [row("Karim Benali", KARIM)])
    yield found
    found.app.extensions["inbox"].close()
