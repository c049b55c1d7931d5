"""What keeps instances from moving, on a transaction that the caller opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from shared.bpmn.tables import incident, instance


@dataclass(frozen=True)
class Trouble:
    """A move that failed. ``input``: ({name, kind}, …) without values; ``passed``: ids of elements on the way."""

    instance_id: str
    element_id: str | None
    code: str
    detail: str
    move: str
    origin: str = ""
    tried_by: str = ""
    input: Sequence[Mapping[str, str]] = ()
    passed: Sequence[str] = ()


def record_incident(tx: Connection, incident_id: str, trouble: Trouble, now: datetime) -> None:
    """Hold the instance: its timers rest until an operator retries or a person's move succeeds.

    The same trouble again is one more attempt of the same incident.
    """
    instance_id = trouble.instance_id
    latest: dict[str, Any] = {
        "detail": trouble.detail, "tried_by": trouble.tried_by, "input": list(trouble.input),
        "passed": list(trouble.passed), "last_at": now,
    }  # fmt: skip
    same = _same_trouble(trouble)
    again = update(incident).where(same).values(attempts=incident.c.attempts + 1, **latest)
    if tx.execute(again.returning(incident.c.id)).first() is None:
        version = select(instance.c.version).where(instance.c.id == instance_id).scalar_subquery()
        new = {
            "id": incident_id, "instance_id": instance_id, "element_id": trouble.element_id, "code": trouble.code,
            "move": trouble.move, "origin": trouble.origin, "version": version, "attempts": 1,
            "occurred_at": now, **latest,
        }  # fmt: skip
        tx.execute(insert(incident).values(new))
    held = and_(instance.c.id == instance_id, instance.c.status == "running")
    tx.execute(update(instance).where(held).values(status="incident"))


def _same_trouble(trouble: Trouble) -> ColumnElement[bool]:
    return and_(
        incident.c.instance_id == trouble.instance_id,
        incident.c.resolved_at.is_(None),
        incident.c.element_id.is_not_distinct_from(trouble.element_id),
        incident.c.code == trouble.code,
        incident.c.move == trouble.move,
        incident.c.origin == trouble.origin,
    )


def is_told(tx: Connection, instance_id: str, code: str) -> bool:
    """Whether an open incident of the instance already has this code."""
    same = and_(
        incident.c.instance_id == instance_id, incident.c.code == code, incident.c.resolved_at.is_(None)
    )
    return tx.execute(select(incident.c.id).where(same)).first() is not None


def resolve_incidents(tx: Connection, instance_id: str, now: datetime) -> None:
    open_ones = and_(incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None))
    tx.execute(update(incident).where(open_ones).values(resolved_at=now))


def release_incident(tx: Connection, instance_id: str, now: datetime) -> bool:
    """Let an instance in incident run again; False when it was in none."""
    held = and_(instance.c.id == instance_id, instance.c.status == "incident")
    released = tx.execute(update(instance).where(held).values(status="running").returning(instance.c.id))
    resolve_incidents(tx, instance_id, now)
    return released.first() is not None


def open_incidents(tx: Connection) -> Sequence[Row[Any]]:
    """Incidents not resolved, the oldest first, with the process and parcours they hold."""
    columns = (incident, instance.c.process_id, instance.c.parcours_id)
    joined = select(*columns).join(instance, instance.c.id == incident.c.instance_id)
    return tx.execute(joined.where(incident.c.resolved_at.is_(None)).order_by(incident.c.occurred_at)).all()


def incidents_of(tx: Connection, instance_id: str) -> Sequence[Row[Any]]:
    """The open incidents of one instance, the oldest first."""
    is_open = and_(incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None))
    return tx.execute(select(incident).where(is_open).order_by(incident.c.id)).all()


def get_incident(tx: Connection, incident_id: str) -> Row[Any] | None:
    return tx.execute(select(incident).where(incident.c.id == incident_id)).first()


def incidents(tx: Connection, state: str, limit: int, after: str | None = None) -> Sequence[Row[Any]]:
    """Incidents (``state``: open | resolved | all), the oldest first; ``after`` is the last id of a page."""
    columns = (incident, instance.c.process_id, instance.c.parcours_id)
    found = select(*columns).join(instance, instance.c.id == incident.c.instance_id)
    if state != "all":
        resolved = incident.c.resolved_at
        found = found.where(resolved.is_(None) if state == "open" else resolved.is_not(None))
    if after:
        found = found.where(incident.c.id > after)
    return tx.execute(found.order_by(incident.c.id).limit(limit)).all()
