"""After a transfer, or beside one: what who had the parcours, or never did, may no longer do or read (R38)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from shared.clock import FixedClock
from shared.identity import Actor
from shared.process.processes import Processes
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
)
from tests.services.test_transfer import ACCEPTS, OCTOBER, REFUSES, ask, days_pass, transferred
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services
from tests.support.waiting import wait_until


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as built:
        yield built


def transferred_after_a_task(world: ThreeServices) -> tuple[str, str]:
    """A parcours whose first Mission Locale did a task before it was transferred: its id, and that task's."""
    parcours_id = followed(world)
    task = world.tasks(CONSEILLER, "accompaniment")["prendre_en_charge"]
    done = {"prise_en_charge_le": "2026-10-12", "actions_prevues": "Ateliers"}
    world.complete(CONSEILLER, "accompaniment", "prendre_en_charge", **done)
    world.carry()
    transferred(world, parcours_id)
    return parcours_id, str(task["id"])


def test_who_had_the_parcours_before_opens_nothing_of_it_again(world: ThreeServices) -> None:
    _, task = transferred_after_a_task(world)
    before = world.tasks(SECOND, "accompaniment")
    for who in (CONSEILLER, FIRST):
        answer = world.ask(who, "accompaniment", f"/tasks/{task}/reopen", {"reason": "Trompé"})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "tasks.not_found")
    assert world.tasks(SECOND, "accompaniment") == before
    assert world.tasks(FIRST, "accompaniment") == {}


