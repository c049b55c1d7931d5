"""A state that cannot be read is an incident that operators see: nothing is guessed, nothing is half-written."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from shared.bpmn import incident_store
from shared.bpmn.tables import instance
from shared.process.delivery import fire_due_timers
from tests.process.support import REFERENT, House

WHY = "Doublon d’un autre dossier"
TRUNCATED, NEWER = b"2x\x9c\x03", b"7x\x9c\x03"
UNREADABLE = pytest.mark.parametrize("state", [TRUNCATED, NEWER, b""])


@UNREADABLE
def test_a_persons_move_on_it_fails_and_leaves_an_incident(house: House, state: bytes) -> None:
    parcours_id = house.start()
    _write(house, parcours_id, state)
    before = _kept(house, parcours_id)
    answer = house.complete(parcours_id, REFERENT, {"secret": "discret"})
    assert (answer.status_code, answer.get_json()["code"]) == (500, "process.incident")
    assert _kept(house, parcours_id) == before
    assert _incidents(house) == [("complete", "bpmn.state_refused", parcours_id)]
    assert "discret" not in json.dumps(answer.get_json())


@UNREADABLE
def test_a_timer_on_it_becomes_an_incident_and_the_other_parcours_go_on(house: House, state: bytes) -> None:
    held, free = house.up_to_the_timer(), house.up_to_the_timer()
    _write(house, held, state)
    house.clock.advance(timedelta(days=1, minutes=1))
    assert fire_due_timers(house.service.database, house.service.processes) == 1
    assert (_status(house, held), _status(house, free)) == ("incident", "running")
    assert _incidents(house) == [("fire", "bpmn.state_refused", held)]
    assert fire_due_timers(house.service.database, house.service.processes) == 0


def test_a_message_on_it_waits_and_is_taken_once_the_state_is_whole_again(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    whole = _kept(house, parcours_id)[0]
    _write(house, parcours_id, TRUNCATED)
    house.mailbox.receive(house.answer(parcours_id))
    assert _incidents(house) == [("receive", "bpmn.state_refused", parcours_id)]
    _write(house, parcours_id, whole)
    assert house.repair(house.instance_of(parcours_id), "retry").get_json()["result"] == "done"
    assert house.parcours(parcours_id)["status"] == "ended"


def test_what_an_operator_reads_says_which_release_is_needed(house: House) -> None:
    parcours_id = house.start()
    _write(house, parcours_id, NEWER)
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    with house.service.database.read() as look:
        [found] = incident_store.open_incidents(look)
    assert found.detail == "format 7 is of a newer release: this one reads up to 2"


def test_the_lists_do_not_depend_on_it(house: House) -> None:
    parcours_id = house.start()
    _write(house, parcours_id, TRUNCATED)
    assert [item["parcours_id"] for item in house.get("/parcours", REFERENT).get_json()["items"]] == [
        parcours_id
    ]
    assert house.task(parcours_id, REFERENT)["name"] == "Noter le dossier"


@UNREADABLE
def test_who_looks_at_it_reads_that_an_operator_is_on_it_and_the_operator_reads_it_once(
    house: House, state: bytes
) -> None:
    parcours_id = house.start()
    task_id = house.task(parcours_id, REFERENT)["id"]
    _write(house, parcours_id, state)
    for path in (f"/parcours/{parcours_id}", f"/tasks/{task_id}"):
        answer = house.get(path, REFERENT)
        assert (answer.status_code, answer.get_json()["code"]) == (500, "process.incident")
    assert _incidents(house) == [("read", "bpmn.state_refused", parcours_id)]


@UNREADABLE
def test_an_operator_can_end_it_and_its_people_read_why(house: House, state: bytes) -> None:
    parcours_id = house.start()
    instance_id = house.instance_of(parcours_id)
    _write(house, parcours_id, state)
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    told = house.repair(instance_id, "cancel", public_text=WHY).get_json()
    assert (told["status"], [task["element_id"] for task in told["closed"]]) == ("ended", ["noter"])
    assert "ses valeurs sont perdues" in told["note"]
    seen = house.parcours(parcours_id)
    assert (seen["stopped"], seen["variables"], _incidents(house)) == (WHY, [], [])


def test_what_it_waited_for_is_waited_for_no_more_once_it_is_ended(house: House) -> None:
    held, free = house.up_to_the_timer(), house.up_to_the_timer()
    instance_id = house.instance_of(held)
    _write(house, held, TRUNCATED)
    house.repair(instance_id, "cancel", public_text=WHY)
    house.clock.advance(timedelta(days=1, minutes=1))
    assert fire_due_timers(house.service.database, house.service.processes) == 1
    assert (_status(house, held), _status(house, free)) == ("ended", "running")


@UNREADABLE
@pytest.mark.parametrize("action", ["retry", "set-variables", "move-token"])
def test_no_other_repair_pretends_to_have_worked(house: House, state: bytes, action: str) -> None:
    parcours_id = house.start()
    instance_id = house.instance_of(parcours_id)
    _write(house, parcours_id, state)
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    asked: dict[str, dict[str, Any]] = {
        "set-variables": {"values": {"nom": "Zoé"}}, "move-token": {"source": "noter", "target": "patienter"},
    }  # fmt: skip
    answer = house.repair(instance_id, action, **asked.get(action, {}))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "process.unreadable")
    assert _status(house, parcours_id) == "incident"


def _write(house: House, parcours_id: str, state: bytes) -> None:
    with house.service.database.begin() as tx:
        tx.execute(update(instance).where(instance.c.parcours_id == parcours_id).values(state=state))


def _kept(house: House, parcours_id: str) -> tuple[bytes, int]:
    with house.service.database.read() as look:
        row = look.execute(select(instance).where(instance.c.parcours_id == parcours_id)).one()
    return bytes(row.state), row.moves


def _status(house: House, parcours_id: str) -> str:
    with house.service.database.read() as look:
        return str(look.scalar(select(instance.c.status).where(instance.c.parcours_id == parcours_id)))


def _incidents(house: House) -> list[tuple[str, str, str]]:
    with house.service.database.read() as look:
        return [(row.move, row.code, row.parcours_id) for row in incident_store.open_incidents(look)]
