"""Idempotency keys: a request that comes a second time is answered like the first, and does nothing more.

What completed a task is told by the task's own row, whose answer does not change once it is closed; the answers to
other requests are kept beside their effect.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, insert
from sqlalchemy.exc import IntegrityError

from shared.identity import Actor
from shared.tasks.errors import KeyReused
from shared.tasks.model import Receipt, TaskRow
from shared.tasks.presentation import task_json
from shared.tasks.tables import COMPLETION_KEY, idempotency, task

_completed = task.alias("completed")
_HAS_COMPLETED = exists().where(
    _completed.c.completed_by == bindparam("asker"), _completed.c.completion_key == bindparam("key")
)
ANSWERED = (
    idempotency.c.request.label("asked"), idempotency.c.answer, _HAS_COMPLETED.label("has_completed")
)  # fmt: skip
IS_SAME = and_(idempotency.c.actor == bindparam("asker"), idempotency.c.key == bindparam("key"))
"""The answer already given to the binds ``asker`` and ``key``: to be joined to what a command reads anyway."""
_REMEMBER = insert(idempotency)  # not ON CONFLICT: SQLAlchemy compiles that anew each time


@dataclass(frozen=True)
class Asked:
    """A request under its key: who, what, with which values."""

    actor: Actor
    key: str
    digest: str

    @property
    def receipt(self) -> Receipt:
        return Receipt(self.key, self.digest)


def asked(actor: Actor, key: str, action: str, task_id: str, values: Mapping[str, Any]) -> Asked:
    """The same person, key, action, task and values make the same request."""
    text = json.dumps([action, task_id, dict(values)], sort_keys=True, default=str)
    return Asked(actor, key, hashlib.sha256(text.encode()).hexdigest())


def first_answer(row: TaskRow, request: Asked) -> dict[str, Any] | None:
    """The answer already given under the key; None for a new key. Raises KeyReused for another request under it.

    ``row``: a task with the columns of ``ANSWERED``.
    """
    completed = (row.completed_by, row.completion_key, row.completion_request)
    if completed == (request.actor.person_id, *request.receipt):
        return task_json(row)
    if row.asked == request.digest:
        return dict(row.answer)
    if row.asked is not None or row.has_completed:
        raise KeyReused()
    return None


@contextmanager
def one_task_a_key() -> Iterator[None]:
    """Raises KeyReused when what is written completes a task under a key that completed another one meanwhile."""
    try:
        yield
    except IntegrityError as error:
        # PostgreSQL names the index, SQLite its columns
        if str(COMPLETION_KEY.name) in str(error.orig) or "task.completion_key" in str(error.orig):
            raise KeyReused() from None  # the error quotes the row
        raise


def remember(tx: Connection, request: Asked, answer: Mapping[str, Any], at: datetime) -> None:
    """Keep the answer beside its effect. Raises KeyReused when another request took the key meanwhile."""
    row = {
        "actor": request.actor.person_id, "key": request.key, "request": request.digest,
        "answer": dict(answer), "at": at,
    }  # fmt: skip
    try:
        tx.execute(_REMEMBER, row)
    except IntegrityError:
        raise KeyReused() from None  # the error quotes the answer
