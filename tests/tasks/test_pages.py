"""Lists: order, pages, bounds, and what they cost."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
import sqlalchemy as sa

from shared.tasks.tables import task
from tests.support.counted import statements
from tests.tasks.world import CLAIRE, DENIS, HEAD, NOW, PARCOURS, STRANGER, Town

LATER = datetime(2026, 9, 20, 9, tzinfo=UTC)


def walk(town: Town, query: str, limit: int) -> Iterator[str]:
    after = ""
    while True:
        page = town.call(CLAIRE, "GET", f"/tasks?{query}&limit={limit}{after}").json
        assert len(page["items"]) <= limit
        yield from (item["id"] for item in page["items"])
        if page["next"] is None:
            return
        after = f"&after={page['next']}"


def test_due_tasks_come_first_and_those_without_due_date_last(town: Town) -> None:
    undated, day, instant = town.open(), town.open(due_at=date(2026, 9, 20)), town.open(due_at=LATER)
    items = town.call(CLAIRE, "GET", "/tasks?scope=organisation").json["items"]
    assert [item["id"] for item in items] == [day, instant, undated]
    assert [item["due_at"] for item in items] == ["2026-09-20", "2026-09-20T09:00:00+00:00", None]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_of_any_size_give_every_task_once_in_order(town: Town, limit: int) -> None:
    dues = [None, date(2026, 9, 20), LATER, date(2026, 9, 20), None, LATER, date(2026, 9, 1)]
    for due in dues:
        town.open(due_at=due)
    whole = list(walk(town, "scope=organisation", 100))
    assert len(set(whole)) == len(dues)
    assert list(walk(town, "scope=organisation", limit)) == whole


def test_a_task_that_opens_between_two_pages_shifts_nothing(town: Town) -> None:
    first = [town.open(due_at=date(2026, 9, day)) for day in (10, 20, 30)]
    page = town.call(CLAIRE, "GET", "/tasks?limit=2").json
    town.open(due_at=date(2026, 9, 1))
    rest = town.call(CLAIRE, "GET", f"/tasks?limit=2&after={page['next']}").json
    assert [item["id"] for item in page["items"] + rest["items"]] == first


def test_done_tasks_have_a_list_of_their_own(town: Town) -> None:
    done, still = town.open(), town.open()
    town.complete(CLAIRE, done)
    assert list(walk(town, "scope=organisation&status=done", 10)) == [done]
    assert list(walk(town, "scope=organisation", 10)) == [still]
    assert list(walk(town, f"scope=parcours&status=done&parcours_id={PARCOURS}", 10)) == [done]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_what_was_done_last_comes_first_whatever_was_due(town: Town, limit: int) -> None:
    opened = [town.open(due_at=date(2026, 9, 20 - number)) for number in range(4)]
    for number in (2, 0, 3):
        town.complete(CLAIRE, opened[number], key=f"key-{number}")
        town.clock.advance(timedelta(minutes=1))
    assert list(walk(town, "scope=organisation&status=done", limit)) == [opened[3], opened[0], opened[2]]


def test_a_list_can_be_narrowed_to_one_element(town: Town) -> None:
    town.open(due_at=date(2026, 9, 1))
    admission = town.open(element_id="decider_admission", due_at=date(2026, 9, 20))
    assert list(walk(town, "scope=organisation&element_id=decider_admission", 10)) == [admission]
    assert list(walk(town, "scope=organisation&element_id=nothing", 10)) == []


def test_a_list_can_be_narrowed_to_one_parcours(town: Town) -> None:
    mine, _ = town.open(), town.open(parcours_id="0190b5a0-0000-7000-8000-00000000cccc")
    assert list(walk(town, f"scope=mine&parcours_id={PARCOURS}", 10)) == [mine]


def cursor(at: str) -> str:
    return urlsafe_b64encode(json.dumps([at, "0" * 36]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=beaucoup", "limit"),
        ("scope=all", "scope"),
        ("status=lost", "status"),
        ("scope=parcours", "parcours_id"),
        ("after=nonsense", "after"),
        ("after=WzEsMl0", "after"),
        ("after=%00", "after"),
        (f"after={cursor('9999-12-31T23:59:59-23:59')}", "after"),
        (f"after={cursor('0001-01-01T00:00:00+23:59')}", "after"),
        (f"after={cursor('2026-09-01T00:00:00')}", "after"),
        ("page=2", "page"),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_by_name(town: Town, query: str, field: str) -> None:
    answer = town.call(CLAIRE, "GET", f"/tasks?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_list_reads_its_index_whatever_the_history(town: Town) -> None:
    """1 000 tasks done long ago: the plan still starts in the index of open tasks, and sorts nothing."""
    with town.database.begin() as tx:
        tx.execute(sa.insert(task), [old(number) for number in range(1_000)])
    town.open(due_at=LATER)
    plan = plan_of(town, lambda: list(walk(town, "scope=organisation", 50)))
    assert "ix_task_open" in plan
    assert "SCAN task" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_the_list_of_done_tasks_reads_its_index_and_sorts_nothing(town: Town) -> None:
    with town.database.begin() as tx:
        tx.execute(sa.insert(task), [old(number) for number in range(1_000)])
    plan = plan_of(town, lambda: list(islice(walk(town, "scope=organisation&status=done", 50), 120)))
    assert "ix_task_done" in plan
    assert "SCAN task" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def plan_of(town: Town, ask: Callable[[], object]) -> str:
    """How the database finds what ``ask`` reads last of tasks."""
    if town.database.is_postgresql:
        with town.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
            raw.exec_driver_sql("ANALYZE task")
    with statements(town.database) as executed:
        ask()
    statement, parameters = [each for each in executed if "FROM task" in each[0]][-1]
    explain = "EXPLAIN " if town.database.is_postgresql else "EXPLAIN QUERY PLAN "
    with town.database.read() as look:
        return "\n".join(str(row) for row in look.exec_driver_sql(explain + statement, parameters))


def old(number: int) -> dict[str, object]:
    at = NOW - timedelta(days=400, minutes=number)
    return {
        "id": f"0190b5a0-0000-7000-8000-{number:012d}", "instance_id": "i", "parcours_id": f"p{number}",
        "process_id": "enrolment", "element_id": "e", "name": "n", "subject": "s", "side": "both",
        "organisation_kind": "lycee", "organisation_id": "0690001A", "priority": 0, "status": "completed",
        "version": 2, "opened_at": at, "completed_at": at, "due_sort": at,
    }  # fmt: skip


def test_of_each_person_of_one_s_organisation_it_is_told_how_many_tasks_are_open_and_late(town: Town) -> None:
    town.open(assignee=DENIS.person_id, due_at=date(2026, 9, 14))
    town.open(assignee=DENIS.person_id, due_at=date(2026, 9, 15))
    town.open()
    town.open(organisation_kind="mission_locale", organisation="ml-lyon", role="conseiller")
    told = town.call(HEAD, "GET", "/tasks/loads").json["items"]
    assert sorted(told, key=str) == sorted(
        [
            {"assignee": None, "open": 1, "late": 0},
            {"assignee": DENIS.person_id, "open": 2, "late": 1},
        ],
        key=str,
    )
    assert town.call(STRANGER, "GET", "/tasks/loads").json["items"] == []


def test_the_tasks_of_one_holder_come_page_by_page(town: Town) -> None:
    mine = [town.open(assignee=DENIS.person_id) for _ in range(3)]
    town.open(assignee=CLAIRE.person_id)
    path = f"/tasks?scope=organisation&assignee={DENIS.person_id}&limit=2"
    first = town.call(HEAD, "GET", path).json
    second = town.call(HEAD, "GET", f"{path}&after={first['next']}").json
    assert [each["id"] for each in (*first["items"], *second["items"])] == mine
    assert second["next"] is None
    assert town.call(STRANGER, "GET", path).json["items"] == []
