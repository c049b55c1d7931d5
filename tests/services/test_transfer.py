"""A running parcours goes to another Mission Locale or lycée, through the doors of the three services (R38, R43)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.clock import FixedClock
from shared.identity import Actor
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from tests.services.followed import (
    CONSEILLER,
    FIRST,
    HEAD,
    OTHER_CONSEILLER,
    OTHER_HEAD,
    OTHER_REFERENT,
    REFERENT,
    SECOND,
    SUCCESSOR,
    THIRD,
    followed,
    to_the_bilan,
)
from tests.services.test_enrolment_api import SECRETARY
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services

OCTOBER = datetime(2026, 10, 12, 8, tzinfo=UTC)
ASKED = {
    "target_name": "Mission Locale Lyon-Centre",
    "own_name": "Mission Locale Lyon-Est",
    "reason": "Déménage",
}
ACCEPTS = {"transfert_reponse": "accepte", "suivi_conseiller": OTHER_CONSEILLER.person_id}
REFUSES = {"transfert_reponse": "refuse", "transfert_refus": "Il n’habite pas chez nous"}
SERVICES = ("enrolment", "accompaniment", "bilan")


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as built:
        yield built


@pytest.fixture
def on_both(make_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_database, FixedClock(OCTOBER)) as built:
        yield built


def ask(
    world: ThreeServices, parcours_id: str, actor: Actor = CONSEILLER, target: Actor = SECOND, **other: Any
) -> Any:
    body = ASKED | {"target": target.organisation_id} | other
    return world.ask(actor, "enrolment", f"/parcours/{parcours_id}/transfer", body)


def transferred(world: ThreeServices, parcours_id: str) -> None:
    assert ask(world, parcours_id).status_code == 201
    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    world.carry()


def days_pass(world: ThreeServices, days: int) -> None:
    world.clock.advance(timedelta(days=days))
    world.turn()


def status_of(world: ThreeServices, actor: Actor, parcours_id: str) -> dict[str, int]:
    return {name: world.ask(actor, name, f"/parcours/{parcours_id}").status_code for name in SERVICES}


def readings(world: ThreeServices, parcours_id: str, who: Actor) -> list[str]:
    """What the lycée is told that somebody's organisation has read in enrolment (R41)."""
    items = world.ask(REFERENT, "enrolment", f"/parcours/{parcours_id}/access").get_json()["items"]
    return [each["what"] for each in items if each["organisation"] == who.organisation_id]


def transfers(world: ThreeServices, actor: Actor, parcours_id: str) -> list[dict[str, Any]]:
    found = world.read(actor, "enrolment", parcours_id)["passations"]
    return [each for each in found if each["from_kind"] == each["to_kind"]]


def test_a_young_person_moves_house_and_the_next_mission_locale_goes_on_to_the_bilan(
    on_both: ThreeServices,
) -> None:
    world, parcours_id = on_both, followed(on_both)
    assert ask(world, parcours_id).status_code == 201
    asked = world.tasks(SECOND, "enrolment")["repondre_transfert"]
    read = world.ask(SECOND, "enrolment", f"/tasks/{asked['id']}").get_json()
    assert (read["values"]["transfert_motif"], "eleve_telephone" in read["values"]) == ("Déménage", False)
    assert readings(world, parcours_id, SECOND) == ["task"]
    assert status_of(world, SECOND, parcours_id) == dict.fromkeys(SERVICES, 404)
    assert world.read(FIRST, "accompaniment", parcours_id)["hand"]["organisation"] == FIRST.organisation_id

    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    world.carry()
    task = world.tasks(SECOND, "accompaniment")["prendre_en_charge"]
    assert task["assignee"] == OTHER_CONSEILLER.person_id
    assert world.tasks(FIRST, "accompaniment") == {}
    assert status_of(world, FIRST, parcours_id) == dict.fromkeys(SERVICES, 404)
    for name in ("enrolment", "accompaniment"):
        known = world.known(SECOND, name, parcours_id)
        assert (known["mission_locale"], known["conseiller"]) == (
            SECOND.organisation_id,
            OTHER_CONSEILLER.person_id,
        )
        told = world.read(REFERENT, name, parcours_id)["story"]
        assert "Le parcours est transféré de Mission Locale Lyon-Est à Mission Locale Lyon-Centre." in [
            each["name"] for each in told
        ]
    had = world.read(REFERENT, "accompaniment", parcours_id)["hand"]
    assert had["organisation"] == SECOND.organisation_id
    (passed,) = transfers(world, SECOND, parcours_id)
    assert (passed["status"], passed["from_id"], passed["to_id"]) == (
        "close",
        FIRST.organisation_id,
        SECOND.organisation_id,
    )
    assert {"envoyee", "recue", "prise_en_charge", "close"} <= passed["dates"].keys()

    to_the_bilan(world)
    assert world.tasks(SECOND, "bilan")["convoquer"]["assignee"] == OTHER_CONSEILLER.person_id


