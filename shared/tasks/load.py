"""How many open tasks each person of an organisation has: for who gives them out."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from shared.clock import PARIS, local_date
from shared.identity import Actor
from shared.tasks import access
from shared.tasks.tables import IS_OPEN, task

_LATE = func.sum(case((task.c.due_sort < bindparam("today", type_=task.c.due_sort.type), 1), else_=0))
_LOADS = (
    select(task.c.assignee, func.count().label("open"), _LATE.label("late"))
    .where(access.OF_ORGANISATION, IS_OPEN)
    .group_by(task.c.assignee)
    .order_by(task.c.assignee)
)


def loads(look: Connection, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """`{"assignee": id, null for nobody, "open": n, "late": n}` of the actor's organisation; late: due before today."""
    today = datetime.combine(local_date(now), time(), PARIS)
    rows = look.execute(_LOADS, {**access.binds(actor), "today": today})
    return [{"assignee": row.assignee, "open": row.open, "late": row.late} for row in rows]
