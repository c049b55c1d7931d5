"""Lists of tasks by keyset: a page costs the same wherever it begins."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.identity import Actor
from shared.tasks import access
from shared.tasks.model import TaskProcess, TaskRow
from shared.tasks.tables import IS_DONE, IS_OPEN, task

MOST = 100
Scope = Literal["mine", "organisation", "parcours"]


@dataclass(frozen=True)
class Question:
    """Which tasks a person asks for; `after` is the cursor that a page ended with."""

    scope: Scope = "mine"
    status: Literal["open", "done"] = "open"
    parcours_id: str | None = None
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True)
class Page:
    """Tasks by due date (none last), then id; `next` is None on the last page."""

    tasks: Sequence[TaskRow]
    next: str | None


def page(tx: Connection, process: TaskProcess, actor: Actor, question: Question) -> Page:
    """One page. Raises BadInput for a foreign cursor, TaskNotFound for a foreign parcours."""
    wanted = select(task).where(
        _scoped(tx, process, actor, question), IS_OPEN if question.status == "open" else IS_DONE
    )
    if question.parcours_id is not None:
        wanted = wanted.where(task.c.parcours_id == question.parcours_id)
    if question.after is not None:
        wanted = wanted.where(_after(*decode(question.after)))
    rows = tx.execute(wanted.order_by(task.c.due_sort, task.c.id).limit(question.limit + 1)).all()
    shown = rows[: question.limit]
    return Page(shown, encode(shown[-1]) if len(rows) > len(shown) else None)


def encode(row: TaskRow) -> str:
    """A cursor: where a page ended."""
    raw = json.dumps([row.due_sort.isoformat(), row.id], separators=(",", ":"))
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, str]:
    """Raises BadInput for anything that `encode` does not make."""
    try:
        due, identifier = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(due)
    except (ValueError, TypeError) as error:
        raise _bad_cursor() from error
    if at.tzinfo is None or not isinstance(identifier, str) or access.ID.fullmatch(identifier) is None:
        raise _bad_cursor()
    return at, identifier


def _bad_cursor() -> BadInput:
    return BadInput({"after": [sentence("tasks.bad_cursor")]})


def _after(due: datetime, identifier: str) -> ColumnElement[bool]:
    """Beyond a position; the first part, redundant in logic, is what lets SQLite start inside the index."""
    beyond = or_(task.c.due_sort > due, and_(task.c.due_sort == due, task.c.id > identifier))
    return and_(task.c.due_sort >= due, beyond)


def _scoped(tx: Connection, process: TaskProcess, actor: Actor, question: Question) -> ColumnElement[bool]:
    if question.scope == "mine":
        return access.mine(actor)
    if question.scope == "organisation":
        return access.of_organisation(actor)
    if question.parcours_id is None:
        raise BadInput({"parcours_id": [sentence("tasks.parcours_required")]})
    return access.of_parcours(tx, process, actor, question.parcours_id)
