"""What the inbox is told of a parcours says whether its campagne sends SMS, of tasks and of rendez-vous alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.bpmn import store as instances
from shared.bpmn.incident_store import Trouble
from shared.campagnes import store
from shared.clock import FixedClock
from shared.identity import Actor
from shared.messaging import outbox
from shared.notifications import News, from_data
from shared.process import incidents
from shared.process.processes import MoveFailed
from shared.process.service import ProcessService
from tests.services.followed import CONSEILLER, followed
from tests.services.followed import SECOND as NEXT
from tests.services.test_enrolment_api import Enrolment
from tests.services.test_enrolment_handed_back import SECOND, complete, ready_for_the_fiche
from tests.services.test_enrolment_passations import CONSEILLER_ID, FOLLOWING, send
from tests.support.databases import MakeDatabase
from tests.support.three_services import three_services

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
PILOT = Actor("0199a0f2-0000-7000-8000-0000000000aa", "Pilote", "rectorat", "rectorat")


def published(service: ProcessService, *, sms: bool) -> None:
    with service.database.begin() as tx:
        data: dict[str, Any] = {**store.current(tx)["2026-2027"].data, "sms": {"ouverts": sms}}
        store.add_version(tx, "2026-2027", 2, data, PILOT, MONDAY)


def told(service: ProcessService) -> list[News]:
    """Everything that has been said to the inbox and not yet been asked for here."""
    found: list[News] = []
    with service.database.begin() as tx:
        while heads := outbox.heads(tx, LATER, 100):
            outbox.mark_sent(tx, [row_id for row_id, _ in heads], LATER)
            found += [from_data(each.data) for _, each in heads if each.type == "enrolment.avis.v1"]
    return found


@pytest.mark.parametrize("sms", [True, False])
def test_tasks_and_rendez_vous_are_told_with_the_switch_of_the_campagne(
    make_sqlite_database: MakeDatabase, sms: bool
) -> None:
    enrolment = Enrolment(make_sqlite_database, FixedClock(MONDAY))
    published(enrolment.service, sms=sms)
    ready_for_the_fiche(enrolment)
    send(enrolment, SECOND)
    complete(enrolment, SECOND, "designer_conseiller", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID)
    today = enrolment.service.clock.today()
    complete(
        enrolment, FOLLOWING, "fixer_entretien", contact_le=today.isoformat(), contact_resultat="rendez_vous_pris",
        entretien_prevu_le=(today + timedelta(days=3)).isoformat(), entretien_lieu="Au lycée",
    )  # fmt: skip
    about = [each for each in told(enrolment.service) if each.opened or each.appointments]
    assert any(each.appointments for each in about)
    assert {each.is_sms_off for each in about} == {not sms}
    enrolment.service.database.dispose()


@pytest.mark.parametrize("sms", [True, False])
def test_a_transfer_and_an_incident_are_told_with_it_too(
    make_sqlite_database: MakeDatabase, sms: bool
) -> None:
    with three_services(make_sqlite_database, FixedClock(MONDAY + timedelta(days=35))) as world:
        enrolment = world.services["enrolment"]
        published(enrolment, sms=sms)
        parcours_id = followed(world)
        told(enrolment)
        body = {"target": NEXT.organisation_id, "target_name": "B", "own_name": "A", "reason": "Déménage"}
        world.ask(CONSEILLER, "enrolment", f"/parcours/{parcours_id}/transfer", body)
        (asked,) = [each for each in told(enrolment) if each.opened]
        assert ([each.name for each in asked.opened], asked.is_sms_off) == (
            ["Répondre à la demande de transfert"], not sms,
        )  # fmt: skip
        with enrolment.database.begin() as tx:
            (row, *_) = instances.of_parcours(tx, parcours_id)
            incidents.record(tx, MoveFailed(Trouble(row.id, "ici", "test", "", "fire")), enrolment.processes)
        assert [(each.has_incident, each.is_sms_off) for each in told(enrolment)] == [(True, not sms)]
