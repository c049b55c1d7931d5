"""Whom a form names after a replacement or transfer stays the one, in the étapes after it too (R11, R26)."""

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from tests.histories.life import LIKELY, STANDING
from tests.histories.people import person, with_role
from tests.histories.stored import Stored, World, opened
from tests.support.databases import MakeDatabase

PLACE = "ml-lyon-centre"
FIRST, SECOND, THIRD = (each.person_id for each in with_role(PLACE, "conseiller"))
LIKELY_HERE = {
    "etablir_fiche": {"mission_locale": PLACE}, "repondre_transfert": {"transfert_reponse": "accepte"},
    "designer_conseiller": {"reponse_ml": "prise_en_charge", "conseiller": FIRST},
}  # fmt: skip


@pytest.fixture
def stored(make_sqlite_database: MakeDatabase) -> Iterator[Stored]:
    world = World(make_sqlite_database)
    yield opened(world, Random(1), date(2008, 6, 1), "2473120133", date(2025, 9, 15))
    for each in world.services.values():
        each.database.dispose()


def until(stored: Stored, element: str, *, arrives: bool = True) -> None:
    """People do what is likely, and time passes where nobody has anything to do, until that task is open."""
    for _ in range(60):
        while arrives and stored.on_way:
            stored.arrive(0)
        there = [each for each in stored.tasks() if each[1].element_id not in STANDING]
        if any(row.element_id == element for _, row in there):
            return
        wanted = [
            each
            for each in there
            if each[1].element_id != "fixer_entretien" or element != "reprendre_contact"
        ]
        if wanted:
            stored.do(
                *wanted[0],
                {**LIKELY.get(wanted[0][1].element_id, {}), **LIKELY_HERE.get(wanted[0][1].element_id, {})},
            )
        else:
            stored.pass_to(stored.next_due())
    raise AssertionError(f"{element} never came")


def do(stored: Stored, element: str, **answers: str) -> None:
    stored.do(*next(each for each in stored.tasks() if each[1].element_id == element), answers)


def replaced(stored: Stored, after: str) -> None:
    (head,) = with_role(PLACE, "responsable_ml")
    named = {
        "role": "conseiller",
        "person_id": after,
        "name": "B",
        "from_on": "2025-09-15",
        "reason": "Départ",
    }
    answer = stored.world.ask(head, "enrolment", f"/parcours/{stored.parcours_id}/people", named)
    assert answer.status_code == 200, answer.get_json()
    stored.pass_to(stored.world.clock.now())


def transferred(stored: Stored) -> None:
    """Another Mission Locale has accepted; the message of it is on its way."""
    asked = {"target": "ml-lyon-est", "target_name": "Est", "own_name": "Centre", "reason": "Déménage"}
    (head,) = with_role(PLACE, "responsable_ml")
    answer = stored.world.ask(head, "enrolment", f"/parcours/{stored.parcours_id}/transfer", asked)
    assert answer.status_code == 201, answer.get_json()
    stored.pass_to(stored.world.clock.now())
    do(stored, "repondre_transfert", transfert_reponse="accepte")


def test_a_conseiller_who_is_named_back_follows_the_parcours_in_the_next_etape(stored: Stored) -> None:
    until(stored, "fixer_entretien")
    replaced(stored, SECOND)
    until(stored, "reprendre_contact")
    do(stored, "reprendre_contact", conseiller=FIRST)
    until(stored, "prendre_en_charge")
    assert stored.known("accompaniment")["conseiller"] == FIRST
    (row,) = [row for _, row in stored.tasks() if row.element_id == "prendre_en_charge"]
    assert row.assignee == FIRST


def test_the_mission_locale_of_the_home_is_whom_the_form_names_also_when_it_had_handed_the_parcours_on(
    stored: Stored,
) -> None:
    """R26: the obligation de formation opens where the young person lives."""
    until(stored, "fixer_entretien")
    transferred(stored)
    until(stored, "decider_admission")
    do(stored, "decider_admission", decision_admission="reoriente")
    do(stored, "notifier_decision", solution_connue="non", signalement_ml=PLACE)
    until(stored, "convoquer_jeune")
    assert stored.known("obligation")["mission_locale"] == PLACE
    (row,) = [row for _, row in stored.tasks() if row.element_id == "convoquer_jeune"]
    assert row.organisation_id == PLACE
    (head,) = with_role(PLACE, "responsable_ml")
    read = stored.world.ask(head, "accompaniment", f"/parcours/{stored.parcours_id}")
    assert read.status_code == 200


def test_one_named_by_who_has_just_handed_the_parcours_over_does_not_follow_it(stored: Stored) -> None:
    """Between the acceptance and its message the former Mission Locale still has its tasks."""
    until(stored, "reprendre_contact")
    transferred(stored)
    do(stored, "reprendre_contact", conseiller=THIRD)
    until(stored, "fixer_entretien")
    known = stored.known("enrolment")
    assert (known["mission_locale"], person("ml-lyon-est", known["conseiller"]) is not None) == (
        "ml-lyon-est",
        True,
    )
