"""What an organisation waits for: the open tasks of the others in the parcours where it has a part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, not_, select

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.identity import Actor
from shared.tasks import access
from shared.tasks.model import TaskProcess, TaskRow
from shared.tasks.presentation import iso, task_json
from shared.tasks.tables import IS_OPEN, task

PARCOURS_A_PAGE = 200
"""How many parcours one page looks at, the newest first: it costs the same whatever came before them."""
_HIDDEN = frozenset(("draft", "draft_by", "draft_by_name", "draft_at", "form"))
_THEIRS = (
    task.c.parcours_id.in_(bindparam("parcours", expanding=True)), IS_OPEN,
    not_(access.OF_ORGANISATION), access.FOR_SIDE,
)  # fmt: skip
_WANTED = (
    select(*(column for column in task.c if column.name not in _HIDDEN))
    .where(*_THEIRS)
    .order_by(task.c.due_sort, task.c.id)
)
_COUNTED = select(func.count()).select_from(task).where(*_THEIRS)


@dataclass(frozen=True)
class Awaited:
    """Tasks by due date (none last), then id, of a page of parcours; `next`: where the following begins, or None."""

    tasks: Sequence[TaskRow]
    next: str | None


def awaited(tx: Connection, process: TaskProcess, actor: Actor, after: str | None) -> Awaited:
    """The others' open tasks that are not private to their side (R12). Raises BadInput for a foreign cursor."""
    if after is not None and access.ID.fullmatch(after) is None:
        raise BadInput({"after": [sentence("tasks.bad_cursor")]})
    found = process.parcours_of(tx, actor, after, PARCOURS_A_PAGE + 1)
    looked_at = found[:PARCOURS_A_PAGE]
    rows = tx.execute(_WANTED, {**access.binds(actor), "parcours": looked_at}).all() if looked_at else []
    return Awaited(rows, looked_at[-1] if len(found) > PARCOURS_A_PAGE else None)


def awaited_count(tx: Connection, process: TaskProcess, actor: Actor) -> tuple[int, bool]:
    """How many there are on the first page of parcours, and whether that page is the only one."""
    found = process.parcours_of(tx, actor, None, PARCOURS_A_PAGE + 1)
    looked_at = found[:PARCOURS_A_PAGE]
    binds = {**access.binds(actor), "parcours": looked_at}
    return (tx.scalar(_COUNTED, binds) or 0) if looked_at else 0, len(found) <= PARCOURS_A_PAGE


def awaited_json(row: TaskRow) -> dict[str, Any]:
    """As a partner sees a task, with what its parcours tells its parties anyway: of whom, which étape, since when."""
    known = {"subject": row.subject, "etape": row.etape, "opened_at": iso(row.opened_at)}
    return task_json(row, "reduced") | known
