"""A repair and a person at the same moment, and a repair that is cut off: one wins whole, the other reads why."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select

from shared.bpmn.tables import instance
from shared.ids import uuid7
from shared.process.operators.log import Order
from shared.process.operators.repairs import Repairs
from shared.process.tables import repair, story
from tests.process.support import CONSEILLER, OPERATOR, House

WHY = "Doublon d’un autre dossier"


class Cut(BaseException):
    """The process is killed here."""


def test_a_person_and_an_operator_at_once_are_one_after_the_other(house: House) -> None:
    for _ in range(6):
        instance_id = house.held_at_the_check()
        person, operator = _at_once(house, instance_id)
        assert (person, operator) in {(200, (409, "bpmn.repair_no_token")), (409, (200, None))}


def test_the_person_who_was_slower_reads_that_the_technical_team_was_there(house: House) -> None:
    instance_id = house.held_at_the_check()
    task = house.task(house.seen(instance_id)["parcours_id"], CONSEILLER)
    house.repair(instance_id, "move-token", source="donner_avis", target="patienter")
    answer = _send(house, task)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "tasks.withdrawn")
    assert "Paule" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("table", ["process_instance", "story", "repair"])
def test_a_repair_that_is_cut_off_leaves_nothing(house: House, table: str) -> None:
    instance_id = house.held_at_the_check()
    before = _all(house), house.incidents()
    engine, repairs = house.service.database.engine, Repairs(house.service.database, house.service.processes)
    order = Order(instance_id, OPERATOR, "Panne signalée le matin", "command")

    def cut(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith((f"INSERT INTO {table}", f"UPDATE {table}")):
            raise Cut

    event.listen(engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(Cut):
            repairs.cancel(order, WHY)
    finally:
        event.remove(engine, "before_cursor_execute", cut)
    assert (_all(house), house.incidents()) == before
    assert house.repair(instance_id, "cancel", public_text=WHY).status_code == 200


def _all(house: House) -> list[Any]:
    with house.service.database.read() as look:
        return [look.execute(select(table)).all() for table in (instance, story, repair)]


def _at_once(house: House, instance_id: str) -> tuple[int, tuple[int, str | None]]:
    task, start = house.task(house.seen(instance_id)["parcours_id"], CONSEILLER), Barrier(2)

    def person() -> int:
        start.wait()
        return _send(house, task).status_code

    def operator() -> tuple[int, str | None]:
        start.wait()
        answer = house.repair(instance_id, "move-token", source="donner_avis", target="patienter")
        return answer.status_code, answer.get_json().get("code")

    with ThreadPoolExecutor(2) as pool:
        both = pool.submit(person), pool.submit(operator)
        return both[0].result(), both[1].result()


def _send(house: House, task: dict[str, Any]) -> Any:
    headers = {
        "Authorization": f"Bearer {house.signer.sign(CONSEILLER, house.service.name)}",
        "If-Match": f'"{task["version"]}"', "Idempotency-Key": uuid7(),
    }  # fmt: skip
    client = house.client.application.test_client()
    return client.post(f"/tasks/{task['id']}/complete", json={"values": {"avis": "oui"}}, headers=headers)
