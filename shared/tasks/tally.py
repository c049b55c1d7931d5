"""How much is to be done, and by when: what the tabs of a list of tasks say before one opens them.

Counting costs the same whatever is open: it looks at the first MOST tasks of the organisation by due date, through
the index of open tasks, and says so when there may be more.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select

from shared.clock import PARIS
from shared.identity import Actor, scope_of
from shared.tasks import access
from shared.tasks.awaited import awaited_count
from shared.tasks.model import TaskProcess
from shared.tasks.tables import IS_OPEN, task

MOST = 500
WEEK_DAYS = 7
"""After today; what is due later, or has no deadline, is not counted."""
URGENCIES = ("late", "today", "week")

_AT = {name: bindparam(name, type_=task.c.due_sort.type) for name in ("from_today", "from_tomorrow", "until")}
_soon = (
    select(task.c.due_sort, task.c.assignee, task.c.role, task.c.element_id)
    .where(access.OF_ORGANISATION, IS_OPEN, task.c.due_sort < _AT["until"])
    .order_by(task.c.due_sort, task.c.id)
    .limit(MOST)
    .subquery("soon")
)
_MINE = or_(
    _soon.c.assignee == bindparam("person"),
    and_(
        _soon.c.assignee.is_(None),
        or_(_soon.c.role.is_(None), _soon.c.role.in_(bindparam("roles", expanding=True))),
    ),
)
_IN: dict[str, ColumnElement[bool]] = {
    "late": _soon.c.due_sort < _AT["from_today"],
    "today": and_(_soon.c.due_sort >= _AT["from_today"], _soon.c.due_sort < _AT["from_tomorrow"]),
    "week": _soon.c.due_sort >= _AT["from_tomorrow"],
}
_DELEGATED = and_(
    _soon.c.role == bindparam("delegated_role"), _soon.c.element_id.in_(bindparam("delegated", expanding=True)),
    or_(_soon.c.assignee == bindparam("person"), _soon.c.assignee.is_(None)),
)  # fmt: skip
"""As ``access.DELEGATED``: of who acts by a delegation."""


def _counted(mine: ColumnElement[bool]) -> Select[Any]:
    return select(
        func.count().label("seen"),
        *(func.count().filter(within).label(name) for name, within in _IN.items()),
        *(func.count().filter(and_(mine, within)).label(f"my_{name}") for name, within in _IN.items()),
    )


_COUNTED, _COUNTED_BY_DELEGATION = _counted(_MINE), _counted(_DELEGATED)


@dataclass(frozen=True)
class Tally:
    """Open tasks by urgency, ``mine`` as in the list of that scope. ``is_whole``: false when there may be more.

    ``awaited``: what the others are waited for in the newest parcours; None when it was not asked for.
    """

    mine: dict[str, int]
    organisation: dict[str, int]
    is_whole: bool
    awaited: int | None = None
    awaited_is_whole: bool = True


def tally(tx: Connection, process: TaskProcess, actor: Actor, today: date, *, with_awaited: bool) -> Tally:
    """One statement for the tasks; two more for what is awaited."""
    days = {"from_today": today, "from_tomorrow": today + timedelta(days=1)}
    bounds = {name: _start(day) for name, day in (days | {"until": _beyond(today)}).items()}
    counted = _COUNTED_BY_DELEGATION if scope_of(actor) else _COUNTED
    row: Any = tx.execute(counted, access.binds(actor) | bounds).one()
    mine = {name: getattr(row, f"my_{name}") for name in URGENCIES}
    whole = {name: getattr(row, name) for name in URGENCIES}
    count, is_whole = awaited_count(tx, process, actor) if with_awaited else (None, True)
    return Tally(mine, whole, row.seen < MOST, count, is_whole)


def _beyond(today: date) -> date:
    return today + timedelta(days=WEEK_DAYS + 1)


def _start(day: date) -> datetime:
    """A whole day sorts as its first instant in Europe/Paris (``store.due_values``)."""
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
