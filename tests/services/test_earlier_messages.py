"""A message that an earlier release sent, and that is on its way during an upgrade, is taken as it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import FixedClock
from shared.ids import uuid7
from shared.messaging import operators
from shared.messaging.envelope import Envelope
from tests.services.followed import CONSEILLER, FIRST, REFERENT
from tests.services.test_enrolment_api import LYCEE
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services

CONFIE = "enrolment.parcours_confie.v1"
BEFORE_THE_PLAN = {
    "eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": "2008-05-04", "eleve_telephone": "0612345678",
    "eleve_courriel": None, "lycee": LYCEE, "mission_locale": FIRST.organisation_id,
    "referent": REFERENT.person_id, "conseiller": CONSEILLER.person_id, "campagne": "2026-2027",
    "entree_le": "2026-09-07", "fin_de_statut_le": "2027-01-06", "amenagement": None,
    "periodes": [
        {"du": {"$d": "2026-10-19"}, "au": {"$d": "2026-10-30"}, "structure": "Garage Bel", "cadre": "pfmp"}
    ],
    "solutions_ml": ["tre"], "solutions_lycee": ["mlds"],
}  # fmt: skip
"""As it was sent before the plan was a list of solutions."""


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(datetime(2026, 10, 12, 8, tzinfo=UTC))) as built:
        yield built


def sent(world: ThreeServices, **changed: Any) -> str:
    parcours_id = uuid7()
    data = {name: value for name, value in {**BEFORE_THE_PLAN, **changed}.items() if value != "missing"}
    world.mailboxes["accompaniment"].receive(
        Envelope(uuid7(), CONFIE, "enrolment", parcours_id, world.clock.now(), data)
    )
    return parcours_id


def test_a_parcours_entrusted_before_the_plan_begins_with_its_periods_as_solutions(
    world: ThreeServices,
) -> None:
    parcours_id = sent(world)
    known = world.known(FIRST, "accompaniment", parcours_id)
    (solution,) = known["plan"]
    assert (solution["nature"], solution["suivi"], solution["structure"]) == (
        "entreprise",
        "periode",
        "Garage Bel",
    )
    assert (known["solutions_ml"], known["solutions_lycee"]) == (["tre"], ["mlds"])
    world.complete(
        CONSEILLER, "accompaniment", "prendre_en_charge", prise_en_charge_le="2026-10-12",
        actions_prevues="Ateliers",
    )  # fmt: skip
    assert "etablir_convention" in world.tasks(FIRST, "accompaniment") | world.tasks(
        REFERENT, "accompaniment"
    )


def test_without_periods_it_begins_without_solutions(world: ThreeServices) -> None:
    for nothing in (None, []):
        assert world.known(FIRST, "accompaniment", sent(world, periodes=nothing))["plan"] == []


def test_what_every_release_sent_is_still_asked_for_and_nothing_else_let_in(world: ThreeServices) -> None:
    """R37."""
    for fault in ({"lycee": "missing"}, {"nationalite": "x"}):
        parcours_id = sent(world, **fault)
        assert world.ask(FIRST, "accompaniment", f"/parcours/{parcours_id}").status_code == 404
        with world.services["accompaniment"].database.read() as look:
            assert operators.unhandled_types(look, parcours_id) == [CONFIE]
