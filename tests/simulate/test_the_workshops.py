"""Workshops in a simulation, without any service: what is drawn, and what the oracle makes of it."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.simulate import profiles
from services.simulate.profiles import PROFILES, territory, uais
from services.simulate.workshops.drawing import Act, Plan, Ref, Who
from services.simulate.workshops.expected import ExpectedCycle, expect_cycle
from services.simulate.workshops.plan import draw
from shared.parcours.academies import place_of
from shared.parcours.campagne import load_campagnes
from shared.parcours.uai import parse_uai

CAMPAGNE = next(campagne for campagne in load_campagnes() if campagne.code == "2025-2026")
FIRST_DAY = date(2025, 10, 6)
CLASSES = {
    name: [
        {"pupil_id": f"{name}-{n}", "family_name": "N", "given_name": "P", "class_code": name} for n in range(12)
    ]
    for name in ("T1", "T2", "T3")
}  # fmt: skip
PROPOSED = frozenset({"T1-3", "T3-0"})
CYCLE, SESSION = "/cycles/{cycle}/", "/sessions/{session}/"


def is_open(day: date) -> bool:
    return day.isoweekday() < 6


def drawn(seed: int) -> Plan:
    return draw(Random(seed), CLASSES, PROPOSED, CAMPAGNE, FIRST_DAY, is_open)


def act(word: str, body: dict[str, Any], session: str | None = None, **more: Any) -> Act:
    path = (CYCLE if session is None or "made" in more else SESSION) + word
    return Act(FIRST_DAY, Who.LEAD, path, body, session, **more)


def intends(pupil: str, has_solution: bool, agreed_on: str | None = "2026-03-01") -> Act:
    return act("intentions", {"pupil_id": pupil, "has_solution": has_solution, "agreed_on": agreed_on})


ENROLLED = act("pupils", {"pupils": CLASSES["T1"][:3]})
PLANNED = act("sessions", {"workshop": 1, "classes": ["T1"]}, made="s")
SHEET = act("sheet", {"marks": {"T1-0": "realise", "T1-1": "refus_tiers", "T1-2": "realise"}}, "s")


def expected(*acts: Act, workshops: int = 1) -> ExpectedCycle:
    return expect_cycle(Plan(FIRST_DAY, FIRST_DAY, "mission_locale", False, acts), workshops)


def test_the_same_chance_draws_the_same_plan_and_another_one_another() -> None:
    assert drawn(5) == drawn(5) != drawn(6)


def test_plans_are_in_order_within_the_school_year_and_close_what_they_plan() -> None:
    for seed in range(60):
        plan = drawn(seed)
        days = [each.day for each in plan.acts]
        assert days == sorted(days)
        assert plan.opened_on <= plan.concluded_on < days[0]
        assert days[-1] < CAMPAGNE.ends_on
        found = expect_cycle(plan, 4)
        assert found.proposed == PROPOSED
        assert (found.figures["eleves"], found.figures.get("seances_prevues", 0)) == (36, 0)


def test_sixty_plans_hold_every_mishap() -> None:
    acts = [each for seed in range(60) for each in drawn(seed).acts]
    words = {(each.path.rsplit("/", 1)[-1], each.is_refused) for each in acts}
    assert {
        ("cancel", False),
        ("postpone", False),
        ("move", False),
        ("give-up", False),
        ("journal", False),
    } <= words
    assert {("sessions", True), ("sheet", True), ("intentions", True), ("interviews", True)} <= words
    marks = {mark for each in acts for mark in each.body.get("marks", {}).values()}
    assert marks == {"realise", "refus_jeune", "refus_tiers"}


def test_a_plain_cycle_asks_for_each_task_once_and_proposes_who_has_no_solution() -> None:
    wishes = (intends("T1-0", False), intends("T1-1", True), intends("T1-2", False, None))
    found = expected(ENROLLED, PLANNED, SHEET, *wishes)
    once = (
        "conclure_convention", "inscrire_eleves", "planifier_atelier", "tenir_atelier", "recueillir_intentions",
        "examiner_propositions",
    )  # fmt: skip
    assert found.case.tasks == dict.fromkeys(once, 1)
    assert (found.proposed, found.case.ends) == (
        {"T1-0"},
        {"avenirpro": "fin", "propositions": "fin_examinees"},
    )
    assert found.figures == {
        "seances_tenues": 1, "presences": 2, "excuses": 1, "eleves": 3, "inscriptions": 3,
    }  # fmt: skip


def test_what_was_refused_changes_nothing() -> None:
    wrong = replace(SHEET, is_refused=True)
    found = expected(ENROLLED, PLANNED, wrong)
    assert (found.figures["a_noter"], found.figures["seances_prevues"]) == (3, 1)
    assert "tenir_atelier" not in found.case.tasks


def test_a_cancelled_session_is_planned_again_and_its_pupils_count_once() -> None:
    again = act("sessions", {"workshop": 1, "classes": [], "pupils": ["T1-0", "T1-1", "T1-2"]}, made="s2")
    found = expected(
        ENROLLED, PLANNED, act("cancel", {"reason": "Grève"}, "s"), again, replace(SHEET, session="s2")
    )
    assert (found.case.tasks["planifier_atelier"], found.case.tasks["tenir_atelier"]) == (2, 2)
    assert (found.figures["inscriptions"], found.figures["seances_annulees"]) == (3, 1)


def test_a_rescheduled_pupil_counts_where_he_or_she_is_awaited() -> None:
    other = act("sessions", {"workshop": 1, "classes": []}, made="other")
    move = act("move", {"pupil_id": "T1-2", "session_id": Ref("other")}, "s")
    rest = act("sheet", {"marks": {"T1-0": "realise", "T1-1": "realise"}}, "s")
    figures = expected(ENROLLED, PLANNED, other, move, rest).figures
    assert (figures["presences"], figures["a_noter"], figures["inscriptions"]) == (2, 1, 3)


def test_a_workshop_that_is_given_up_and_intentions_that_nobody_asked_for() -> None:
    gone = act("give-up", {"workshop": 2, "reason": "Salle"})
    found = expected(ENROLLED, PLANNED, SHEET, gone, intends("T1-0", True), workshops=2)
    assert found.case.tasks["planifier_atelier"] == 2
    assert "recueillir_intentions" not in found.case.tasks  # the year ended before
    assert found.case.ends["propositions"] == "fin_sans_proposition"


@pytest.mark.parametrize("is_beside", [True, False])
def test_lycees_have_codes_of_one_academie_with_or_without_the_public_list(
    is_beside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "uai.csv"
    if is_beside:
        listed.write_text("uai\n0690043X\n0750002D\n0690044X\n0010016M\n", encoding="utf-8")
    monkeypatch.setattr(profiles, "REAL_UAIS", listed)
    found = uais(100)
    assert len({parse_uai(uai) for uai in found}) == 100
    assert {place_of(uai).academie for uai in found} == {"Lyon"}
    assert (found[:2] == ["0010016M", "0690043X"]) is is_beside


def test_the_profiles_have_the_sizes_that_they_promise_and_share_them_out() -> None:
    area = territory(PROFILES["academie"])
    assert (len(area.lycees), len(area.missions_locales), len(area.agencies)) == (100, 25, 25)
    assert {len(partners) for partners in area.partners.values()} == {2}
    assert {area.partners[uai][0] for uai in area.lycees} == set(area.missions_locales)
    small = PROFILES["academie"].scaled(0.02)
    assert (small.missions_locales, small.lycees, small.pupils, small.parcours) == (1, 2, 200, 22)


def test_sessions_of_a_cycle_are_on_days_of_their_own() -> None:
    plan = drawn(11)
    days = [each.body["on"] for each in plan.acts if each.made]
    assert len(set(days)) == len(days)
    assert all(is_open(date.fromisoformat(day)) for day in days)
    assert all(date.fromisoformat(day) > plan.concluded_on + timedelta(days=7) for day in days)
