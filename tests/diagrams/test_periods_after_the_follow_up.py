"""A period in a company that runs as the follow-up ends: followed to its last day, attested, or lapsed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.bpmn import OpenedTask
from shared.clock import PARIS
from tests.diagrams.scenarios import AC, USUAL_HOURS, Scenario, Step, Wait, bilan, do, period, planned
from tests.diagrams.world import World

CONVENTION = (
    *do(AC, "etablir_convention", **USUAL_HOURS, tuteur="Anne Roy"),
    *do(AC, "signer_convention", convention_suite="signee"),
    Wait("accompaniment/attendre_periode"),
)  # fmt: skip
LAST_DAY = date(2027, 1, 9)  # of the status of who enters on 10 September
BEFORE_TERM = (
    Wait("accompaniment/bilan_a_convoquer"),
    *bilan("sans_solution", "saisir_psad", "rechercher_solution", sortie_le=LAST_DAY.isoformat()),
)


def played(*steps: Step) -> World:
    return World(Scenario(steps, ends={}))


def followed(first: str, last: str, *after: Step) -> World:
    """A PFMP that runs, its convention signed."""
    return played(*planned(period(first, last)), *CONVENTION, *after)


def tasks(world: World) -> dict[str, OpenedTask]:
    return {task.element_id: task for task in world.open[AC] if task.element_id != "signer_pacea"}


def in_task(world: World, element: str, name: str) -> Any:
    state = world.now_at[AC].state
    return world.runtimes[AC].variables(state, tasks(world)[element].id)[name]


def attest(world: World, days: int) -> None:
    for step in do(AC, "attester_periode", jours_attestes=days):
        world.play(step)


@pytest.mark.parametrize("first", ["fin_periode", "fin_du_statut"])
def test_a_period_up_to_the_last_day_of_the_status_is_attested_whichever_comes_first(first: str) -> None:
    """R20: both come at the same instant."""
    world = followed("2026-11-02", LAST_DAY.isoformat(), Wait("accompaniment/bilan_a_convoquer"))
    second = {"fin_periode": "fin_du_statut", "fin_du_statut": "fin_periode"}[first]
    world.play(Wait(f"accompaniment/{first}"))
    world.play(Wait(f"accompaniment/{second}"))
    if first == "fin_periode":
        world.play(Wait("accompaniment/fin_periode"))
    asked = tasks(world)["attester_periode"]
    assert (asked.organisation, asked.role) == ("lycee", "referent")
    assert in_task(world, "attester_periode", "suivie_au") == LAST_DAY
    assert in_task(world, "attester_periode", "tuteur") == "Anne Roy"
    attest(world, 40)
    assert tasks(world) == {}


def test_who_leaves_during_a_period_has_the_days_until_then_attested() -> None:
    """R18, R20: and the bilan does not wait for it."""
    world = followed("2026-09-14", "2026-10-30")
    world.clock.set(datetime(2026, 10, 20, 9, tzinfo=PARIS))
    for step in (*do(AC, "signaler_depart", motif_fin="emploi", depart_le="2026-10-20"), *bilan("emploi")):
        world.play(step)
    assert (AC in world.ends, set(tasks(world))) == (False, {"signaler_fait"})
    world.play(Wait("accompaniment/fin_periode"))
    assert world.clock.now().astimezone(PARIS).date() == date(2026, 10, 21)
    assert in_task(world, "attester_periode", "suivie_au") == date(2026, 10, 20)
    attest(world, 27)
    assert world.ends[AC] == "fin_suivi_clos"


def test_a_bilan_before_the_term_leaves_a_period_that_runs_to_its_end() -> None:
    """R20, R44: the exit is known for later, absences and accidents are told till then."""
    world = followed("2026-12-01", LAST_DAY.isoformat(), *BEFORE_TERM)
    assert set(tasks(world)) == {"signaler_fait"}
    for step in do(AC, "signaler_fait", fait_nature="accident", fait_le="2026-12-07", fait_suite="continue"):
        world.play(step)
    assert tasks(world)["prendre_acte"].organisation == "mission_locale"
    for step in (*do(AC, "prendre_acte"), Wait("accompaniment/fin_periode")):
        world.play(step)
    assert in_task(world, "attester_periode", "suivie_au") == LAST_DAY
    attest(world, 20)
    assert world.ends[AC] == "fin_suivi_clos_avant_terme"


def test_a_period_whose_attestation_waits_is_attested_after_a_departure_too() -> None:
    """R20: its own last day stays."""
    world = followed("2026-09-14", "2026-09-25", Wait("accompaniment/fin_periode"))
    today = world.clock.now().date()
    for step in do(AC, "signaler_depart", motif_fin="emploi", depart_le=today.isoformat()):
        world.play(step)
    world.play(Wait("accompaniment/fin_periode"))
    assert in_task(world, "attester_periode", "suivie_au") == date(2026, 9, 25)


def test_a_period_that_has_not_begun_is_not_attested_after_the_follow_up() -> None:
    """R17, R18: one to come, one that nobody signed, one that begins after the departure."""
    to_come = played(*planned(period("2026-11-02", "2026-11-27")), *CONVENTION[:-1])
    unsigned = played(*planned(period("2026-09-14", "2026-10-30")), *CONVENTION[:1])
    unsigned.clock.set(datetime(2026, 9, 21, tzinfo=UTC))
    gone = followed("2026-09-14", "2026-10-30")
    for world, left_on in ((to_come, "2026-09-07"), (unsigned, "2026-09-21"), (gone, "2026-09-12")):
        for step in (*do(AC, "signaler_depart", motif_fin="emploi", depart_le=left_on), *bilan("emploi")):
            world.play(step)
        assert world.ends[AC] == "fin_suivi_clos"


def test_what_nobody_attests_keeps_no_parcours_open_for_ever() -> None:
    """Five working days for an action and ten for signatures after the end of the status, then it lapses."""
    world = followed("2026-12-01", LAST_DAY.isoformat(), *BEFORE_TERM, Wait("accompaniment/fin_periode"))
    assert "attester_periode" in tasks(world)
    world.play(Wait("accompaniment/delai_attestation"))
    assert world.clock.now().astimezone(PARIS).date() == date(2027, 1, 29) + timedelta(days=1)
    assert (world.ends[AC], tasks(world)) == ("fin_suivi_clos_avant_terme", {})
