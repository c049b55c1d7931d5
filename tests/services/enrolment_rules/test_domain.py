from datetime import date
from typing import Any

import pytest

from services.enrolment.domain import (
    course_label,
    eligibility_facts,
    end_of_status,
    opening_variables,
)
from shared.catalogue import sentence
from shared.parcours import campagne_context
from shared.parcours.campagne import campagne_on, load_campagnes
from shared.parcours.eligibility import unmet
from shared.parcours.mef import PAE_LEVEL_4, Diploma

TODAY = date(2026, 9, 10)
CAMPAGNE = campagne_on(TODAY, load_campagnes())
RULES = campagne_context.rules(CAMPAGNE)
PUPIL: dict[str, Any] = {
    "id": "p1", "uai": "0690043X", "ine": "123456789AB", "family_name": "Aubépine", "usage_name": None,
    "given_name": "Zoé", "born_on": date(2008, 3, 12), "mef": "2412214122", "class_code": "2CAPPAT",
    "phone": None, "email": "zoe@example.org", "commune_code": None, "address": None, "left_on": None,
}  # fmt: skip
DOSSIER: dict[str, Any] = {
    "eleve_ne_le": date(2008, 3, 12), "diplome": "cap", "session_examen": "derniere",
    "resultat_examen": "ajourne", "engagement": "aucun", "volontariat_choix": "oui",
    "volontariat_le": date(2026, 9, 3),
}  # fmt: skip


def codes(**changes: Any) -> list[str]:
    facts = eligibility_facts(DOSSIER | changes, CAMPAGNE)
    return [reason.code for reason in unmet(facts, last_session=CAMPAGNE.session, today=TODAY)]


def test_a_parcours_begins_with_the_pupils_identity_and_never_the_ine() -> None:
    variables = opening_variables(PUPIL, campagne=CAMPAGNE)
    assert variables["eleve_nom"] == "Aubépine"
    assert variables["diplome"] == "cap"
    assert variables["formation_preparee"] == "CAP, dernière année (MEF 2412214122), classe 2CAPPAT"
    assert (variables["campagne"], variables["rentree_le"]) == ("2026-2027", date(2026, 9, 1))
    assert PUPIL["ine"] not in variables.values()


def test_the_name_of_use_is_the_one_that_people_read() -> None:
    pupil = PUPIL | {"usage_name": "Sauvage", "class_code": None}
    variables = opening_variables(pupil, campagne=CAMPAGNE)
    assert variables["eleve_nom"] == "Sauvage"
    assert variables["formation_preparee"].endswith("(MEF 2412214122)")


@pytest.mark.parametrize(
    ("mef", "label"),
    [
        ("2473360433", "Baccalauréat professionnel, dernière année (MEF 2473360433)"),
        ("2473360432", "Baccalauréat professionnel (MEF 2473360432)"),
        (PAE_LEVEL_4, f"Parcours Ambition Emploi (MEF {PAE_LEVEL_4})"),
        ("2573221030", "Autre formation (MEF 2573221030)"),
    ],
)
def test_a_course_is_said_in_words(mef: str, label: str) -> None:
    assert course_label(mef) == label
    other = opening_variables(PUPIL | {"mef": mef}, campagne=CAMPAGNE)["diplome"]
    assert other == ("bac_pro" if mef.startswith("247") else "autre")


def test_the_end_of_status_is_fixed_from_the_entry() -> None:
    assert end_of_status(TODAY, CAMPAGNE.rentree_on, RULES, TODAY) == (date(2027, 1, 9), ())


def test_a_campagne_may_say_less_than_four_months_and_not_after_december() -> None:
    """R8, R10."""
    shorter = RULES | {"duree_mois": 3}
    assert end_of_status(TODAY, CAMPAGNE.rentree_on, shorter)[0] == date(2026, 12, 9)
    within_year = RULES | {"avant_31_decembre": True}
    assert end_of_status(TODAY, CAMPAGNE.rentree_on, within_year)[0] == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("entry_on", "today", "code"),
    [
        (date(2026, 8, 31), TODAY, "parcours.before_rentree"),
        (date(2026, 9, 1), date(2027, 1, 1), "parcours.end_in_past"),
    ],
)
def test_a_wrong_day_of_entry_is_told(entry_on: date, today: date, code: str) -> None:
    _, (reason,) = end_of_status(entry_on, CAMPAGNE.rentree_on, RULES, today)
    assert reason.code == code
    assert sentence(reason.code, **reason.params)


@pytest.mark.parametrize("diploma", [each.value for each in Diploma])
@pytest.mark.parametrize("session", ["derniere", "remplacement"])
def test_the_last_session_and_its_replacement_are_eligible(diploma: str, session: str) -> None:
    assert codes(diplome=diploma, session_examen=session) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"diplome": "autre"}, "parcours.other_diploma"),
        ({"session_examen": "anterieure"}, "parcours.other_session"),
        ({"session_examen": "aucune"}, "parcours.other_session"),
        ({"engagement": "emploi"}, "parcours.committed"),
        ({"engagement": "contrat_signe"}, "parcours.committed"),
        ({"engagement": "formation"}, "parcours.committed"),
        ({"volontariat_choix": "non"}, "parcours.not_volunteer"),
        ({"volontariat_le": None}, "parcours.not_volunteer"),
        ({"eleve_ne_le": date(2010, 9, 11)}, "parcours.under_16"),
    ],
)
def test_each_answer_of_the_dossier_counts(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes) == [code]
