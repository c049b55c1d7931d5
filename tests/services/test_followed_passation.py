"""The hand-over of étape 4 is over when the follow-up is: no passation stays open behind an ended parcours."""

from datetime import UTC, datetime

import pytest

from shared.clock import FixedClock
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from tests.services.followed import CONSEILLER, FIRST, followed
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services

OCTOBER = datetime(2026, 10, 12, 8, tzinfo=UTC)


def status(world: ThreeServices, parcours_id: str) -> str:
    (passation,) = world.read(FIRST, "accompaniment", parcours_id)["passations"]
    return str(passation["status"])


def closed_by_the_bilan(world: ThreeServices, parcours_id: str) -> None:
    message = world.services["accompaniment"].catalog
    with world.services["accompaniment"].database.begin() as tx:
        fields = message.active(tx, "accompaniment").caught_messages["bilan.suivi_clos.v1"].fields
    data = {each.name: None for each in fields} | {"issue": "emploi", "sortie_le": "2026-12-02"}
    sent = Envelope(uuid7(), "bilan.suivi_clos.v1", "bilan", parcours_id, world.clock.now(), data)
    world.mailboxes["accompaniment"].receive(sent)


@pytest.mark.parametrize("is_over", [False, True])
def test_the_passation_is_over_with_the_follow_up(make_sqlite_database: MakeDatabase, is_over: bool) -> None:
    """In the follow-up, or once the young person has left it."""
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as world:
        parcours_id = followed(world)
        assert status(world, parcours_id) == "recue"
        world.complete(
            CONSEILLER, "accompaniment", "prendre_en_charge", prise_en_charge_le="2026-10-12",
            actions_prevues="Ateliers",
        )  # fmt: skip
        assert status(world, parcours_id) == "prise_en_charge"
        if is_over:
            world.complete(
                CONSEILLER, "accompaniment", "signaler_depart", motif_fin="emploi", depart_le="2026-10-12",
                situation_fin="CDI",
            )  # fmt: skip
        closed_by_the_bilan(world, parcours_id)
        assert status(world, parcours_id) == "close"
