"""« Je me suis trompé » on a right of the pupil (R5): none that is done is thrown away, and who can mend it is said."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from shared.identity import Actor
from shared.tasks.tables import task
from tests.histories.people import person, with_role
from tests.histories.stored import Stored, World, opened
from tests.services.test_named_after_a_replacement import do, until
from tests.support.databases import MakeDatabase

OPERATOR = Actor.operator("Paule Mercier")
LIST, RIGHT = "ouvrir_droits", "ouvrir_droit"
OPENED = {"droit_etat": "ouvert"}


@pytest.fixture
def stored(make_sqlite_database: MakeDatabase) -> Iterator[Stored]:
    """The secretariat has said which rights the pupil has."""
    world = World(make_sqlite_database)
    history = opened(world, Random(1), date(2008, 6, 1), "2473120133", date(2025, 9, 15))
    until(history, RIGHT)
    yield history
    for each in world.services.values():
        each.database.dispose()


def reopened(stored: Stored, element: str) -> Any:
    """Its author opens the one that was done last again."""
    done = select(task).where(task.c.element_id == element, task.c.status == "completed")
    row = stored.rows("enrolment", done.order_by(task.c.completed_at.desc()))[0]
    author = person(row.organisation_id, row.completed_by)
    assert author is not None
    answer = stored.world.ask(author, "enrolment", f"/tasks/{row.id}/reopen", {"reason": "Mauvaise date"})
    stored.pass_to(stored.world.clock.now())
    return answer


def rights_to_open(stored: Stored) -> list[str]:
    return [row.objet for _, row in stored.tasks() if row.element_id == RIGHT]


def test_what_concerns_the_pupil_is_said_anew_while_no_right_is_done(stored: Stored) -> None:
    answer = reopened(stored, LIST)
    assert answer.status_code == 200, answer.get_json()
    assert rights_to_open(stored) == []
    do(stored, LIST)
    assert "Statut scolaire" in rights_to_open(stored)


def test_a_right_that_is_done_is_not_thrown_away_with_the_list(stored: Stored) -> None:
    right = rights_to_open(stored)[0]
    do(stored, RIGHT, **OPENED)
    left = rights_to_open(stored)
    answer = reopened(stored, LIST)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "reopening.done_within")
    assert f"« {right} » est déjà fait dans « Ouvrir chaque droit »" in answer.get_json()["detail"]
    assert rights_to_open(stored) == left


def test_a_right_closed_by_mistake_says_whom_to_ask_who_can_correct_it(stored: Stored) -> None:
    while rights_to_open(stored):
        do(stored, RIGHT, **OPENED)
        answer = reopened(stored, RIGHT)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "reopening.call_over")
        assert "Demandez à l'équipe technique de corriger" in answer.get_json()["detail"]
    assert reopened(stored, LIST).get_json()["code"] == "reopening.done_within"
    told = [{**each, "le": "2025-10-01"} for each in stored.known("enrolment")["droits_ouverts"]]
    _, row = stored.instances()["enrolment"]
    order = {"reason": "Date corrigée", "scope": 0, "values": {"droits_ouverts": told}}
    path = f"/operator/instances/{row.id}/set-variables"
    answer = stored.world.ask(OPERATOR, "enrolment", path, order)
    assert answer.status_code == 200, answer.get_json()
    stored.pass_to(stored.world.clock.now())
    assert {str(each["le"]) for each in stored.known("enrolment")["droits_ouverts"]} == {"2025-10-01"}


def test_which_right_it_was_is_kept_in_the_story_that_the_lycee_alone_reads(stored: Stored) -> None:
    """ADR 23: the variable goes with its étape, the title of the task and the story's line with the erasure."""
    right = rights_to_open(stored)[0]
    do(stored, RIGHT, **OPENED)
    known = stored.known("enrolment")
    for kind, is_told in (("lycee", True), ("mission_locale", False)):
        reader = with_role(known[kind], None)[0]
        read = stored.world.ask(reader, "enrolment", f"/parcours/{stored.parcours_id}")
        assert read.status_code == 200
        told = [each["name"] for each in read.get_json()["story"]]
        assert (f"Ouvrir ou renouveler un droit : {right}" in told) == is_told
        assert (right in read.get_data(as_text=True)) == is_told
