"""Three hundred parcours lived by chance: somebody always has the hand, no rule is broken, each comes to its end."""

from dataclasses import replace
from datetime import date

import pytest

from tests.histories.invariants import broken, broken_rules
from tests.histories.life import live
from tests.histories.search import look

COUNT = 300
AT_ONCE = 30


@pytest.mark.parametrize("first", range(0, COUNT, AT_ONCE))
def test_somebody_has_the_hand_no_rule_is_broken_and_every_parcours_ends(first: int) -> None:
    assert [found for seed in range(first, first + AT_ONCE) if (found := look(seed))] == []


def test_histories_go_far_enough_to_mean_something() -> None:
    ends = [live(seed, lambda _: None).ends for seed in range(80)]
    assert sum("bilan" in end for end in ends) >= 8
    assert sum("accompaniment" in end for end in ends) >= 8
    assert sum("obligation" in end for end in ends) >= 1


BROKEN = {
    "R4": {"fiche_envoyee_le": date(2025, 9, 10), "volontariat_choix": "non"},
    "R7": {"entree_le": date(2025, 8, 20), "fin_de_statut_le": date(2025, 12, 1), "rentree_le": date(2025, 9, 1)},
    "R8": {"entree_le": date(2025, 10, 31), "fin_de_statut_le": date(2026, 3, 1)},
    "R9": {
        "entree_le": date(2025, 9, 1), "fin_de_statut_le": date(2025, 9, 30), "plan_conforme": True,
        "periodes": [{"du": date(2025, 9, 1), "au": date(2025, 9, 21), "cadre": "pfmp"}],
    },
    "R13": {"attestation_le": date(2025, 12, 20)},
    "R15": {"issue": "insertion", "statut_conserve": True},
    "R36": {
        "fiche_envoyee_le": date(2025, 9, 10), "volontariat_choix": "oui", "eleve_ne_le": date(2009, 9, 11),
    },
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_seen(rule: str) -> None:
    (found,) = broken_rules(BROKEN[rule])
    assert found.startswith(rule)


def test_a_parcours_on_which_nobody_has_the_hand_is_seen() -> None:
    world = live(0, lambda _: None, moves=3)
    world.open.clear()
    progress = world.now_at["enrolment"]
    world.now_at["enrolment"] = replace(progress, timers=())
    assert broken(world) == ["hand: nobody has it in ['enrolment']"]
