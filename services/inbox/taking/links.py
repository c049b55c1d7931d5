"""Links that take a task in charge: offered with the e-mail that tells of it, found by their code, used once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from services.inbox.codes import code_of, hash_of
from services.inbox.identity.people import people_of
from services.inbox.notifications.tables import told_task
from services.inbox.taking.tables import taking_link

LIFETIME = timedelta(days=7)
PATH = "/prise-en-charge/"


def offer(
    tx: Connection, person_id: str, task_id: str, secrets: Callable[[], str], now: datetime
) -> str | None:
    """The path of a new link; None for a task that somebody has already, or that is not this person's to take.

    Who hears of it in the place of somebody who is away takes it in that place, not by a link.
    """
    task = tx.execute(select(told_task).where(told_task.c.task_id == task_id)).first()
    if task is None or task.closed_at is not None or task.assignee is not None or not task.organisation_id:
        return None
    if not people_of(tx, task.organisation_id, role=task.role, person_id=person_id):
        return None
    code = code_of(secrets())
    tx.execute(
        insert(taking_link).values(
            token_hash=hash_of(code), person_id=person_id, organisation_id=task.organisation_id,
            service=task.service, task_id=task_id, parcours_id=task.parcours_id, expires_at=now + LIFETIME,
        )
    )  # fmt: skip
    return PATH + code


def find(look: Connection, code: str, now: datetime) -> Row[Any] | None:
    """The link of a code and what may be told of its task, used or not; None when it never was or has expired."""
    asked = (
        select(taking_link, told_task.c.name, told_task.c.first_name)
        .outerjoin(told_task, told_task.c.task_id == taking_link.c.task_id)
        .where(taking_link.c.token_hash == hash_of(code), taking_link.c.expires_at > now)
    )
    return look.execute(asked).first()


def use(tx: Connection, code: str, now: datetime) -> bool:
    """Mark it as used; False when it was already."""
    unused = (taking_link.c.token_hash == hash_of(code), taking_link.c.used_at.is_(None))
    return bool(tx.execute(update(taking_link).where(*unused).values(used_at=now)).rowcount)


def forget(tx: Connection, now: datetime) -> None:
    """Drop those that have expired."""
    tx.execute(delete(taking_link).where(taking_link.c.expires_at <= now))
