"""A period in a company: who signs its convention and when, the hours of a minor, what happens the same day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.clock import PARIS
from shared.dmn import parse_dmn
from shared.errors import BadInput
from shared.forms import FormContext
from tests.diagrams.files import WORKFLOWS, form
from tests.diagrams.scenarios import (
    AC,
    CONVENTION,
    USUAL_HOURS,
    Scenario,
    Wait,
    do,
    period,
    planned,
    solution,
)
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
        "convention_suite": "signee", "convention_chef_le": "18/09/2026", "convention_accueil_le": "18/09/2026",
        "convention_connue": True, **signed,
    }  # fmt: skip
    return form("accompaniment", "signer_convention").validate(answers, context)


def test_an_adult_signs_alone_from_the_18th_birthday_on() -> None:
    """R16."""
    assert signs(ADULT, convention_eleve_le="21/09/2026")["convention_responsable_le"] is None
    with pytest.raises(BadInput) as refused:
        signs(ADULT, convention_eleve_le="20/09/2026", convention_responsable_le="21/09/2026")
    assert refused.value.errors.keys() == {"convention_eleve_le", "convention_responsable_le"}
    with pytest.raises(BadInput) as refused:
        signs(date(2008, 3, 1))
    assert refused.value.errors.keys() == {"convention_eleve_le"}, (
        "of age as the first could sign: nobody else"
    )


def test_who_signs_a_convention_goes_by_the_day_of_signing_also_when_it_is_recorded_after_the_birthday() -> (
    None
):
    """R16, R17: at 17 the responsable légal signed on paper; the référent records it on the 18th birthday."""
    signed = signs(ADULT, convention_responsable_le="18/09/2026")
    assert (signed["convention_responsable_le"], signed["convention_eleve_le"]) == (date(2026, 9, 18), None)
    with pytest.raises(BadInput) as refused:
        signs(ADULT, "Paul Moreau", convention_responsable_le="18/09/2026")
    assert refused.value.errors.keys() == {"convention_responsable2_le"}


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
        "convention_suite": "signee", "convention_chef_le": "17/09/2026", "convention_accueil_le": "18/09/2026",
        "convention_responsable_le": "17/09/2026", "convention_connue": True,
    }  # fmt: skip
    with pytest.raises(BadInput) as refused:
        form("accompaniment", "signer_convention").validate(late, context)
    assert refused.value.errors.keys() == {"convention_accueil_le"}
    on_time = late | {"convention_accueil_le": "17/09/2026"}
    assert form("accompaniment", "signer_convention").validate(on_time, context)["convention_connue"] is True


def calls_off(first: date) -> Any:
    context = FormContext({"eleve_ne_le": ADULT, "suivie_du": first, "responsable2_nom": None}, MORNING)
    return form("accompaniment", "signer_convention").validate({"convention_suite": "annulee"}, context)


def test_a_period_not_signed_in_time_is_called_off_from_its_first_day_on_and_not_before() -> None:
    """R17: until then an avenant takes it away."""
    assert calls_off(FIRST)["convention_suite"] == "annulee"
    with pytest.raises(BadInput) as refused:
        calls_off(date(2026, 9, 22))
    assert refused.value.errors.keys() == {"convention_suite"}


def composing(*after: Any) -> World:
    """A follow-up whose one period, of 77 of the 81 days, has begun; ``after``: then; an avenant is composed."""
    steps = (
        *planned(period("2026-09-14", "2026-11-29")), *CONVENTION, Wait("accompaniment/attendre_periode"), *after,
        Wait("accompaniment/prochain_point"), *do(AC, "point_lycee", "point_ml", point_suite="avenant"),
        *do(AC, "rediger_avenant"),
    )  # fmt: skip
    return World(Scenario(steps, ends={}))


def compose(world: World, **answers: Any) -> Any:
    for step in do(AC, "composer_avenant", **answers):
        world.play(step)
    return world.variable("accompaniment/plan_message")


STOP = (
    *do(AC, "signaler_fait", fait_nature="arret", fait_le="2026-09-14", fait_suite="arret"), *do(AC, "prendre_acte"),
)  # fmt: skip
DONE = (Wait("accompaniment/fin_periode"), *do(AC, "attester_periode", jours_attestes=77))


@pytest.mark.parametrize("after", [(), STOP, DONE], ids=["that runs", "that was stopped", "that is attested"])
def test_no_avenant_takes_a_period_away_once_its_first_day_has_come(after: Any) -> None:
    """R9, R20, R24: its days were done; what is allowed is said."""
    world = composing(*after)
    task = next(each for each in world.open[AC] if each.element_id == "composer_avenant")
    context = FormContext(world.runtimes[AC].variables(world.now_at[AC].state, task.id), world.clock.now())
    with pytest.raises(BadInput) as refused:
        form(AC, task.form).validate({"plan_action": "retirer", "solution_numero": "1"}, context)
    assert "le référent l'arrête" in str(refused.value.errors["solution_numero"])


def test_an_avenant_takes_away_what_is_to_come_and_what_it_adds_itself() -> None:
    world = composing()
    compose(world, **period("2026-12-07", "2026-12-11"))
    assert compose(world, plan_action="retirer", solution_numero=2).endswith("77 prévus, 4 restants.")
    compose(world, **period("2026-09-15", "2026-09-16"))
    assert compose(world, plan_action="retirer", solution_numero=2).endswith("77 prévus, 4 restants."), (
        "not signed yet, whatever its days"
    )


def test_a_period_that_began_while_its_avenant_waited_for_signatures_is_not_taken_away_by_it() -> None:
    """R9, R17: signed before its first day the avenant holds; else the plan has the period again."""
    steps = (
        *planned(period("2026-10-12", "2026-11-29")), *CONVENTION, Wait("accompaniment/prochain_point"),
        *do(AC, "point_lycee", "point_ml", point_suite="avenant"), *do(AC, "rediger_avenant"),
        *do(AC, "composer_avenant", plan_action="retirer", solution_numero=1),
        *do(AC, "composer_avenant", plan_action="terminer"), Wait("accompaniment/attendre_periode"),
    )  # fmt: skip
    world = World(Scenario(steps, ends={}))
    task = next(each for each in world.open[AC] if each.element_id == "signer_avenant")
    context = FormContext(world.runtimes[AC].variables(world.now_at[AC].state, task.id), world.clock.now())
    signed = {"plan_action": "signer", "avenant_signe_le": "11/10/2026"}
    assert form(AC, task.form).validate(signed, context)["avenant_signe_le"] == date(2026, 10, 11)
    with pytest.raises(BadInput) as refused:
        form(AC, task.form).validate(signed | {"avenant_signe_le": "12/10/2026"}, context)
    assert refused.value.errors.keys() == {"avenant_signe_le"}
    for step in do(AC, "signer_avenant", plan_action="revoir"):
        world.play(step)
    assert [each["id"] for each in world.variable("accompaniment/plan")] == ["s1"]


def test_days_done_count_however_the_plan_changes() -> None:
    """R9: 77 of 81 days were done, and 20 more are refused with what is left."""
    world = composing(*DONE)
    assert "81 jours permis, 97 prévus, 0 restants, 16 de trop." in compose(
        world, **period("2026-12-21", "2027-01-09")
    )


def test_the_days_that_a_stopped_period_leaves_may_be_planned_again() -> None:
    """R9: one day was done of 77; 70 more are 71."""
    told = compose(composing(*STOP), **period("2026-11-01", "2027-01-09"))
    assert told.endswith("81 jours permis, 71 prévus, 10 restants.")


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
        *do(AC, "signer_convention", convention_suite="signee"), Wait("accompaniment/attendre_periode"),
        *do(AC, "signaler_fait", fait_nature="absence", fait_suite="continue"),
    )  # fmt: skip
    world = World(Scenario(steps, ends={}))
    told = next(task for task in world.open[AC] if task.element_id == "prendre_acte")
    assert (told.organisation, told.due) == ("mission_locale", date(2026, 9, 14))


BEGUN = (*CONVENTION, Wait("accompaniment/attendre_periode"))


def followed(first: str, last: str, *after: Any) -> World:
    """A PFMP whose convention is signed, from its first day on."""
    return World(Scenario((*planned(period(first, last)), *BEGUN, *after), ends={}))


def open_of(world: World) -> list[str]:
    """The tasks of the period, in order."""
    mine = {"signaler_fait", "prendre_acte", "attester_periode"}
    return sorted(task.element_id for task in world.open[AC] if task.element_id in mine)


def test_an_accident_of_the_last_day_stays_with_the_conseiller_after_it() -> None:
    """R44."""
    world = followed("2026-09-14", "2026-09-25")
    world.clock.set(datetime(2026, 9, 25, 17, tzinfo=PARIS))
    for step in do(AC, "signaler_fait", fait_nature="accident", fait_le="2026-09-25", fait_suite="continue"):
        world.play(step)
    world.play(Wait("accompaniment/fin_periode"))
    assert open_of(world) == ["attester_periode", "prendre_acte"]
    for step in do(AC, "attester_periode", jours_attestes=9):
        world.play(step)
    assert open_of(world) == ["prendre_acte"]
    for step in do(AC, "prendre_acte"):
        world.play(step)
    assert open_of(world) == []


def test_an_absence_learnt_after_the_last_day_is_told_until_the_days_are_attested() -> None:
    """R44: and a stop told then asks for no second attestation."""
    world = followed("2026-09-14", "2026-09-25", Wait("accompaniment/fin_periode"))
    for step in do(AC, "signaler_fait", fait_nature="arret", fait_le="2026-09-25", fait_suite="arret"):
        world.play(step)
    for step in do(AC, "prendre_acte"):
        world.play(step)
    assert open_of(world) == ["attester_periode"]
    told = followed("2026-09-14", "2026-09-25", Wait("accompaniment/fin_periode"))
    assert open_of(told) == ["attester_periode", "signaler_fait"]
    for step in do(AC, "attester_periode", jours_attestes=9):
        told.play(step)
    assert open_of(told) == []


def test_a_fact_of_after_the_period_is_refused() -> None:
    """R44."""
    context = FormContext({"suivie_du": date(2026, 9, 14), "suivie_au": date(2026, 9, 18)}, MORNING)
    said = {"fait_nature": "absence", "fait_texte": "Absence du matin.", "fait_suite": "continue"}
    signal = form("accompaniment", "signaler_fait")
    assert signal.validate({**said, "fait_le": "18/09/2026"}, context)["fait_le"] == date(2026, 9, 18)
    with pytest.raises(BadInput) as refused:
        signal.validate({**said, "fait_le": "19/09/2026"}, context)
    assert refused.value.errors.keys() == {"fait_le"}


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
