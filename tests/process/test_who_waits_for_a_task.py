"""Who waits for a task that somebody else is at decides by what that one has left: PostgreSQL, where people wait."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, select, text, update

from shared.bpmn.tables import instance
from shared.database import Database
from shared.identity import Actor
from shared.process.service import TABLES
from shared.process.tables import party
from shared.tasks.tables import task_comment
from tests.process.support import CONSEILLER, LYCEE, REFERENT, House
from tests.support.databases import MakeDatabase
from tests.support.waiting import wait_until

VALUES = {"values": {"secret": "discret"}}
Clicked = tuple[int, Any]
Click = Callable[[], Clicked]


@pytest.fixture
def database(make_postgresql_database: MakeDatabase) -> Database:
    return make_postgresql_database(TABLES)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("complete", VALUES, 200), ("refuse", {"reason": "Absent"}, 200), ("comments", {"text": "Appelé"}, 201)],
)
def test_two_clicks_that_wait_at_once_get_one_answer(
    house: House, path: str, body: dict[str, Any], status: int
) -> None:
    task, moves = house.task(house.start(), REFERENT), _moves(house)
    with _waiting(house, task, [lambda: _send(house, REFERENT, task, path, body)] * 2) as (_, answers):
        pass
    first, second = (answer.result() for answer in answers)
    assert first == second
    assert first[0] == status
    assert _moves(house) - moves == (1 if path == "complete" else 0)
    with house.service.database.read() as look:
        comments = look.scalar(select(func.count()).select_from(task_comment))
    assert comments == (1 if path == "comments" else 0)


def test_a_key_that_served_for_a_task_meanwhile_does_not_serve_for_another(house: House) -> None:
    first, second = (house.task(house.start(), REFERENT) for _ in range(2))
    clicks = [lambda: _send(house, REFERENT, second, "complete", VALUES)]
    with _waiting(house, second, clicks) as (_, answers):
        assert _send(house, REFERENT, first, "complete", VALUES)[0] == 200
    ((status, answer),) = (each.result() for each in answers)
    assert (status, answer["code"]) == (422, "tasks.key_reused")
    assert house.task(second["parcours_id"], REFERENT)["id"] == second["id"]


def test_who_lost_its_part_while_it_waited_has_none(house: House) -> None:
    parcours_id = house.start()
    assert house.complete(parcours_id, REFERENT, VALUES["values"]).status_code == 200
    task = house.task(parcours_id, CONSEILLER)
    clicks = [lambda: _send(house, REFERENT, task, "comments", {"text": "Appelé"}, key=None)]
    with _waiting(house, task, clicks) as (tx, answers):
        tx.execute(delete(party).where(party.c.parcours_id == parcours_id, party.c.organisation == LYCEE))
        tx.execute(update(instance).values(moves=instance.c.moves + 1))
    ((status, answer),) = (each.result() for each in answers)
    assert (status, answer["code"]) == (404, "tasks.not_found")


@contextmanager
def _waiting(
    house: House, task: dict[str, Any], clicks: list[Click]
) -> Iterator[tuple[Connection, list[Future[Clicked]]]]:
    """Somebody is at the instance of a task while the clicks come, and lets it go when all of them wait."""
    of_task = instance.c.parcours_id == task["parcours_id"]
    with ThreadPoolExecutor(len(clicks)) as pool, house.service.database.begin() as tx:
        tx.execute(select(instance.c.id).where(of_task).with_for_update()).one()
        answers = [pool.submit(click) for click in clicks]
        wait_until(lambda: _waiters(house) == len(clicks))
        yield tx, answers


def _waiters(house: House) -> int:
    with house.service.database.read() as look:
        return int(look.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0)


def _moves(house: House) -> int:
    with house.service.database.read() as look:
        return sum(look.scalars(select(instance.c.moves)))


def _send(
    house: House, actor: Actor, task: dict[str, Any], path: str, body: dict[str, Any], key: str | None = "k"
) -> Clicked:
    headers = {
        "Authorization": f"Bearer {house.signer.sign(actor, house.service.name)}",
        "If-Match": f'"{task["version"]}"', **({"Idempotency-Key": key} if key else {}),
    }  # fmt: skip
    client = house.client.application.test_client()
    answer = client.post(f"/tasks/{task['id']}/{path}", json=body, headers=headers)
    return answer.status_code, answer.get_json()
