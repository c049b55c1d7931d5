"""R28, R29: how long a session is, on which day, at which hour, and for which class."""

from datetime import date
from typing import Any

import pytest

from tests.services.ateliers.world import CONSEILLER, Ateliers, refused
from tests.support.databases import MakeDatabase

OUTSIDE = {
    "during the school holidays of zone A": ({"on": "2025-10-22"}, "vacances scolaires du lycée"),
    "on a public holiday": ({"on": "2025-11-11"}, "jour férié"),
    "on a day that the convention leaves out": ({"on": "2025-11-05"}, "un des jours de la convention"),
    "after the school year": ({"on": "2026-09-03"}, "du 01/09/2025 au 31/08/2026"),
    "before the lycée opens": ({"at": "07:30"}, "entre 8 h 00 et 18 h 00"),
    "until after it closes": ({"at": "17:00"}, "entre 8 h 00 et 18 h 00"),
    "outside the lycée": ({"is_outside": True}, "se tiennent au lycée dans la campagne 2025-2026"),
    "shorter than the campagne's least": ({"minutes": 59}, "au moins 60 minutes dans cette campagne"),
    "of a workshop that the campagne has not": (
        {"workshop": 5},
        "a 4 ateliers : choisissez un numéro de 1 à 4",
    ),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_a_session_is_refused(agreed: Ateliers, case: str) -> None:
    changed, words = OUTSIDE[case]
    status, said = refused(agreed.plans(**changed))
    assert (status, words in said) == (422, True), said


@pytest.mark.parametrize(
    "changed", [{}, {"minutes": 60}, {"at": "08:00"}, {"at": "16:30"}, {"on": "2025-11-03"}]
)
def test_a_session_on_a_day_of_class_within_the_hours_is_planned(
    agreed: Ateliers, changed: dict[str, Any]
) -> None:
    session = agreed.session(agreed.planned(**changed))
    assert [pupil["status"] for pupil in session["pupils"]] == ["prescrit", "prescrit"]
    assert session["title"]


def test_a_campagne_that_states_no_length_and_no_place_refuses_none(
    make_sqlite_database: MakeDatabase,
) -> None:
    """R28, R29: 60 minutes, in the lycée, since the arrêté of 2025 only."""
    world = Ateliers(make_sqlite_database, date(2024, 10, 7))
    world.opens()
    world.concludes()
    world.gives()
    assert world.plans(on="2024-11-07", minutes=45, is_outside=True).status_code == 201
    assert "3 ateliers" in refused(world.plans(4, on="2024-11-07"))[1]
    world.service.database.dispose()


def test_a_class_is_not_in_two_sessions_at_once(agreed: Ateliers) -> None:
    agreed.planned(1)
    status, said = refused(agreed.plans(2, at="11:00"))
    assert (status, said) == (
        422, "La classe TBAC1 a déjà une séance de 10 h 00 à 11 h 30 : choisissez une autre heure.",
    )  # fmt: skip


def test_another_class_may_come_at_the_same_hour_and_the_same_one_right_after(agreed: Ateliers) -> None:
    agreed.gives(of="TCAP2")
    agreed.planned(1)
    assert agreed.plans(1, classes=["TCAP2"]).status_code == 201
    assert agreed.plans(2, at="11:30").status_code == 201


def test_a_single_pupil_may_be_enrolled(agreed: Ateliers) -> None:
    session = agreed.session(agreed.planned(classes=[], pupils=["TBAC1-1"]))
    assert [pupil["pupil_id"] for pupil in session["pupils"]] == ["TBAC1-1"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"classes": ["INCONNUE"]}, "La classe INCONNUE"),
        ({"classes": [], "pupils": ["d-un-autre-lycee"]}, "n’est pas inscrit au cycle"),
    ],
)
def test_who_was_not_given_by_the_lycee_is_refused(
    agreed: Ateliers, changed: dict[str, Any], words: str
) -> None:
    status, said = refused(agreed.plans(**changed))
    assert (status, words in said) == (422, True)


