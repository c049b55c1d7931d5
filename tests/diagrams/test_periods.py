"""A period in a company: who signs its convention and when, the hours of a minor, what happens the same day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.dmn import parse_dmn
from shared.errors import BadInput
from shared.forms import FormContext
from tests.diagrams.files import WORKFLOWS, form
from tests.diagrams.scenarios import AC, USUAL_HOURS, Scenario, Wait, do, period, planned, solution
from tests.diagrams.world import World

MORNING = datetime(2026, 9, 21, 8, tzinfo=UTC)
FIRST = date(2026, 9, 21)
ADULT, MINOR = date(2008, 9, 21), date(2008, 9, 22)
WITHIN = {
    "heures_par_jour": 8, "heures_par_semaine": 35, "heure_debut": 6, "heure_fin": 22, "jours_de_repos": 2,
    "dimanche_travaille": False,
}  # fmt: skip


def signs(born_on: date, second: str | None = None, **signed: str) -> Any:
    known = {"eleve_ne_le": born_on, "suivie_du": FIRST, "responsable2_nom": second}
    context = FormContext(known, MORNING)
    answers = {
        "convention_chef_le": "18/09/2026", "convention_accueil_le": "18/09/2026", "convention_connue": True, **signed,
    }  # fmt: skip
    return form("accompaniment", "signer_convention").validate(answers, context)


def test_an_adult_signs_alone_from_the_18th_birthday_on() -> None:
    """R16."""
    assert signs(ADULT, convention_eleve_le="21/09/2026")["convention_responsable_le"] is None
    with pytest.raises(BadInput) as refused:
        signs(ADULT)
    assert refused.value.errors.keys() == {"convention_eleve_le"}


def test_the_responsable_legal_signs_for_a_minor() -> None:
    """R16."""
    assert signs(MINOR, convention_responsable_le="21/09/2026")["convention_eleve_le"] is None
    with pytest.raises(BadInput) as refused:
        signs(MINOR, convention_eleve_le="21/09/2026")
    assert refused.value.errors.keys() == {"convention_responsable_le"}


def test_both_parents_of_a_minor_sign_when_there_are_two() -> None:
    """R16, R17."""
    one = {"convention_responsable_le": "21/09/2026"}
    with pytest.raises(BadInput) as refused:
        signs(MINOR, "Paul Moreau", **one)
    assert refused.value.errors.keys() == {"convention_responsable2_le"}
    assert signs(MINOR, "Paul Moreau", **one, convention_responsable2_le="21/09/2026")["convention_connue"]
    assert signs(ADULT, "Paul Moreau", convention_eleve_le="21/09/2026")["convention_responsable2_le"] is None


def test_no_period_begins_before_all_have_signed() -> None:
    """R17."""
    context = FormContext(
        {"eleve_ne_le": ADULT, "suivie_du": date(2026, 9, 17), "responsable2_nom": None}, MORNING
    )
    late = {
        "convention_chef_le": "17/09/2026", "convention_accueil_le": "18/09/2026", "convention_eleve_le": "17/09/2026",
        "convention_connue": True,
    }  # fmt: skip
    with pytest.raises(BadInput) as refused:
        form("accompaniment", "signer_convention").validate(late, context)
    assert refused.value.errors.keys() == {"convention_accueil_le"}
    on_time = late | {"convention_accueil_le": "17/09/2026"}
    assert form("accompaniment", "signer_convention").validate(on_time, context)["convention_connue"] is True


def hours(born_on: date = MINOR, **planned_hours: Any) -> Any:
    model = parse_dmn((WORKFLOWS / "accompaniment" / "horaires_mineur.dmn").read_bytes())
    facts = {"eleve_ne_le": born_on, "suivie_du": FIRST, **WITHIN, **planned_hours}
    return model.evaluate("horaires_mineur", facts, now=MORNING).value


def test_the_hours_of_a_minor_may_reach_their_limits() -> None:
    """R19."""
    assert hours()["conforme"] is True


@pytest.mark.parametrize(
    "beyond",
    [
        {"heures_par_jour": 9}, {"heures_par_semaine": 36}, {"heure_debut": 5}, {"heure_fin": 23},
        {"jours_de_repos": 1}, {"dimanche_travaille": True},
    ],
)  # fmt: skip
def test_hours_beyond_ask_for_a_recorded_derogation_of_a_minor_and_of_nobody_else(
    beyond: dict[str, Any],
) -> None:
    """R19."""
    told = hours(**beyond)
    assert (told["conforme"], "dérogation" in told["texte"]) == (False, True)
    assert hours(ADULT, **beyond)["conforme"] is True


@pytest.mark.parametrize(("first", "is_adult"), [(date(2026, 2, 27), False), (date(2026, 2, 28), True)])
def test_who_is_born_on_a_29_february_has_the_hours_of_an_adult_from_the_28th_on(
    first: date, is_adult: bool
) -> None:
    """R19: the same day as everywhere else."""
    assert hours(date(2008, 2, 29), suivie_du=first, heures_par_jour=9)["conforme"] is is_adult


def test_an_absence_is_told_to_the_mission_locale_for_the_same_day() -> None:
    """R44."""
    steps = (
        *planned(period("2026-09-14", "2026-09-25", "stage")), *do(AC, "etablir_convention", **USUAL_HOURS),
        *do(AC, "signer_convention"), Wait("accompaniment/attendre_periode"),
        *do(AC, "signaler_fait", fait_nature="absence", fait_suite="continue"),
    )  # fmt: skip
    world = World(Scenario(steps, ends={}))
    told = next(task for task in world.open[AC] if task.element_id == "prendre_acte")
    assert (told.organisation, told.due) == ("mission_locale", date(2026, 9, 14))


@pytest.mark.parametrize(
    ("nature", "booked", "told", "acknowledged", "organisation"),
    [
        ("mlds", "inscrire_formation", "signaler_absence_lycee", "prendre_acte_ml", "mission_locale"),
        ("tre", "retenir_place", "signaler_absence_ml", "prendre_acte_lycee", "lycee"),
        ("service_civique", "engager_service_civique", "signaler_absence_ml", "prendre_acte_lycee", "lycee"),
    ],
)
def test_who_hosts_tells_the_other_organisation_of_an_absence_for_the_same_day(
    nature: str, booked: str, told: str, acknowledged: str, organisation: str
) -> None:
    """R44: in every kind of solution outside a company."""
    steps = (
        *planned(solution(nature, "2026-09-14", "2026-10-02")), *do(AC, booked), Wait("accompaniment/premier_jour"),
        *do(AC, told, fait_nature="accident", fait_suite="continue"),
    )  # fmt: skip
    world = World(Scenario(steps, ends={}))
    opened = next(task for task in world.open[AC] if task.element_id == acknowledged)
    assert (opened.organisation, opened.due) == (organisation, date(2026, 9, 14))


def test_more_days_than_the_period_has_are_not_attested() -> None:
    """R20."""
    context = FormContext({"suivie_du": FIRST, "suivie_au": date(2026, 9, 25)}, MORNING)
    assert (
        form("accompaniment", "attester_periode").validate({"jours_attestes": "5"}, context)["jours_attestes"]
        == 5
    )
    with pytest.raises(BadInput) as refused:
        form("accompaniment", "attester_periode").validate({"jours_attestes": "6"}, context)
    assert refused.value.errors.keys() == {"jours_attestes"}
