"""What the inbox is told of a parcours says whether its campagne sends SMS, of tasks and of rendez-vous alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.campagnes import store
from shared.clock import FixedClock
from shared.identity import Actor
from shared.messaging import outbox
from shared.notifications import News, from_data
from tests.services.test_enrolment_api import Enrolment
from tests.services.test_enrolment_handed_back import SECOND, complete, ready_for_the_fiche
from tests.services.test_enrolment_passations import CONSEILLER_ID, FOLLOWING, send
from tests.support.databases import MakeDatabase

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
PILOT = Actor("0199a0f2-0000-7000-8000-0000000000aa", "Pilote", "rectorat", "rectorat")


def published(enrolment: Enrolment, *, sms: bool) -> None:
    with enrolment.service.database.begin() as tx:
        data: dict[str, Any] = {**store.current(tx)["2026-2027"].data, "sms": {"ouverts": sms}}
        store.add_version(tx, "2026-2027", 2, data, PILOT, MONDAY)


def told(enrolment: Enrolment) -> list[News]:
    """Everything that has been said to the inbox."""
    found: list[News] = []
    with enrolment.service.database.begin() as tx:
        while heads := outbox.heads(tx, LATER, 100):
            outbox.mark_sent(tx, [row_id for row_id, _ in heads], LATER)
            found += [from_data(each.data) for _, each in heads if each.type == "enrolment.avis.v1"]
    return found


@pytest.mark.parametrize("sms", [True, False])
def test_tasks_and_rendez_vous_are_told_with_the_switch_of_the_campagne(
    make_sqlite_database: MakeDatabase, sms: bool
) -> None:
    enrolment = Enrolment(make_sqlite_database, FixedClock(MONDAY))
    published(enrolment, sms=sms)
    ready_for_the_fiche(enrolment)
    send(enrolment, SECOND)
    complete(enrolment, SECOND, "designer_conseiller", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID)
    today = enrolment.service.clock.today()
    complete(
        enrolment, FOLLOWING, "fixer_entretien", contact_le=today.isoformat(), contact_resultat="rendez_vous_pris",
        entretien_prevu_le=(today + timedelta(days=3)).isoformat(), entretien_lieu="Au lycée",
    )  # fmt: skip
    about = [each for each in told(enrolment) if each.opened or each.appointments]
    assert any(each.appointments for each in about)
    assert {each.is_sms_off for each in about} == {not sms}
    enrolment.service.database.dispose()