def test_who_had_the_parcours_before_neither_writes_nor_reads_comments_on_it(world: ThreeServices) -> None:
    _, task = transferred_after_a_task(world)
    address = f"/tasks/{task}/comments"
    assert world.ask(REFERENT, "accompaniment", address, {"text": "Dit au suivant"}).status_code == 201
    refused = world.ask(CONSEILLER, "accompaniment", address, {"text": "Encore un mot"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "tasks.no_part")
    assert world.ask(CONSEILLER, "accompaniment", f"/tasks/{task}").get_json()["comments"] == []
    read = world.ask(SECOND, "accompaniment", f"/tasks/{task}").get_json()["comments"]
    assert [each["text"] for each in read] == ["Dit au suivant"]


def test_what_it_wrote_itself_stays_its_own_to_read(world: ThreeServices) -> None:
    parcours_id = followed(world)
    task = world.tasks(CONSEILLER, "accompaniment")["prendre_en_charge"]
    done = {"prise_en_charge_le": "2026-10-12", "actions_prevues": "Ateliers"}
    world.complete(CONSEILLER, "accompaniment", "prendre_en_charge", **done)
    address = f"/tasks/{task['id']}/comments"
    for private in (False, True):
        said = {"text": f"Noté {private}", "private": private}
        assert world.ask(CONSEILLER, "accompaniment", address, said).status_code == 201
    transferred(world, parcours_id)
    read = world.ask(CONSEILLER, "accompaniment", f"/tasks/{task['id']}").get_json()["comments"]
    assert [each["text"] for each in read] == ["Noté False", "Noté True"]


def test_between_the_acceptance_and_its_message_who_had_the_parcours_decides_nothing(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id)
    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    again = ask(world, parcours_id, target=THIRD)
    assert (again.status_code, again.get_json()["code"]) == (409, "transferts.nothing")
    person = {"role": "conseiller", "person_id": SUCCESSOR.person_id, "name": SUCCESSOR.name}
    body = person | {"from_on": "2026-10-12", "reason": "Départ"}
    late = world.ask(FIRST, "enrolment", f"/parcours/{parcours_id}/people", body)
    assert (late.status_code, late.get_json()["code"]) == (409, "process.nobody_to_replace")
    world.carry()
    for name in ("enrolment", "accompaniment"):
        known = world.known(SECOND, name, parcours_id)
        assert known["conseiller"] == OTHER_CONSEILLER.person_id
        told = [each["name"] for each in world.read(SECOND, name, parcours_id)["story"]]
        assert len([text for text in told if "est transféré de" in text]) == 1
    assert ask(world, parcours_id, OTHER_CONSEILLER, THIRD).status_code == 201


def test_a_lycee_corrects_its_record_but_no_parcours_that_it_handed_over(world: ThreeServices) -> None:
    parcours_id = followed(world)
    assert ask(world, parcours_id, REFERENT, OTHER_HEAD, target_name="Lycée B").status_code == 201
    answer = {"transfert_reponse": "accepte", "suivi_referent": OTHER_REFERENT.person_id}
    world.complete(OTHER_HEAD, "enrolment", "repondre_transfert", **answer)
    world.carry()
    before = {name: world.known(OTHER_HEAD, name, parcours_id) for name in ("enrolment", "accompaniment")}
    found = world.ask(HEAD, "enrolment", "/pupils/search", {"text": "", "limit": 100}).get_json()["items"]
    pupil = next(each["id"] for each in found if each.get("parcours_id") == parcours_id)
    wanted = {"corrected": {"given_name": "Zoëlle", "born_on": "2009-03-12"}, "reason": "Faute de frappe"}
    told = world.ask(HEAD, "enrolment", f"/pupils/{pupil}/rectify", wanted)
    assert (told.status_code, told.get_json()["told"]) == (200, [])
    assert parcours_id not in str(told.get_json())
    world.carry()
    for name, known in before.items():
        assert world.known(OTHER_HEAD, name, parcours_id) == known


def test_who_was_asked_in_vain_keeps_no_name(world: ThreeServices) -> None:
    """By its refusal, then by another's silence: of neither is the pupil one of its own."""
    parcours_id = followed(world)
    ask(world, parcours_id)
    assert world.tasks(SECOND, "enrolment")["repondre_transfert"]["subject"]
    world.complete(SECOND, "enrolment", "repondre_transfert", **REFUSES)
    world.carry()
    assert done_about(world, SECOND) == [""]
    assert world.tasks(FIRST, "enrolment")["decider_suite"]["subject"]
    world.complete(CONSEILLER, "enrolment", "decider_suite", transfert_suite="garder")
    ask(world, parcours_id, target=THIRD)
    days_pass(world, 23)
    found = world.ask(HEAD, "enrolment", "/pupils/search", {"text": "", "limit": 100}).get_json()["items"]
    pupil = next(each["id"] for each in found if each.get("parcours_id") == parcours_id)
    wanted = {"corrected": {"given_name": "Zoëlle"}, "reason": "Faute de frappe"}
    assert world.ask(HEAD, "enrolment", f"/pupils/{pupil}/rectify", wanted).status_code == 200
    assert done_about(world, SECOND) == done_about(world, THIRD) == [""]
    assert all(done_about(world, FIRST))


def done_about(world: ThreeServices, who: Actor) -> list[str]:
    """Of whom the tasks are that an organisation did, or that went by, as enrolment lists them."""
    items = world.ask(who, "enrolment", "/tasks?scope=organisation&status=done").get_json()["items"]
    return [each["subject"] for each in items]


def test_while_a_request_waits_for_its_answer_no_other_is_offered(world: ThreeServices) -> None:
    parcours_id = followed(world)
    address = f"/parcours/{parcours_id}/transfer"
    assert world.ask(CONSEILLER, "enrolment", address).status_code == 200
    ask(world, parcours_id)
    offered = world.ask(CONSEILLER, "enrolment", address)
    assert (offered.status_code, offered.get_json()["code"]) == (409, "transferts.asked_already")


def test_of_two_who_ask_at_once_one_is_told_that_it_is_asked(
    make_postgresql_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only PostgreSQL lets both begin."""
    with three_services(make_postgresql_database, FixedClock(OCTOBER)) as world:
        parcours_id = followed(world)
        started, start = Barrier(2), Processes.start

        def slowly(self: Processes, *parts: Any) -> str:
            instance_id = start(self, *parts)
            wait_until(the_other_waits)
            return instance_id

        def the_other_waits() -> int:
            with world.services["enrolment"].database.read() as look:
                return int(look.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0)

        monkeypatch.setattr(Processes, "start", slowly)

        def asks(target: Actor) -> int:
            started.wait(10)
            return int(ask(world, parcours_id, target=target).status_code)

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(asks, (SECOND, THIRD))) == [201, 409]


def test_a_transfer_asked_a_second_time_is_drawn_as_it_stands_not_with_the_first(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id)
    world.complete(SECOND, "enrolment", "repondre_transfert", **REFUSES)
    world.complete(CONSEILLER, "enrolment", "decider_suite", transfert_suite="garder")
    days_pass(world, 3)
    ask(world, parcours_id, target=THIRD)
    drawn = f"/parcours/{parcours_id}/diagram?drawing=transfert"
    told = world.ask(CONSEILLER, "enrolment", drawn).get_json()["elements"]
    state = {each["element_id"]: (each["state"], each["times"]) for each in told}
    assert state["repondre_transfert"] == ("current", 0)
    assert state["demande_recue"] == ("done", 1)
    assert {state[each] for each in ("transfert_refuse", "decider_suite", "fin_garde")} == {
        ("not_reached", 0)
    }
    before = world.ask(CONSEILLER, "enrolment", f"{drawn}&on=2026-10-12")
    assert before.status_code == 404, "the story alone tells of the first"
