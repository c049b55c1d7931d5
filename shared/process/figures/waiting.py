"""How long tasks waited for those who did them, and how many came after their due date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from shared.identity import Actor
from shared.process.figures import scope
from shared.process.figures.scope import lycee
from shared.tasks.tables import task

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Waiting:
    """One kind of task: how many were done, days that each waited on average, how many were late."""

    element_id: str
    name: str
    organisation_kind: str
    done: int
    days: float
    late: int


def waiting(look: Connection, actor: Actor, since: datetime, until: datetime) -> Sequence[Waiting]:
    """The tasks opened from ``since`` to ``until`` and done, of the parcours that the actor may have counted."""
    joined = scope.with_parties(task, task.c.parcours_id)
    done = and_(task.c.status == "completed", task.c.opened_at >= since, task.c.opened_at < until)
    by = (task.c.element_id, task.c.name, task.c.organisation_kind)
    counted = (
        select(
            *by,
            lycee.c.organisation.label("lycee"),
            func.count().label("done"),
            func.sum(_seconds(look)).label("seconds"),
            func.sum(case((task.c.completed_at > task.c.due_sort, 1), else_=0)).label("late"),
        )
        .select_from(joined)
        .where(done, *scope.own(actor))
        .group_by(*by, lycee.c.organisation)
    )
    within = scope.covers(actor)
    found: dict[tuple[str, str, str], list[Any]] = {}
    for row in look.execute(counted):
        if within(row.lycee):
            kept = found.setdefault((row.element_id, row.name, row.organisation_kind), [0, 0.0, 0])
            for place, value in enumerate((row.done, float(row.seconds), row.late)):
                kept[place] += value
    return [
        Waiting(*key, done=done, days=round(seconds / done / SECONDS_A_DAY, 1), late=late)
        for key, (done, seconds, late) in sorted(found.items())
    ]


def _seconds(look: Connection) -> ColumnElement[Any]:
    if look.dialect.name == "postgresql":
        return func.extract("epoch", task.c.completed_at - task.c.opened_at)
    return (func.julianday(task.c.completed_at) - func.julianday(task.c.opened_at)) * SECONDS_A_DAY
