"""One list out of the services' lists: order, pages and sections. Pure: no HTTP, no clock.

Each service gives its tasks in pages in one order, each behind a cursor of its own. The merge reads on from each
service's page, drops what was already shown, and shows no task beyond the point up to which every service has been
read: order holds over all pages, whatever the services' page sizes.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from shared.clock import PARIS, local_date

Task = dict[str, Any]
Key = tuple[str, str]
Order = Callable[[Mapping[str, Any]], Key]
NEVER = "9999"
LAST = datetime.max.replace(tzinfo=UTC)
LONGEST_WORD = 2_000
DATE_LENGTH = len("2026-09-01")


@dataclass(frozen=True)
class Position:
    """Where a reader stands: the last task shown, and the page that each service was read from.

    ``pages``: service → its cursor (None: its first page); a service that was read to its end is not in it.
    """

    last: Key | None = None
    pages: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """What a service answered: its tasks in order, and its cursor to what follows (None: no more)."""

    items: Sequence[Task]
    next: str | None


@dataclass(frozen=True)
class Section:
    """Tasks of one urgency: late, today, week, later or undated."""

    urgency: str
    tasks: tuple[Task, ...]


def by_due(task: Mapping[str, Any]) -> Key:
    """Due first, without a due date last, then by id: the order of the services' lists of open tasks."""
    return _instant(task["due_at"]) if task["due_at"] else NEVER, task["id"]


def by_end(task: Mapping[str, Any]) -> Key:
    """What was done last comes first, then by id: the order of the services' lists of done tasks."""
    ended = datetime.fromisoformat(task["completed_at"])
    return f"{(LAST - ended) // timedelta(microseconds=1):020}", task["id"]


def merge(
    pages: Mapping[str, Page], position: Position, limit: int, order: Order = by_due
) -> tuple[list[Task], Position | None]:
    """The next ``limit`` tasks at most, each with its ``service``, and where to go on (None: the end).

    ``order``: of the services' lists.

    A service of ``position`` that has no page (it is down) is asked again for the next page.
    """
    horizon = min(
        (order(page.items[-1]) for page in pages.values() if page.next and page.items), default=None
    )
    unseen = sorted(_unseen(pages, position.last, order), key=order)
    shown = [task for task in unseen if horizon is None or order(task) <= horizon][:limit]
    last = order(shown[-1]) if shown else position.last
    following: dict[str, str | None] = {}
    for service, page in pages.items():
        if any(order(task) > last for task in page.items if last is not None):
            following[service] = position.pages.get(service)
        elif page.next is not None:
            following[service] = page.next
    if not following:
        return shown, None
    silent = {name: cursor for name, cursor in position.pages.items() if name not in pages}
    return shown, Position(last, following | silent)


def sections(tasks: Iterable[Task], today: date) -> list[Section]:
    """The tasks, in their order, under the urgency that ``today`` gives them."""
    return [
        Section(urgency, tuple(group))
        for urgency, group in groupby(tasks, key=lambda task: urgency_of(task["due_at"], today))
    ]


def urgency_of(due_at: str | None, today: date) -> str:
    """late | today | week (the seven days that follow) | later | undated."""
    if due_at is None:
        return "undated"
    days = (due_date(due_at) - today).days
    if days < 0:
        return "late"
    return "today" if days == 0 else "week" if days <= 7 else "later"


def due_date(due_at: str) -> date:
    """The day, in Europe/Paris, of an ISO date or instant."""
    if len(due_at) == DATE_LENGTH:
        return date.fromisoformat(due_at)
    return local_date(datetime.fromisoformat(due_at))


def encode(position: Position) -> str:
    """A position as a word for a link."""
    raw = json.dumps([position.last, dict(position.pages)], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(word: str, services: Iterable[str]) -> Position | None:
    """The position of ``word``; None when somebody has altered it."""
    if len(word) > LONGEST_WORD:
        return None
    try:
        last, pages = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        known = {name: pages[name] for name in services if name in pages}
        if len(known) != len(pages) or not all(c is None or _is_word(c) for c in known.values()):
            return None
        return Position(None if last is None else (str(last[0]), str(last[1])), known)
    except (ValueError, TypeError, IndexError, KeyError, RecursionError):
        return None


def _is_word(cursor: Any) -> bool:
    return isinstance(cursor, str) and cursor.isascii()


def _unseen(pages: Mapping[str, Page], last: Key | None, order: Order) -> Iterator[Task]:
    for service, page in pages.items():
        yield from (task | {"service": service} for task in page.items if last is None or order(task) > last)


def _instant(due_at: str) -> str:
    if len(due_at) == DATE_LENGTH:
        return datetime.combine(date.fromisoformat(due_at), time(), PARIS).astimezone(UTC).isoformat()
    return datetime.fromisoformat(due_at).astimezone(UTC).isoformat()
