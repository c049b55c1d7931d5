"""Counts in windows that begin with the first request: one row for a subject and a kind, written in place.

A window lets through twice its number around its end, which is enough against who asks without end, and costs one
row and one statement. Times are instants of the system clock.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, case, delete, select, tuple_

from services.inbox.limits.tables import asked
from shared.database.upsert import insert_into

FORGOTTEN_AT_ONCE = 100
"""Each first request of a window makes one row at most, so that many go faster than they come."""


@dataclass(frozen=True)
class Counted:
    """How many with this one, and when the window ends."""

    count: int
    until: datetime

    @property
    def is_first(self) -> bool:
        return self.count == 1


def count(tx: Connection, subject: str, kind: str, within: timedelta, now: datetime) -> Counted:
    """Count one more."""
    is_over = asked.c.until <= now
    first = insert_into(tx, asked).values(subject=subject, kind=kind, count=1, until=now + within)
    again = first.on_conflict_do_update(
        index_elements=[asked.c.subject, asked.c.kind],
        set_={
            "count": case((is_over, 1), else_=asked.c.count + 1),
            "until": case((is_over, now + within), else_=asked.c.until),
        },
    )
    so_far, until = tx.execute(again.returning(asked.c.count, asked.c.until)).one()
    return Counted(so_far, until)


def forget(tx: Connection, now: datetime) -> None:
    """Some of the rows whose window has ended go; the last thing that a transaction does, once it has counted.

    Rows that somebody counts in just now are passed over, and nothing is awaited after these: two who begin a window
    at once never wait for each other.
    """
    some = select(asked.c.subject, asked.c.kind).where(asked.c.until <= now).limit(FORGOTTEN_AT_ONCE)
    over = some.with_for_update(skip_locked=True)  # SQLite has one writer, and no such words
    tx.execute(delete(asked).where(tuple_(asked.c.subject, asked.c.kind).in_(over)))


def digest(secret: str, what: str, value: str) -> str:
    """By which a subject is known in the table; ``what``: address or person."""
    return hmac.new(secret.encode(), f"{what}:{value}".encode(), sha256).hexdigest()
