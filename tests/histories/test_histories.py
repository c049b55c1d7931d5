"""Three hundred parcours lived by chance: somebody always has the hand, no rule is broken, each comes to its end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.histories.invariants import broken, broken_rules
from tests.histories.life import live
from tests.histories.search import look, look_stored, stored_world
from tests.histories.stored import Stored
from tests.histories.stored_invariants import broken_stored
from tests.histories.stored_life import live_stored

COUNT = 300
AT_ONCE = 30
WANTED = {"fin_transfere", "fin_garde", "None", "lycee", "mission_locale", "replaced", "suspended"}
"""What stored histories come to: ends of transfers, who handed a parcours on, what else happens beside its course."""
MOST = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("histories")


@pytest.mark.parametrize("first", range(0, COUNT, AT_ONCE))
def test_somebody_has_the_hand_no_rule_is_broken_and_every_parcours_ends(first: int, folder: Path) -> None:
    assert [found for seed in range(first, first + AT_ONCE) if (found := look(seed, folder))] == []


def test_histories_go_far_enough_to_mean_something() -> None:
    ends = [live(seed, lambda _: None).ends for seed in range(80)]
    assert sum("bilan" in end for end in ends) >= 8
    assert sum("accompaniment" in end for end in ends) >= 8
    assert sum("obligation" in end for end in ends) >= 1


def test_stored_histories_hold_transfers_with_every_answer_replacements_and_suspensions(folder: Path) -> None:
    seen: set[str] = set()
    for seed in range(MOST):
        seen |= set(_marks(live_stored(stored_world(folder), seed, look_stored)))
        if seen >= WANTED:
            return
    raise AssertionError(WANTED - seen)


def _marks(stored: Stored) -> Iterator[str]:
    rows = stored.instances()
    if "transfert" in rows:
        yield str(rows["transfert"][1].end_element)
    yield from (kind for kind, _ in stored.left)
    if stored.replaced:
        yield "replaced"
    if stored.known("accompaniment").get("suspensions"):
        yield "suspended"


def test_an_organisation_that_keeps_what_it_handed_on_is_seen(folder: Path) -> None:
    stored = live_stored(stored_world(folder), 0, lambda _: None, moves=0)
    assert broken_stored(stored) == []
    stored.left.add(("lycee", stored.known("enrolment")["lycee"]))
    stored.follows["lycee"] = "0690010L"
    found = " ".join(broken_stored(stored))
    assert all(fault in found for fault in ("is still", "instead of 0690010L", "still has a part"))


BROKEN = {
    "R4": {"fiche_envoyee_le": date(2025, 9, 10), "volontariat_choix": "non"},
    "R5": {"decision_admission": "admis", "entree_le": date(2025, 9, 1), "entretien_tenu_le": date(2025, 10, 12)},
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
