"""Facts by which lists are narrowed: to whom each is told, and who is a minor by the clock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.bpmn import store
from shared.clock import FixedClock
from shared.identity import Actor
from shared.ids import uuid7
from tests.services.followed import CONSEILLER, FIRST, OTHER_CONSEILLER, OTHER_REFERENT, REFERENT, followed
from tests.services.test_enrolment_api import LYCEE
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(datetime(2026, 10, 12, 8, tzinfo=UTC))) as built:
        yield built


def facts(world: ThreeServices, who: Actor, parcours_id: str, service: str = "enrolment") -> list[Any]:
    answer = world.ask(who, service, f"/parcours/facts?ids={parcours_id},{uuid7()}")
    assert answer.status_code == 200, answer.get_json()
    found: list[Any] = answer.get_json()["items"]
    return found


def put(world: ThreeServices, parcours_id: str, **values: Any) -> None:
    """As a correction by the technical team writes them."""
    built = world.services["enrolment"]
    with built.database.begin() as tx:
        row = store.find(tx, "enrolment", parcours_id)
        assert row is not None
        built.processes.correct(tx, row, values, Actor.technical_team())


def test_who_is_boursier_is_told_to_the_lycee_alone(world: ThreeServices) -> None:
    parcours_id = followed(world)
    assert facts(world, REFERENT, parcours_id)[0]["boursier"] is None
    put(world, parcours_id, boursier=True)
    assert facts(world, REFERENT, parcours_id)[0]["boursier"] is True
    assert facts(world, CONSEILLER, parcours_id)[0]["boursier"] is None
    assert [each["boursier"] for each in facts(world, REFERENT, parcours_id, "accompaniment")] == [None]


def test_each_service_tells_the_lycee_and_the_mission_locale_to_both(world: ThreeServices) -> None:
    parcours_id = followed(world)
    for service in ("enrolment", "accompaniment"):
        for who in (REFERENT, CONSEILLER):
            (found,) = facts(world, who, parcours_id, service)
            assert (found["lycee"], found["mission_locale"]) == (LYCEE, FIRST.organisation_id)
    assert facts(world, REFERENT, parcours_id, "bilan") == []


def test_a_minor_is_one_until_the_day_of_majority_and_no_age_is_told(world: ThreeServices) -> None:
    parcours_id = followed(world)
    put(world, parcours_id, eleve_ne_le="2008-10-13")
    (found,) = facts(world, CONSEILLER, parcours_id)
    assert found["mineur"] is True
    assert set(found) == {"parcours_id", "mineur", "boursier", "lycee", "mission_locale"}
    world.clock.set(datetime(2026, 10, 12, 21, 59, tzinfo=UTC))
    assert facts(world, CONSEILLER, parcours_id)[0]["mineur"] is True
    world.clock.set(datetime(2026, 10, 12, 22, 0, tzinfo=UTC))
    assert facts(world, CONSEILLER, parcours_id)[0]["mineur"] is False


def test_organisations_without_a_part_are_told_nothing(world: ThreeServices) -> None:
    parcours_id = followed(world)
    for stranger in (OTHER_REFERENT, OTHER_CONSEILLER):
        assert facts(world, stranger, parcours_id) == []


@pytest.mark.parametrize("ids", ["", "abc", ",".join(uuid7() for _ in range(101))])
def test_a_question_without_parcours_or_about_too_many_is_refused(world: ThreeServices, ids: str) -> None:
    assert world.ask(REFERENT, "enrolment", f"/parcours/facts?ids={ids}").status_code == 422
