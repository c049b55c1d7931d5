"""A référent or conseiller who leaves is replaced for the whole parcours, by the responsible person (R11)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from shared.clock import FixedClock
from shared.ids import uuid7
from shared.messaging.tables import outbox
from shared.process.replacing.replace import REPLACED
from tests.services.test_enrolment_api import LYCEE, OTHER, Enrolment, _actor
from tests.services.test_enrolment_handed_back import (
    FIRST,
    HEAD,
    REFERENT,
    REFERENT_ID,
    get,
    ready_for_the_fiche,
)
from tests.support.databases import MakeDatabase

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
SUCCESSOR = replace(_actor(LYCEE, "referent"), person_id=uuid7(), name="Inès Morel")
CHANGE = {
    "role": "referent", "person_id": SUCCESSOR.person_id, "name": SUCCESSOR.name, "from_on": "2026-09-07",
    "reason": "Mutation",
}  # fmt: skip


@pytest.fixture
def enrolment(make_sqlite_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_sqlite_database, FixedClock(MONDAY))
    yield built
    built.service.database.dispose()


@pytest.fixture
def on_both(make_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_database, FixedClock(MONDAY))
    yield built
    built.service.database.dispose()


def change(enrolment: Enrolment, parcours_id: str, actor: Any = HEAD, **other: Any) -> Any:
    return enrolment.post(f"/parcours/{parcours_id}/people", actor, json=CHANGE | other)


def test_the_new_referent_has_the_open_tasks_and_those_to_come_and_both_are_remembered(
    on_both: Enrolment,
) -> None:
    parcours_id = ready_for_the_fiche(on_both)
    assert change(on_both, parcours_id).status_code == 200
    (mine,) = get(on_both, SUCCESSOR, "/tasks?scope=mine").get_json()["items"]
    assert (mine["element_id"], mine["assignee"]) == ("etablir_fiche", SUCCESSOR.person_id)
    assert get(on_both, REFERENT, "/tasks?scope=mine").get_json()["items"] == []
    read = get(on_both, HEAD, f"/parcours/{parcours_id}").get_json()
    assert {each["name"]: each["value"] for each in read["variables"]}["referent"] == SUCCESSOR.person_id
    assert [(each["before"], each["after"]) for each in read["replacements"]] == [
        (REFERENT_ID, SUCCESSOR.person_id)
    ]
    assert read["story"][-1]["name"] == "Inès Morel est désormais référent de parcours."


def test_the_other_services_are_told(enrolment: Enrolment) -> None:
    parcours_id = ready_for_the_fiche(enrolment)
    change(enrolment, parcours_id)
    with enrolment.service.database.read() as look:
        (sent,) = look.execute(select(outbox).where(outbox.c.type == REPLACED)).all()
    assert sent.subject == parcours_id
    assert enrolment.service.name == "enrolment"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (REFERENT, 403),
        (FIRST, 404),  # it has no part yet
        (_actor(OTHER, "chef_etablissement"), 404),
    ],
)
def test_only_the_responsible_person_of_a_part_replaces(enrolment: Enrolment, who: Any, status: int) -> None:
    assert change(enrolment, ready_for_the_fiche(enrolment), who).status_code == status


def test_a_chef_d_etablissement_does_not_replace_the_conseiller(enrolment: Enrolment) -> None:
    assert change(enrolment, ready_for_the_fiche(enrolment), role="conseiller").status_code == 403


@pytest.mark.parametrize("day", ["2026-09-08", "2026-07-01"])
def test_a_day_to_come_or_long_past_is_refused_with_what_is_allowed(enrolment: Enrolment, day: str) -> None:
    answer = change(enrolment, ready_for_the_fiche(enrolment), from_on=day)
    assert answer.status_code == 422
    assert "07/09/2026" in answer.get_json()["errors"]["from_on"][0]


def test_the_one_who_follows_already_is_no_replacement(enrolment: Enrolment) -> None:
    """R11: one active référent."""
    answer = change(enrolment, ready_for_the_fiche(enrolment), person_id=REFERENT_ID)
    assert (answer.status_code, answer.get_json()["type"].rpartition(":")[2]) == (409, "process.same_person")
