"""A replacement (R11) is applied in étape 4 and in the bilan too, whenever its message comes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import FixedClock
from shared.identity import Actor
from tests.services.followed import CONSEILLER, FIRST, REFERENT, SECOND, SUCCESSOR, followed, to_the_bilan
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services

OCTOBER = datetime(2026, 10, 12, 8, tzinfo=UTC)


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as built:
        yield built


def replace_conseiller(world: ThreeServices, parcours_id: str, after: Actor = SUCCESSOR) -> None:
    body = {
        "role": "conseiller", "person_id": after.person_id, "name": after.name,
        "from_on": world.clock.now().date().isoformat(), "reason": "Congé",
    }  # fmt: skip
    assert world.ask(FIRST, "enrolment", f"/parcours/{parcours_id}/people", body).status_code == 200


def told(world: ThreeServices, service: str, parcours_id: str) -> tuple[Any, list[str]]:
    read = world.read(FIRST, service, parcours_id)
    known = {each["name"]: each["value"] for each in read["variables"]}
    return known["conseiller"], [each["name"] for each in read["story"] if each["event"] == "told"]


def test_accompaniment_gives_the_tasks_and_those_to_come_to_the_new_conseiller(world: ThreeServices) -> None:
    parcours_id = followed(world)
    assert world.tasks(CONSEILLER, "accompaniment")["prendre_en_charge"]["assignee"] == CONSEILLER.person_id
    replace_conseiller(world, parcours_id)
    world.carry()
    assert world.tasks(FIRST, "accompaniment")["prendre_en_charge"]["assignee"] == SUCCESSOR.person_id
    known, lines = told(world, "accompaniment", parcours_id)
    assert (known, lines) == (
        SUCCESSOR.person_id,
        ["Paul Roy est désormais le conseiller de la Mission Locale."],
    )
    assert [each["after"] for each in world.read(FIRST, "accompaniment", parcours_id)["replacements"]] == [
        SUCCESSOR.person_id
    ]


def test_the_bilan_gives_its_tasks_to_the_new_conseiller(world: ThreeServices) -> None:
    parcours_id = followed(world)
    to_the_bilan(world)
    assert world.tasks(FIRST, "bilan")["convoquer"]["assignee"] == CONSEILLER.person_id
    replace_conseiller(world, parcours_id)
    world.carry()
    assert world.tasks(FIRST, "bilan")["convoquer"]["assignee"] == SUCCESSOR.person_id
    assert told(world, "bilan", parcours_id)[0] == SUCCESSOR.person_id


def test_a_bilan_that_was_asked_for_before_the_replacement_was_known_has_the_new_conseiller(
    world: ThreeServices,
) -> None:
    """The bilan hears of the replacement first, then étape 4's message, which still names the old one."""
    parcours_id = followed(world)
    replace_conseiller(world, parcours_id)
    replaced = world.taken_from("enrolment")
    world.mailboxes["bilan"].receive(next(each for each in replaced if each.subject == parcours_id))
    to_the_bilan(world)
    assert world.tasks(FIRST, "bilan")["convoquer"]["assignee"] == SUCCESSOR.person_id
    assert told(world, "bilan", parcours_id)[0] == SUCCESSOR.person_id


def test_the_parcours_that_a_person_follows_are_told_to_her_organisation_alone(world: ThreeServices) -> None:
    parcours_id = followed(world)

    def follows(person: Actor, asker: Actor) -> list[str]:
        token = world.signer.sign(asker, "enrolment")
        path = f"/people/{person.person_id}/parcours"
        answer = world.client("enrolment").get(path, headers={"Authorization": f"Bearer {token}"})
        return [each["parcours_id"] for each in answer.get_json()["items"]]

    assert follows(CONSEILLER, FIRST) == [parcours_id]
    assert follows(CONSEILLER, SECOND) == []
    assert follows(REFERENT, FIRST) == [], "it is the lycée that asks this"
    replace_conseiller(world, parcours_id)
    assert follows(CONSEILLER, FIRST) == []
    assert follows(SUCCESSOR, FIRST) == [parcours_id]
