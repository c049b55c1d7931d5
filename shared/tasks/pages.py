"""Lists of tasks by keyset: a page costs the same wherever it begins."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.identity import Actor, scope_of
from shared.tasks import access
from shared.tasks.errors import TaskNotFound
from shared.tasks.model import TaskProcess, TaskRow
from shared.tasks.tables import IS_DONE, IS_OPEN, task

MOST = 100
Scope = Literal["mine", "organisation", "parcours"]
NOT_LISTED = frozenset(
    (
        "draft", "draft_by", "draft_by_name", "draft_at", "instance_id", "form", "side",
        "definition_version", "completion_key", "completion_request",
    )
)  # fmt: skip


_Wanted = Literal["mine", "organisation", "parcours", "delegated"]
_SCOPES: Mapping[_Wanted, ColumnElement[bool]] = {
    "mine": access.MINE,
    "delegated": access.DELEGATED,
    "organisation": access.OF_ORGANISATION,
    "parcours": access.OF_PARCOURS,
}
_AT, _ID = (
    bindparam(name, type_=column.type) for name, column in (("at", task.c.due_sort), ("id", task.c.id))
)
# beyond a cursor; the first part, redundant in logic, is what lets SQLite start inside the index
_BEYOND = and_(
    task.c.due_sort >= _AT, or_(task.c.due_sort > _AT, and_(task.c.due_sort == _AT, task.c.id > _ID))
)
_BEFORE = and_(
    task.c.completed_at <= _AT,
    or_(task.c.completed_at < _AT, and_(task.c.completed_at == _AT, task.c.id > _ID)),
)
_LISTED = [column for column in task.c if column.name not in NOT_LISTED]


@dataclass(frozen=True)
class Question:
    """Which tasks a person asks for; `after` is the cursor that a page ended with.

    `assignee`: only the tasks that this person (its id) holds. `element_id`: only those of one element of a diagram.
    `told`: why, for lists that people read, adds to each task of one's own what came `before` it.
    `tally`: how much is due, and when, beside the page; `all`: also what the others are waited for.
    """

    scope: Scope = "mine"
    status: Literal["open", "done"] = "open"
    parcours_id: str | None = None
    limit: int = 50
    after: str | None = None
    told: Literal["brief", "why"] = "brief"
    assignee: str | None = None
    element_id: str | None = None
    tally: Literal["none", "due", "all"] = "none"


@dataclass(frozen=True)
class Page:
    """Open tasks by due date (none last), done ones from the newest on; then by id. `next`: None on the last page."""

    tasks: Sequence[TaskRow]
    next: str | None


def page(tx: Connection, process: TaskProcess, actor: Actor, question: Question) -> Page:
    """One page. Raises BadInput for a foreign cursor, TaskNotFound for a foreign parcours."""
    if question.scope == "parcours":
        _refuse_strangers(tx, process, actor, question)
    names: dict[str, Any] = {
        "parcours_id": question.parcours_id, "most": question.limit + 1, "holder": question.assignee,
        "element": question.element_id,
    }  # fmt: skip
    if question.after is not None:
        names["at"], names["id"] = decode(question.after)
    scope: _Wanted = "delegated" if question.scope == "mine" and scope_of(actor) else question.scope
    wanted = _wanted(
        scope, question.status, question.parcours_id is not None, question.after is not None,
        question.assignee is not None, question.element_id is not None,
    )  # fmt: skip
    rows = tx.execute(wanted, {**access.binds(actor), **names}).all()
    shown = rows[: question.limit]
    return Page(shown, encode(shown[-1], question.status) if len(rows) > len(shown) else None)


@cache
def _wanted(
    scope: _Wanted, status: str, in_parcours: bool, goes_on: bool, is_held: bool, is_of_element: bool
) -> Select[Any]:  # fmt: skip
    """The query of a page: there are few, and building one costs as much as running it."""
    wanted = select(*_LISTED).where(_SCOPES[scope], IS_OPEN if status == "open" else IS_DONE)
    if in_parcours:
        wanted = wanted.where(task.c.parcours_id == bindparam("parcours_id"))
    if is_held:
        wanted = wanted.where(task.c.assignee == bindparam("holder"))
    if is_of_element:
        wanted = wanted.where(task.c.element_id == bindparam("element"))
    beyond, order = (_BEYOND, task.c.due_sort) if status == "open" else (_BEFORE, task.c.completed_at.desc())
    if goes_on:
        wanted = wanted.where(beyond)
    return wanted.order_by(order, task.c.id).limit(bindparam("most"))


def _refuse_strangers(tx: Connection, process: TaskProcess, actor: Actor, question: Question) -> None:
    if question.parcours_id is None:
        raise BadInput({"parcours_id": [sentence("tasks.parcours_required")]})
    if not process.is_party(tx, question.parcours_id, actor):
        raise TaskNotFound()


def encode(row: TaskRow, status: str) -> str:
    """A cursor: where a page ended."""
    at = row.due_sort if status == "open" else row.completed_at
    raw = json.dumps([at.isoformat(), row.id], separators=(",", ":"))
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, str]:
    """Raises BadInput for anything that `encode` does not make."""
    try:
        instant, identifier = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(instant)
        is_instant = at.tzinfo is not None and at.astimezone(
            UTC
        )  # as the database reads it: not beyond its years
    except (ValueError, TypeError, OverflowError) as error:
        raise _bad_cursor() from error
    if not is_instant or not isinstance(identifier, str) or access.ID.fullmatch(identifier) is None:
        raise _bad_cursor()
    return at, identifier


def _bad_cursor() -> BadInput:
    return BadInput({"after": [sentence("tasks.bad_cursor")]})
