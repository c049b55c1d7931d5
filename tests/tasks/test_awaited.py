"""What an organisation waits for: the others' open tasks, in pages of parcours."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from shared.tasks.tables import task
from tests.tasks.test_pages import old, plan_of
from tests.tasks.world import ADVISER, CLAIRE, NOW, PARCOURS, STRANGER, Town

ML = {"organisation_kind": "mission_locale", "organisation": "ml-lyon", "role": "conseiller"}


def awaited(town: Town, actor: Any = CLAIRE) -> list[dict[str, Any]]:
    return town.call(actor, "GET", "/tasks/awaited").json["items"]  # type: ignore[no-any-return]


def test_the_partners_open_tasks_are_awaited_by_due_date_and_ones_own_are_not(town: Town) -> None:
    town.open(name="À nous")
    undated = town.open(name="Prendre en charge", **ML)
    due = town.open(name="Fixer le rendez-vous", due_at=date(2026, 9, 20), **ML)
    assert [item["id"] for item in awaited(town)] == [due, undated]
    assert [item["name"] for item in awaited(town, ADVISER)] == ["À nous"]


def test_an_awaited_task_tells_what_a_partner_sees_of_whom_and_since_when(town: Town) -> None:
    town.open(name="Prendre en charge", **ML)
    (item,) = awaited(town)
    del item["id"]
    assert item == {
        "parcours_id": PARCOURS, "name": "Prendre en charge",
        "organisation": {"kind": "mission_locale", "id": "ml-lyon"},
        "assignee": None, "assignee_name": None, "due_at": None, "status": "open", "subject": "Zoé Durand", "etape": 2,
        "opened_at": NOW.isoformat(),
    }  # fmt: skip


def test_what_is_private_to_the_other_side_or_done_is_not_awaited(town: Town) -> None:
    town.open(side="ml", **ML)
    town.complete(ADVISER, town.open(**ML))
    assert awaited(town) == []


def test_who_has_no_part_in_the_parcours_waits_for_nothing(town: Town) -> None:
    town.open(**ML)
    assert awaited(town, STRANGER) == []


def test_a_page_is_of_200_parcours_the_newest_first_and_the_rest_follows(town: Town) -> None:
    others = [f"0190b5a0-0000-7000-8000-{number:012x}" for number in range(200)]
    town.process.others = frozenset(others)  # all older than PARCOURS
    newest = town.open(**ML)
    oldest = town.open(parcours_id=others[0], **ML)
    page = town.call(CLAIRE, "GET", "/tasks/awaited").json
    assert ([item["id"] for item in page["items"]], page["next"]) == ([newest], others[1])
    rest = town.call(CLAIRE, "GET", f"/tasks/awaited?after={page['next']}").json
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([oldest], None)


def test_a_cursor_that_is_not_one_is_refused_by_name(town: Town) -> None:
    answer = town.call(CLAIRE, "GET", "/tasks/awaited?after=nonsense")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["after"])


def test_what_is_awaited_is_found_without_the_tasks_that_are_done(town: Town) -> None:
    """1 000 tasks done long ago in one's parcours: the plan still starts in an index of open tasks."""
    with town.database.begin() as tx:
        tx.execute(sa.insert(task), [old(number) | {"parcours_id": PARCOURS} for number in range(1_000)])
    town.open(**ML)
    plan = plan_of(town, lambda: awaited(town))
    assert "ix_task_open" in plan
    assert "SCAN task" not in plan
