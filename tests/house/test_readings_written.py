"""Whatever support reads of a parcours is written (R41): of every service, every address that names a parcours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.clock import FixedClock
from shared.identity import Actor, ActsFor
from shared.process.personal.tables import access
from tests.services.followed import CONSEILLER, REFERENT, followed, to_the_bilan
from tests.services.test_transfer import OCTOBER
from tests.support.databases import MakeDatabase
from tests.support.three_services import APPS, ThreeServices, three_services

PARCOURS = "<uuid:parcours_id>"
EYES = ActsFor("support", REFERENT.person_id, REFERENT.name)
SUPPORT = replace(REFERENT, person_id="d-1", name="Dominique Aubry, assistance", acts_for=EYES)


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as built:
        yield built


def readings(world: ThreeServices) -> list[tuple[str, str]]:
    """Service and path of each GET that names a parcours, from the applications themselves."""
    return [
        (name, rule.rule)
        for name in APPS
        for rule in world.client(name).application.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "parcours_id" in rule.arguments
    ]


def written(world: ThreeServices, service: str, who: Actor) -> list[tuple[str, str]]:
    """Kind and parcours of what somebody read within this hour."""
    hour = world.clock.now().replace(minute=0, second=0, microsecond=0)
    mine = access.c.hour == hour, access.c.person_id == who.person_id
    with world.services[service].database.read() as look:
        return [(row.what, row.parcours_id) for row in look.execute(select(access).where(*mine))]


def test_every_address_of_a_parcours_that_support_reads_leaves_a_row(world: ThreeServices) -> None:
    parcours_id = followed(world)
    to_the_bilan(world)
    found = readings(world)
    assert {name for name, _ in found} == set(APPS)
    for name, path in found:
        world.clock.advance(timedelta(hours=1))
        answer = world.ask(SUPPORT, name, path.replace(PARCOURS, parcours_id))
        assert answer.status_code == 200, (name, path, answer.get_json())
        assert written(world, name, SUPPORT) == [("support", parcours_id)], (name, path)


def test_a_conseiller_who_reads_to_whom_links_are_given_leaves_a_row_and_the_referent_none(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    for who, rows in ((CONSEILLER, [("parcours", parcours_id)]), (REFERENT, [])):
        assert world.ask(who, "enrolment", f"/parcours/{parcours_id}/famille").status_code == 200
        assert written(world, "enrolment", who) == rows


def test_what_support_asks_for_and_is_not_shown_is_written_as_of_the_platform(world: ThreeServices) -> None:
    parcours_id = followed(world)
    stranger = replace(SUPPORT, organisation_id="0690001Z")
    path = f"/parcours/{parcours_id}/refusals"
    answer = world.ask(stranger, "enrolment", path, method="POST")
    assert (answer.status_code, answer.get_json()) == (200, {"noted": True})
    assert written(world, "enrolment", stranger) == [("refused", parcours_id)]
    assert world.ask(SUPPORT, "enrolment", path, method="POST").get_json() == {"noted": False}


def test_support_still_does_nothing_to_a_parcours(world: ThreeServices) -> None:
    path = f"/parcours/{followed(world)}/transfer"
    answer = world.ask(SUPPORT, "enrolment", path, {"target": "x"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "identity.reading_only")
