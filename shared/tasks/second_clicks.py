"""Idempotency keys: a request that comes a second time is answered like the first, and does nothing more."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from shared.identity import Actor
from shared.tasks.errors import KeyReused
from shared.tasks.tables import idempotency


@dataclass(frozen=True)
class Asked:
    """A request under its key: who, what, with which values."""

    actor: Actor
    key: str
    digest: str


def asked(actor: Actor, key: str, action: str, task_id: str, values: Mapping[str, Any]) -> Asked:
    """The same person, key, action, task and values make the same request."""
    text = json.dumps([action, task_id, dict(values)], sort_keys=True, default=str)
    return Asked(actor, key, hashlib.sha256(text.encode()).hexdigest())


def first_answer(tx: Connection, request: Asked) -> dict[str, Any] | None:
    """The answer already given; None for a new key. Raises KeyReused for another request under it."""
    same = (idempotency.c.actor == request.actor.person_id, idempotency.c.key == request.key)
    row = tx.execute(select(idempotency).where(*same)).first()
    if row is None:
        return None
    if row.request != request.digest:
        raise KeyReused()
    return dict(row.answer)


def remember(tx: Connection, request: Asked, answer: Mapping[str, Any], at: datetime) -> None:
    """Keep the answer beside its effect. Raises KeyReused when another request took the key meanwhile."""
    row = {
        "actor": request.actor.person_id, "key": request.key, "request": request.digest,
        "answer": dict(answer), "at": at,
    }  # fmt: skip
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    new = dialect.insert(idempotency).values(**row).on_conflict_do_nothing().returning(idempotency.c.key)
    if tx.execute(new).first() is None:
        raise KeyReused()