def test_who_has_a_place_in_the_workshop_has_no_second_one(agreed: Ateliers) -> None:
    agreed.planned(classes=[], pupils=["TBAC1-0"])
    assert refused(agreed.plans(on="2025-11-07", classes=[], pupils=["TBAC1-0"]))[0] == 422
    session = agreed.session(agreed.planned(on="2025-11-07"))
    assert [pupil["pupil_id"] for pupil in session["pupils"]] == ["TBAC1-1"]


def test_a_session_is_postponed_with_its_pupils(agreed: Ateliers) -> None:
    session_id = agreed.planned()
    told = {"on": "2025-11-13", "at": "14:00", "reason": "Salle prise"}
    assert agreed.post(CONSEILLER, f"/sessions/{session_id}/postpone", told).status_code == 200
    session = agreed.session(session_id)
    assert (session["on"], session["at"], session["reason"]) == ("2025-11-13", "14:00", "Salle prise")
    assert (session["moved_from"], len(session["pupils"])) == ("2025-11-06T09:00:00+00:00", 2)


def test_a_session_is_not_postponed_into_the_holidays(agreed: Ateliers) -> None:
    told = {"on": "2025-12-24", "at": "14:00", "reason": "Salle prise"}
    answer = agreed.post(CONSEILLER, f"/sessions/{agreed.planned()}/postpone", told)
    assert "vacances scolaires" in refused(answer)[1]


def test_when_the_only_session_is_cancelled_the_workshop_is_to_be_planned_again(agreed: Ateliers) -> None:
    session_id = agreed.planned()
    assert agreed.waits(CONSEILLER) == ["tenir_atelier"]
    assert agreed.post(CONSEILLER, f"/sessions/{session_id}/cancel", {"reason": "Grève"}).status_code == 200
    assert agreed.waits(CONSEILLER) == ["planifier_atelier"]
    again = agreed.session(agreed.planned(on="2025-11-13"))
    assert len(again["pupils"]) == 2


def test_a_cancelled_session_does_not_change_any_more(agreed: Ateliers) -> None:
    session_id = agreed.planned()
    agreed.post(CONSEILLER, f"/sessions/{session_id}/cancel", {"reason": "Grève"})
    assert agreed.marks(session_id, TBAC1_0="realise").status_code == 409


def test_a_workshop_is_given_up_and_the_cycle_goes_on_with_the_next_one(agreed: Ateliers) -> None:
    path, told = (
        f"/cycles/{agreed.cycle_id}/give-up",
        {"workshop": 1, "reason": "Objectif déjà traité en classe"},
    )
    assert agreed.post(CONSEILLER, path, told).status_code == 200
    assert [each["state"] for each in agreed.cycle()["workshops"]][:2] == ["abandonne", "a_planifier"]
    assert "atelier 2" in agreed.tasks(CONSEILLER)[0]["subject"]
    assert refused(agreed.plans(1))[0] == 422


def test_a_workshop_with_a_session_is_not_given_up(agreed: Ateliers) -> None:
    agreed.planned()
    told = {"workshop": 1, "reason": "Trop tard"}
    assert refused(agreed.post(CONSEILLER, f"/cycles/{agreed.cycle_id}/give-up", told))[0] == 422


def test_more_pupils_join_a_planned_session_but_not_at_a_taken_hour(agreed: Ateliers) -> None:
    agreed.gives(of="TCAP2")
    first = agreed.planned(1)
    agreed.planned(2, on="2025-11-07", classes=["TCAP2"])
    assert agreed.post(CONSEILLER, f"/sessions/{first}/pupils", {"classes": ["TCAP2"]}).status_code == 200
    assert len(agreed.session(first)["pupils"]) == 4
    beside = agreed.planned(3, at="11:00", classes=[])
    status, said = refused(agreed.post(CONSEILLER, f"/sessions/{beside}/pupils", {"pupils": ["TCAP2-0"]}))
    assert (status, "TCAP2" in said) == (422, True)
