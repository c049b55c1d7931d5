"""How much is late, due today, this week and awaited: bounded, by the index, in one statement."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from shared.tasks import tally
from shared.tasks.tables import task
from tests.tasks.test_pages import LATER, old, plan_of
from tests.tasks.world import ADVISER, CLAIRE, CLERK, DENIS, STRANGER, Town


def counted(town: Town, actor: Any = CLAIRE, how: str = "all") -> dict[str, Any]:
    found: dict[str, Any] = town.call(actor, "GET", f"/tasks?limit=1&tally={how}").json["tally"]
    return found


def urgencies(late: int = 0, today: int = 0, week: int = 0) -> dict[str, int]:
    return {"late": late, "today": today, "week": week}


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 9, 14), urgencies(late=1)),
        (date(2026, 9, 15), urgencies(today=1)),
        (date(2026, 9, 16), urgencies(week=1)),
        (date(2026, 9, 22), urgencies(week=1)),
        (date(2026, 9, 23), urgencies()),
        (datetime(2026, 9, 14, 21, 59, tzinfo=UTC), urgencies(late=1)),
        (datetime(2026, 9, 14, 22, tzinfo=UTC), urgencies(today=1)),
        (datetime(2026, 9, 15, 21, 59, tzinfo=UTC), urgencies(today=1)),
        (datetime(2026, 9, 22, 21, 59, tzinfo=UTC), urgencies(week=1)),
        (datetime(2026, 9, 22, 22, tzinfo=UTC), urgencies()),
        (None, urgencies()),
    ],
)
def test_a_task_counts_on_its_day_in_paris(town: Town, due: Any, expected: dict[str, int]) -> None:
    town.open(due_at=due)
    assert counted(town)["organisation"] == counted(town)["mine"] == expected


def test_mine_are_those_of_my_list(town: Town) -> None:
    on = date(2026, 9, 15)
    town.open(due_at=on, assignee=CLAIRE.person_id)
    town.open(due_at=on, assignee=DENIS.person_id)
    town.open(due_at=on, role="secretariat")
    town.open(due_at=on, role=None)
    assert counted(town)["organisation"] == urgencies(today=4)
    assert (counted(town)["mine"], counted(town, CLERK)["mine"]) == (urgencies(today=2), urgencies(today=2))
    assert counted(town, STRANGER)["organisation"] == urgencies()


def test_done_tasks_do_not_count(town: Town) -> None:
    done = town.open(due_at=date(2026, 9, 15))
    town.complete(CLAIRE, done)
    assert counted(town)["organisation"] == urgencies()


def test_beyond_its_bound_the_count_says_that_there_may_be_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counted(town)["is_whole"]
    with town.database.begin() as tx:
        tx.execute(sa.insert(task), [old(number) | {"status": "open"} for number in range(tally.MOST + 5)])
    found = counted(town)
    assert (found["organisation"], found["is_whole"]) == (urgencies(late=tally.MOST), False)


def test_what_is_awaited_is_counted_only_when_it_is_asked_for(town: Town) -> None:
    town.open(organisation_kind="mission_locale", organisation="ml-lyon", role="conseiller")
    town.open(organisation_kind="mission_locale", organisation="ml-lyon", role="conseiller", side="ml")
    assert (counted(town)["awaited"], counted(town)["awaited_is_whole"]) == (1, True)
    assert counted(town, how="due")["awaited"] is None
    assert counted(town, ADVISER)["awaited"] == 0
    assert "tally" not in town.call(CLAIRE, "GET", "/tasks").json


def test_counting_starts_in_the_index_of_open_tasks(town: Town) -> None:
    with town.database.begin() as tx:
        tx.execute(sa.insert(task), [old(number) for number in range(1_000)])
    town.open(due_at=LATER)
    plan = plan_of(town, lambda: counted(town, how="due"))
    assert "ix_task_open" in plan
    assert "SCAN task" not in plan
