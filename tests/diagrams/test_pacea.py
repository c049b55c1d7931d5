"""A PACEA in the follow-up: who may sign it and when (R21), never required, on or off by campagne (R22)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.campagnes.store import current, take
from shared.errors import BadInput
from shared.forms import FormContext
from shared.parcours.pacea import pacea_dates
from tests.diagrams.files import definition, form
from tests.diagrams.scenarios import AC, PACEA, TAKEN, Scenario, Wait, do
from tests.diagrams.world import World

NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
BORN = date(2008, 5, 4)
SIGNED = {
    "pacea_diagnostic_le": "01/10/2026", "pacea_signe_le": "05/10/2026", "pacea_phase_objet": "Permis",
    "pacea_phase_du": "05/11/2026", "pacea_phase_au": "04/10/2028",
}  # fmt: skip


def accepted(answers: Mapping[str, str], born_on: date = BORN) -> Mapping[str, Any]:
    values: Mapping[str, Any] = form(AC, "signer_pacea").validate(
        answers, FormContext({"eleve_ne_le": born_on}, NOW)
    )
    return values


def test_a_first_phase_a_month_after_the_signature_and_an_end_after_24_months_are_accepted() -> None:
    assert accepted(SIGNED)["pacea_phase_au"] == pacea_dates(BORN, date(2026, 10, 5)).ends_on


@pytest.mark.parametrize(
    ("wrong", "born_on", "field"),
    [
        ({"pacea_phase_du": "06/11/2026"}, BORN, "pacea_phase_du"),
        ({"pacea_phase_au": "05/10/2028"}, BORN, "pacea_phase_au"),
        ({"pacea_diagnostic_le": "05/10/2026", "pacea_signe_le": "04/10/2026"}, BORN, "pacea_diagnostic_le"),
        ({}, date(2010, 10, 6), "pacea_signe_le"),  # 16 tomorrow
        ({}, date(2000, 10, 5), "pacea_signe_le"),  # 26 today
        (
            {"pacea_phase_au": "06/10/2027"},
            date(2001, 10, 5),
            "pacea_phase_au",
        ),  # the day after the 26th birthday
    ],
)
def test_what_breaks_an_age_or_a_term_of_the_pacea_is_refused(
    wrong: dict[str, str], born_on: date, field: str
) -> None:
    """R21."""
    with pytest.raises(BadInput) as refused:
        accepted({**SIGNED, **wrong}, born_on)
    assert field in refused.value.errors


def follow_up(*steps: Any, **facts: Any) -> World:
    return World(Scenario((*TAKEN, *steps), ends={}, facts=facts))


def open_tasks(world: World) -> set[str]:
    return {task.element_id for task in world.open[AC]}


def test_a_pacea_may_be_signed_at_any_time_of_the_follow_up_and_is_never_awaited() -> None:
    """R22: a task without a deadline; the lycée sees nothing of it."""
    (task,) = [task for task in follow_up().open[AC] if task.element_id == "signer_pacea"]
    assert (task.due, task.organisation) == (None, "mission_locale")
    own = {
        name: each.side for name, each in definition("pacea").variables.items() if name.startswith("pacea_")
    }
    assert own == dict.fromkeys(own, "ml")


def test_a_campagne_that_switches_the_pacea_off_offers_none() -> None:
    """R22."""
    entrusted = World(Scenario(TAKEN[:-2], ends={}))
    delivered = current(entrusted.tx)["2026-2027"].data
    take(entrusted.tx, "2026-2027", 9, {**delivered, "pacea": {"ouvert": False}}, "Analyste", NOW)
    for step in TAKEN[-2:]:
        entrusted.play(step)
    assert "signaler_depart" in open_tasks(entrusted)
    assert "signer_pacea" not in open_tasks(entrusted)


def test_the_phase_that_is_over_is_evaluated_and_the_end_of_the_status_ends_what_is_followed_here() -> None:
    world = follow_up(*do(AC, "signer_pacea", **PACEA), Wait("accompaniment/fin_de_phase"))
    assert "evaluer_phase" in open_tasks(world)
    world.play(Wait("accompaniment/bilan_a_convoquer"))
    world.play(Wait("accompaniment/fin_du_statut"))
    assert open_tasks(world) == set()
