"""Each hand-over is told to both organisations with its dates: sent, received, reminded, answered, over (R38, R43)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.clock import FixedClock, local_date
from shared.process.delivery import fire_due_timers
from tests.services.test_enrolment_api import CONSEILLER, OPENER, Enrolment, _actor
from tests.services.test_enrolment_handed_back import (
    CONSEILLER_ID,
    FIRST,
    REFERENT,
    SECOND,
    complete,
    get,
    handed_back_and_sent_elsewhere,
    ready_for_the_fiche,
)
from tests.support.databases import MakeDatabase

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
FOLLOWING = replace(CONSEILLER, person_id=CONSEILLER_ID)
DIRECTOR = _actor(FIRST.organisation_id, "directeur_ml", "mission_locale")


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


def passations(enrolment: Enrolment, actor: Any, parcours_id: str) -> list[dict[str, Any]]:
    return list(get(enrolment, actor, f"/parcours/{parcours_id}").get_json()["passations"])


def hand(enrolment: Enrolment, parcours_id: str, actor: Any = REFERENT) -> dict[str, Any]:
    return dict(get(enrolment, actor, f"/parcours/{parcours_id}").get_json()["hand"])


def send(enrolment: Enrolment, to: Any = FIRST) -> None:
    today = enrolment.service.clock.today().isoformat()
    complete(
        enrolment, REFERENT, "etablir_fiche", mission_locale=to.organisation_id, eleve_telephone="06 12 34 56 78",
        coordonnees_verifiees_le=today, fiche_envoyee_le=today,
    )  # fmt: skip


def days_pass(enrolment: Enrolment, days: int) -> None:
    clock = enrolment.service.clock._system
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=days))
    while fire_due_timers(enrolment.service.database, enrolment.service.processes):
        pass


def test_a_fiche_that_was_handed_back_is_one_passation_and_the_next_fiche_another(on_both: Enrolment) -> None:
    parcours_id, _ = handed_back_and_sent_elsewhere(on_both)
    first, second = passations(on_both, REFERENT, parcours_id)
    assert (first["status"], first["motive"], first["to_id"]) == (
        "retournee",
        "Lyon-Centre",
        FIRST.organisation_id,
    )
    assert list(first["dates"]) == ["preparee", "envoyee", "recue", "retournee"]
    assert (second["number"], second["status"], second["to_id"]) == (2, "recue", SECOND.organisation_id)
    assert second["motive"] is None


def test_the_receiver_reads_its_own_passation_and_not_the_one_before(enrolment: Enrolment) -> None:
    """R38."""
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    (seen,) = passations(enrolment, SECOND, parcours_id)
    assert (seen["number"], seen["status"], seen["from_kind"]) == (2, "recue", "lycee")


def test_a_passation_is_taken_in_charge_and_is_over_with_the_rendez_vous(enrolment: Enrolment) -> None:
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    complete(enrolment, SECOND, "designer_conseiller", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID)
    assert passations(enrolment, REFERENT, parcours_id)[1]["status"] == "prise_en_charge"
    today = enrolment.service.clock.today().isoformat()
    complete(
        enrolment, FOLLOWING, "fixer_entretien", contact_le=today, contact_resultat="rendez_vous_pris",
        entretien_prevu_le=today, entretien_lieu="Au lycée",
    )  # fmt: skip
    for actor in (REFERENT, SECOND):
        assert passations(enrolment, actor, parcours_id)[-1]["status"] == "close"
    complete(enrolment, OPENER, "retirer_volontariat", volontariat_retire_le=today)
    statuses = [each["status"] for each in passations(enrolment, REFERENT, parcours_id)]
    assert statuses == ["retournee", "close"]  # what ends one begins none


def test_the_one_who_is_late_is_reminded_then_the_directeur_has_the_hand_then_the_lycee(
    enrolment: Enrolment,
) -> None:
    """R45: take in charge within 5 working days; then the direction; then the lycée chooses what follows."""
    parcours_id = ready_for_the_fiche(enrolment)
    assert hand(enrolment, parcours_id)["organisation_kind"] == "lycee"
    send(enrolment)
    had = hand(enrolment, parcours_id)
    assert (had["organisation"], had["due_at"]) == (FIRST.organisation_id, "2026-09-14")
    days_pass(enrolment, 8)
    (reminded,) = passations(enrolment, REFERENT, parcours_id)
    assert (reminded["reminders"], reminded["status"]) == (1, "recue")
    days_pass(enrolment, 7)
    assert hand(enrolment, parcours_id)["name"] == "Répondre à la place du responsable"
    days_pass(enrolment, 14)
    (over,) = passations(enrolment, REFERENT, parcours_id)
    assert (over["status"], hand(enrolment, parcours_id)["organisation_kind"]) == ("close", "lycee")
    complete(enrolment, REFERENT, "choisir_repli", repli="autre_ml")
    send(enrolment, SECOND)
    assert [each["status"] for each in passations(enrolment, REFERENT, parcours_id)] == ["close", "recue"]


def test_the_directeur_answers_in_the_place_of_the_responsable(enrolment: Enrolment) -> None:
    parcours_id = ready_for_the_fiche(enrolment)
    send(enrolment)
    days_pass(enrolment, 15)
    complete(
        enrolment, DIRECTOR, "repondre_direction", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID
    )
    assert passations(enrolment, REFERENT, parcours_id)[0]["status"] == "prise_en_charge"


def test_between_two_attempts_the_mission_locale_keeps_the_hand_until_the_day_of_the_next(
    enrolment: Enrolment,
) -> None:
    parcours_id = ready_for_the_fiche(enrolment)
    send(enrolment, SECOND)
    complete(enrolment, SECOND, "designer_conseiller", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID)
    today = enrolment.service.clock.today().isoformat()
    complete(enrolment, FOLLOWING, "fixer_entretien", contact_le=today, contact_resultat="sans_reponse")
    had = hand(enrolment, parcours_id)
    assert (had["organisation"], had["name"]) == (SECOND.organisation_id, "Jour du rappel")
    assert local_date(datetime.fromisoformat(had["due_at"])).isoformat() == "2026-09-14"
