"""The merge of the services' lists: order over all pages, nothing lost, nothing twice."""

from base64 import urlsafe_b64encode
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inbox.tasklist.worklist import (
    Page,
    Position,
    by_end,
    decode,
    encode,
    merge,
    sections,
    urgency_of,
)

SERVICES = ("enrolment", "accompaniment", "bilan")
DUES = [None, "2026-09-01", "2026-09-01T10:00:00+00:00", "2026-08-31T22:00:00+00:00", "2026-12-24"]


def task(number: int, due: str | None) -> dict[str, Any]:
    return {"id": f"{number:04}", "due_at": due}


def order(due: str | None, number: int) -> tuple[str, str]:
    instants = {
        "2026-09-01": "2026-08-31T22:00:00+00:00",
        "2026-12-24": "2026-12-23T23:00:00+00:00",
        None: "9999",
    }
    return instants.get(due, due or ""), f"{number:04}"


def service_page(tasks: list[dict[str, Any]], cursor: str | None, size: int) -> Page:
    start = int(cursor or 0)
    end = start + size
    return Page(tasks[start:end], str(end) if end < len(tasks) else None)


@given(
    st.lists(st.tuples(st.sampled_from(SERVICES), st.sampled_from(DUES)), max_size=60),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_reading_on_shows_each_task_once_and_in_order(
    made: list[tuple[str, str | None]], size: int, limit: int
) -> None:
    numbered = sorted(((order(due, n), service, task(n, due)) for n, (service, due) in enumerate(made)))
    lists = {name: [each for _, service, each in numbered if service == name] for name in SERVICES}
    position: Position | None = Position(pages=dict.fromkeys(SERVICES))
    shown: list[str] = []
    for _ in range(200):
        assert position is not None
        pages = {name: service_page(lists[name], cursor, size) for name, cursor in position.pages.items()}
        tasks, position = merge(pages, position, limit)
        assert len(tasks) <= limit
        shown += [each["id"] for each in tasks]
        if position is None:
            break
        position = decode(encode(position), SERVICES)
    assert shown == [each["id"] for _, _, each in numbered]


def test_what_was_done_is_merged_from_the_newest_on() -> None:
    def done(number: int, minute: int) -> dict[str, Any]:
        return {"id": f"{number:04}", "due_at": None, "completed_at": f"2026-09-01T10:{minute:02}:00+00:00"}

    lists = {"enrolment": [done(1, 50), done(2, 20)], "bilan": [done(3, 40), done(4, 40), done(5, 10)]}
    position: Position | None = Position(pages=dict.fromkeys(lists))
    shown: list[str] = []
    while position is not None:
        pages = {name: service_page(lists[name], cursor, 2) for name, cursor in position.pages.items()}
        tasks, position = merge(pages, position, 2, by_end)
        shown += [each["id"] for each in tasks]
    assert shown == ["0001", "0003", "0004", "0002", "0005"]


def test_a_service_that_is_down_is_asked_again_for_the_next_page() -> None:
    first = Page([task(1, None), task(2, None)], "2")
    _, position = merge({"enrolment": first}, Position(pages={"enrolment": None, "bilan": None}), 2)
    assert position
    assert position.pages == {"enrolment": "2", "bilan": None}


def test_a_task_knows_the_service_it_comes_from() -> None:
    tasks, _ = merge({"bilan": Page([task(1, None)], None)}, Position(pages={"bilan": None}), 5)
    assert tasks[0]["service"] == "bilan"


def test_an_altered_position_is_recognised() -> None:
    for word in ("", "x", "e30", "WzEsMl0", "bnVsbA", encode(Position(None, {"elsewhere": None})), "é"):
        assert decode(word, SERVICES) is None


@pytest.mark.parametrize("depth", [1_400, 100_000])
def test_a_position_that_goes_too_deep_is_recognised(depth: int) -> None:
    assert decode(urlsafe_b64encode(b"[" * depth).decode(), SERVICES) is None


def test_a_cursor_that_no_service_gives_is_recognised() -> None:
    assert decode(encode(Position(None, {"enrolment": "\ud800"})), SERVICES) is None


def test_urgency_follows_the_calendar_of_paris() -> None:
    today = date(2026, 9, 7)
    assert urgency_of("2026-09-06T21:59:00+00:00", today) == "late"
    assert urgency_of("2026-09-06T22:00:00+00:00", today) == "today"
    assert urgency_of("2026-09-14", today) == "week"
    assert urgency_of("2026-09-15", today) == "later"
    assert urgency_of(None, today) == "undated"


def test_sections_keep_the_order_of_the_tasks() -> None:
    tasks = [task(1, "2026-09-01"), task(2, "2026-09-07"), task(3, None)]
    assert [section.urgency for section in sections(tasks, date(2026, 9, 7))] == ["late", "today", "undated"]
