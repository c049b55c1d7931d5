"""Parcours that an earlier release began, as it left their bytes, on the diagrams of this one: which go, which stay."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from shared.bpmn.instance_migration.verdicts import IdMapping, Migration, Verdict
from tests.diagrams.files import SERVICES, definition, vocabulary
from tests.support.recorded import Journey, journeys

RELEASE = "2"
ETAPE_2 = frozenset({
    "designer_referent", "accepter_role", "etablir_fiche", "designer_conseiller", "fixer_entretien",
    "entretien_referent", "entretien_conseiller", "valider_entretien", "decider_admission",
})  # fmt: skip


def kept(service: str) -> Journey:
    return next(journey for journey in journeys(RELEASE) if str(journey) == service)


def verdicts(service: str) -> Iterator[tuple[set[str], Verdict]]:
    """The open tasks of each state that the release left, and its verdict; variables that are gone are let go."""
    journey, new = kept(service), definition(service)
    old = journey.runtime().definition
    gone: dict[str, Any] = {"variables": dict.fromkeys(old.variables.keys() - new.variables.keys())}
    plan = Migration(old, new, IdMapping.of(gone), vocabulary(service), lambda: "new")
    for move, state in zip(journey.case["moves"], journey.states[:-1], strict=True):
        yield set(move["open"].values()), plan.verdict(state, now=datetime.fromisoformat(move["now"]))


GONE = {"accompaniment": ("fin_demande",)}
"""An end, where no token rests: what led to it ends by itself now."""


@pytest.mark.parametrize("service", SERVICES)
def test_no_element_of_an_earlier_release_is_gone_where_a_token_could_be(service: str) -> None:
    plan = Migration(
        kept(service).runtime().definition,
        definition(service),
        IdMapping.of({}),
        vocabulary(service),
        lambda: "new",
    )
    assert plan.changes["gone"] == GONE.get(service, ())


def test_who_was_in_etape_2_stays_on_the_version_it_began_with_as_its_elements_are_in_a_frame_now() -> None:
    """ADR 14: a token goes into the same scope or not at all. It goes on as it began, and may move from étape 3 on."""
    found = [(opened, told) for opened, told in verdicts("enrolment") if opened & ETAPE_2]
    assert set().union(*(opened for opened, _ in found)) == ETAPE_2
    assert {told.outcome for _, told in found} == {"cannot"}
    assert {reason.code for _, told in found for reason in told.reasons} == {"migration_scope_changed"}


def test_who_was_before_or_after_etape_2_moves_to_this_release_but_for_the_wait_for_the_closing() -> None:
    """What waited for a message alone waits in a race with a timer now (R45): such a place was not there before."""
    outside = [(opened, told.outcome) for opened, told in verdicts("enrolment") if not opened & ETAPE_2]
    assert len(outside) > 10
    assert [opened for opened, outcome in outside if outcome != "moves"] == [set()]


def test_who_was_in_the_bilan_moves_to_this_release() -> None:
    assert [opened for opened, told in verdicts("bilan") if told.outcome != "moves"] == []


def test_who_was_in_the_follow_up_moves_to_this_release_but_for_the_wait_for_the_closing() -> None:
    """What waited for the bilan alone waits beside the periods to attest now (ADR 34): not a place of before."""
    [(opened, told)] = [(o, told) for o, told in verdicts("accompaniment") if told.outcome != "moves"]
    assert (opened, [reason.code for reason in told.reasons]) == (set(), ["migration_position"])