def test_a_parcours_goes_to_another_lycee(world: ThreeServices) -> None:
    parcours_id = followed(world)
    to_the_bilan(world)
    assert ask(world, parcours_id, REFERENT, OTHER_HEAD, target_name="Lycée B").status_code == 201
    answer = {"transfert_reponse": "accepte", "suivi_referent": OTHER_REFERENT.person_id}
    world.complete(OTHER_HEAD, "enrolment", "repondre_transfert", **answer)
    world.carry()
    for name in SERVICES:
        known = world.known(OTHER_HEAD, name, parcours_id)
        assert (known["lycee"], known["referent"]) == (
            OTHER_HEAD.organisation_id,
            OTHER_REFERENT.person_id,
        )
    assert status_of(world, HEAD, parcours_id) == dict.fromkeys(SERVICES, 404)
    assert status_of(world, FIRST, parcours_id) == dict.fromkeys(SERVICES, 200)


def test_a_refused_transfer_comes_back_to_who_asked_with_the_reason(world: ThreeServices) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id)
    world.complete(SECOND, "enrolment", "repondre_transfert", **REFUSES)
    world.carry()
    back = world.tasks(FIRST, "enrolment")["decider_suite"]
    assert (back["assignee"], back["due_at"] is not None) == (CONSEILLER.person_id, True)
    (passed,) = transfers(world, FIRST, parcours_id)
    assert (passed["status"], passed["motive"]) == ("refusee", REFUSES["transfert_refus"])
    assert status_of(world, SECOND, parcours_id) == dict.fromkeys(SERVICES, 404)
    assert "prendre_en_charge" in world.tasks(FIRST, "accompaniment")
    world.complete(CONSEILLER, "enrolment", "decider_suite", transfert_suite="garder")
    assert ask(world, parcours_id, target=THIRD).status_code == 201  # another time, another organisation
    assert "repondre_transfert" in world.tasks(THIRD, "enrolment")


def test_an_unanswered_transfer_comes_back_then_goes_to_the_responsable_and_may_be_asked_again(
    world: ThreeServices,
) -> None:
    """R45: five working days to take in charge; the asker decides, then its responsable."""
    parcours_id = followed(world)
    ask(world, parcours_id)
    days_pass(world, 23)  # the holidays of the zone do not count
    assert "repondre_transfert" not in world.tasks(SECOND, "enrolment")
    assert world.tasks(FIRST, "enrolment")["decider_suite"]["assignee"] == CONSEILLER.person_id
    days_pass(world, 15)
    late = world.tasks(FIRST, "enrolment")
    assert (late.keys() & {"decider_suite"}, late["decider_responsable"]["assignee"]) == (set(), None)
    assert world.read(FIRST, "accompaniment", parcours_id)["hand"]["organisation"] == FIRST.organisation_id
    world.complete(FIRST, "enrolment", "decider_responsable", transfert_suite="redemander")
    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    world.carry()
    assert [each["status"] for each in transfers(world, SECOND, parcours_id)] == ["close", "close"]
    assert world.known(SECOND, "accompaniment", parcours_id)["mission_locale"] == SECOND.organisation_id


def test_a_task_that_is_completed_before_the_transfer_arrives_counts_and_one_after_is_no_more_theirs(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id)
    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    done = {"prise_en_charge_le": "2026-10-12", "actions_prevues": "Ateliers"}
    world.complete(CONSEILLER, "accompaniment", "prendre_en_charge", **done)
    left = world.tasks(FIRST, "accompaniment")["signaler_depart"]
    world.carry()
    assert world.known(SECOND, "accompaniment", parcours_id)["actions_prevues"] == "Ateliers"
    late = world.try_to_complete(CONSEILLER, "accompaniment", left, motif_fin="emploi")
    assert late.status_code in (403, 404)
    assert "signaler_depart" in world.tasks(SECOND, "accompaniment")


