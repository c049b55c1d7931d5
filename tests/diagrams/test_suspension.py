"""A suspended follow-up: points wait, the end of the status does not move (R8), somebody has the hand (R45)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.clock import local_date
from shared.errors import BadInput
from shared.forms import FormContext
from tests.diagrams.files import form
from tests.diagrams.scenarios import AC, TAKEN, Scenario, Wait, do
from tests.diagrams.world import World
from tests.histories.invariants import broken

NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
KNOWN = {
    "entree_le": date(2026, 9, 10), "suivi_ouvert_le": date(2026, 9, 7), "fin_de_statut_le": date(2027, 1, 9),
    "suspension_du": date(2026, 10, 1), "suspension_motif": "emploi_court",
}  # fmt: skip
ASKED = {"suspension_motif": "empechement", "suspension_du": "05/10/2026"}


def suspended(*steps: Any) -> World:
    until = do(AC, "suspendre_suivi", suspension_au="2026-10-20")
    return World(Scenario((*TAKEN, *until, *steps), ends={}))


def open_in_follow_up(world: World) -> set[str]:
    return {task.element_id for task in world.open[AC]} - {"signer_pacea"}


def refused(key: str, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    with pytest.raises(BadInput) as found:
        form(AC, key).validate(answers, FormContext(KNOWN, NOW))
    return found.value.errors


@pytest.mark.parametrize("day", ["10/01/2027", "04/10/2026"])
def test_the_return_is_not_after_the_status_has_ended_nor_before_today(day: str) -> None:
    """R8."""
    assert refused("suspendre_suivi", {**ASKED, "suspension_au": day}).keys() == {"suspension_au"}
    later = {"reprise_suite": "prolongation", "suspension_au": day}
    assert refused("reprendre_suivi", later).keys() == {"suspension_au"}


def test_the_last_day_of_the_status_is_a_day_of_return() -> None:
    answers = form(AC, "suspendre_suivi").validate(
        {**ASKED, "suspension_au": "09/01/2027"}, FormContext(KNOWN, NOW)
    )
    assert answers["suspension_au"] == KNOWN["fin_de_statut_le"]


def test_no_reason_of_health_or_justice_can_be_written() -> None:
    """R37: the reason is one of four, none of them of health, justice or family."""
    options = {option.value for option in form(AC, "suspendre_suivi").fields["suspension_motif"].options}
    assert options == {"empechement", "emploi_court", "formation_courte", "eloignement"}
    assert refused("suspendre_suivi", {**ASKED, "suspension_motif": "maladie", "suspension_au": "20/10/2026"})


def test_a_suspended_follow_up_asks_for_no_point_and_the_conseiller_has_the_hand_until_the_return() -> None:
    world = suspended(Wait("accompaniment/prochain_point"))
    assert open_in_follow_up(world) == {"signaler_depart", "reprendre_suivi"}
    (held,) = [task for task in world.open[AC] if task.due is not None]
    assert (held.element_id, held.organisation, held.due) == (
        "reprendre_suivi", "mission_locale", date(2026, 10, 20),
    )  # fmt: skip
    assert broken(world) == []


def test_after_an_early_return_the_next_point_is_counted_from_that_day() -> None:
    world = suspended(
        Wait("accompaniment/prochain_point"),
        *do(AC, "reprendre_suivi", reprise_suite="reprise", suspension_fin_le="2026-09-28"),
    )
    assert open_in_follow_up(world) == {"signaler_depart", "suspendre_suivi"}
    (at,) = [timer.due_at for timer in world.now_at[AC].timers if timer.element_id == "prochain_point"]
    assert local_date(at) == date(2026, 11, 2)  # 15 working days, school holidays between
    assert [each["au"] for each in world.variable("accompaniment/suspensions")] == [date(2026, 9, 28)]


def test_the_bilan_is_asked_for_and_the_status_ends_on_their_days_all_the_same() -> None:
    """R8, R13."""
    world = suspended(Wait("accompaniment/bilan_a_convoquer"), Wait("accompaniment/fin_du_statut"))
    assert world.variable("accompaniment/fin_de_statut_le") == date(2027, 1, 9)
    assert {task.element_id for task in world.open["bilan"]} == {"convoquer"}
    assert broken(world) == []
