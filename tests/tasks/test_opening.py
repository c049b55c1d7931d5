"""What a process does with tasks on its own transaction."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from shared.identity import Actor
from shared.tasks import close_task, forget_answers, tasks_of
from shared.tasks.tables import idempotency
from tests.tasks.world import CLAIRE, NOW, PARCOURS, Town

WORKER = Actor.system("enrolment")


def test_a_task_is_gone_when_its_transaction_is_rolled_back(town: Town) -> None:
    kept = town.open()
    with pytest.raises(ZeroDivisionError):
        _close_and_fail(town, kept)
    assert town.call(CLAIRE, "GET", f"/tasks/{kept}").json["status"] == "open"


def _close_and_fail(town: Town, task: str) -> None:
    with town.database.begin() as tx:
        close_task(tx, task, status="cancelled", actor=WORKER, at=NOW)
        _ = 1 // 0


def test_a_task_that_the_process_takes_away_is_cancelled_once(town: Town) -> None:
    task = town.open()
    for at in (NOW, NOW + timedelta(days=1)):
        with town.database.begin() as tx:
            close_task(tx, task, status="cancelled", actor=WORKER, at=at)
    seen = town.call(CLAIRE, "GET", f"/tasks/{task}").json
    assert (seen["status"], seen["completed_at"]) == ("cancelled", NOW.isoformat())
    assert [line["event"] for line in seen["history"]] == ["opened", "cancelled"]


def test_a_task_is_closed_in_one_of_two_ways(town: Town) -> None:
    with pytest.raises(ValueError, match="forgotten"), town.database.begin() as tx:
        close_task(tx, "x", status="forgotten", actor=WORKER, at=NOW)


def test_tasks_are_found_by_parcours(town: Town) -> None:
    first, second = town.open(due_at=date(2026, 10, 1)), town.open()
    town.open(parcours_id="0190b5a0-0000-7000-8000-00000000cccc", instance_id="other")
    town.complete(CLAIRE, first)
    with town.database.read() as look:
        assert [row.id for row in tasks_of(look, PARCOURS)] == [first, second]


def test_answers_to_first_clicks_are_forgotten_by_age(town: Town) -> None:
    task = town.open()
    town.call(CLAIRE, "POST", f"/tasks/{task}/comments", {"text": "Appelé"}, key="k")
    for before, kept in ((NOW, 1), (NOW + timedelta(seconds=1), 0)):
        with town.database.begin() as tx:
            forget_answers(tx, before)
            assert tx.scalar(sa.select(sa.func.count()).select_from(idempotency)) == kept