def test_the_message_twice_or_late_changes_nothing_more(world: ThreeServices) -> None:
    """Two transfers, whose messages reach étape 4 the wrong way round and twice: the last one holds."""
    parcours_id = followed(world)
    ask(world, parcours_id)
    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    (first,) = [each for each in world.taken_from("enrolment") if each.subject == parcours_id]
    world.mailboxes["enrolment"].receive(first)
    assert ask(world, parcours_id, OTHER_CONSEILLER, FIRST).status_code == 201
    back = {"transfert_reponse": "accepte", "suivi_conseiller": SUCCESSOR.person_id}
    world.complete(FIRST, "enrolment", "repondre_transfert", **back)
    world.carry()
    for _ in range(2):
        world.mailboxes["accompaniment"].receive(first)
    known = world.known(FIRST, "accompaniment", parcours_id)
    assert (known["mission_locale"], known["conseiller"]) == (FIRST.organisation_id, SUCCESSOR.person_id)
    assert world.tasks(FIRST, "accompaniment")["prendre_en_charge"]["assignee"] == SUCCESSOR.person_id


def test_a_bilan_that_was_asked_for_by_an_older_message_begins_with_the_new_mission_locale(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id)
    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    for message in world.taken_from("enrolment"):
        if message.subject == parcours_id:
            world.mailboxes["bilan"].receive(message)  # étape 4 has not heard of it yet
    to_the_bilan(world)
    assert world.tasks(SECOND, "bilan")["convoquer"]["assignee"] == OTHER_CONSEILLER.person_id
    assert world.ask(FIRST, "bilan", f"/parcours/{parcours_id}").status_code == 404


def test_private_notes_and_drafts_stay_with_who_wrote_them(world: ThreeServices) -> None:
    """R38."""
    parcours_id = followed(world)
    task = world.tasks(CONSEILLER, "accompaniment")["prendre_en_charge"]
    said = {"text": "À ne pas redire", "private": True}
    world.ask(CONSEILLER, "accompaniment", f"/tasks/{task['id']}/comments", said)
    transferred(world, parcours_id)
    read = world.ask(SECOND, "accompaniment", f"/tasks/{task['id']}").get_json()
    assert "À ne pas redire" not in str(read)
    assert world.ask(CONSEILLER, "accompaniment", f"/tasks/{task['id']}").status_code == 404


REFUSED: tuple[tuple[Actor, dict[str, Any], int], ...] = (
    (SECOND, {}, 404),  # no part in it
    (FIRST, {"target": FIRST}, 422),
    (HEAD, {"target": SECOND}, 422),  # a lycée is taken over by a lycée (R34)
    (FIRST, {"reason": ""}, 422),
)


def test_what_cannot_be_asked_for_is_refused_and_one_transfer_is_asked_for_at_a_time(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    for actor, changed, status in REFUSED:
        assert ask(world, parcours_id, actor, **changed).status_code == status
    assert ask(world, parcours_id).status_code == 201
    again = ask(world, parcours_id)
    assert (again.status_code, again.get_json()["type"].rpartition(":")[2]) == (
        409,
        "transferts.asked_already",
    )


def test_a_request_ends_with_the_parcours(world: ThreeServices) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id)
    closed = dict.fromkeys(
        ("statut_conserve", "bilan_tenu_le", "absence_le"),
    ) | {"issue": "emploi", "sortie_le": "2026-10-12", "statut_termine_le": "2026-10-12"}
    sent = Envelope(uuid7(), "bilan.inscription_close.v1", "bilan", parcours_id, world.clock.now(), closed)
    world.mailboxes["enrolment"].receive(sent)
    world.complete(SECRETARY, "enrolment", "enregistrer_sortie", siecle_sorti_le="2026-10-12")
    assert world.tasks(SECOND, "enrolment") == {}
    over = ask(world, parcours_id)
    assert (over.status_code, over.get_json()["type"].rpartition(":")[2]) == (409, "transferts.nothing")
