"""What came before a task in its parcours: the answer, from the process's own facts, to « pourquoi chez moi ? »."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from shared.identity import Actor
from shared.tasks import access
from shared.tasks.model import TaskProcess
from shared.tasks.presentation import iso
from shared.tasks.tables import task

_earlier, _last = task.alias("earlier"), task.alias("last")


def before(tx: Connection, process: TaskProcess, actor: Actor, task_ids: Sequence[str]) -> dict[str, Any]:
    """By task id, the task of the same parcours that was completed last when this one opened; absent: none known.

    Of the partner's tasks only what the story tells too: those that are not private to the other side, and only
    while the actor's organisation has a part in the parcours (R12, R38). ``{name, objet, at, by, kind}``.
    """
    if not task_ids:
        return {}
    rows = tx.execute(_wanted(process), {**access.binds(actor), "task_ids": list(task_ids)})
    return {
        row.of: {
            "name": row.name, "objet": row.objet, "at": iso(row.completed_at), "by": row.completed_by_name,
            "kind": row.organisation_kind,
        }
        for row in rows
    }  # fmt: skip


def _wanted(process: TaskProcess) -> Select[Any]:
    """One search of the parcours's own index for each task: the length of other parcours does not matter."""
    own = and_(
        _earlier.c.organisation_id == bindparam("organisation"),
        _earlier.c.organisation_kind == bindparam("organisation_kind"),
    )
    shared = and_(_earlier.c.side.in_(("both", bindparam("side"))), process.has_part(_earlier.c.parcours_id))
    last = (
        select(_earlier.c.id)
        .where(
            _earlier.c.parcours_id == task.c.parcours_id, _earlier.c.status == "completed",
            _earlier.c.completed_at <= task.c.opened_at, or_(own, shared),
        )
        .order_by(_earlier.c.completed_at.desc(), _earlier.c.id.desc())
        .limit(1)
        .correlate(task)
        .scalar_subquery()
    )  # fmt: skip
    told = (_last.c.name, _last.c.objet, _last.c.completed_at, _last.c.completed_by_name)
    return (
        select(task.c.id.label("of"), *told, _last.c.organisation_kind)
        .join_from(task, _last, _last.c.id == last)
        .where(task.c.id.in_(bindparam("task_ids", expanding=True)))
    )
