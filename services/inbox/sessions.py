"""Sessions, kept by the server: the browser holds a random token, the table its hash.

A session ends after an hour without a request, ten hours after sign-in (school computers are shared), or at
sign-out. A person has at most five at once: the oldest is closed. Times are instants of the system clock.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from services.inbox.tables import session

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=10)
PER_PERSON = 5
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    person_id: str
    organisation_id: str
    is_stale: bool
    """Its last-seen instant is old enough to be written again."""


def open_session(tx: Connection, token: str, person_id: str, organisation_id: str, now: datetime) -> None:
    """Open a session under ``token`` (fresh, unguessable); expired and surplus sessions go."""
    tx.execute(delete(session).where(session.c.expires_at <= now))
    _close_surplus(tx, person_id)
    tx.execute(
        insert(session).values(
            token_hash=_hash(token),
            person_id=person_id,
            organisation_id=organisation_id,
            opened_at=now,
            seen_at=now,
            expires_at=now + IDLE,
        )
    )


def find_session(tx: Connection, token: str, now: datetime) -> Session | None:
    """The living session of ``token``; None when it is unknown, closed or expired."""
    query = select(session).where(session.c.token_hash == _hash(token), session.c.expires_at > now)
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    return Session(row.person_id, row.organisation_id, is_stale=now - row.seen_at >= SEEN_EVERY)


def touch(tx: Connection, token: str, now: datetime) -> None:
    """The person is still there: the hour begins again, within the ten hours."""
    row = tx.execute(select(session).where(session.c.token_hash == _hash(token))).one_or_none()
    if row:
        until = min(now + IDLE, row.opened_at + LONGEST)
        tx.execute(
            update(session)
            .where(session.c.token_hash == row.token_hash)
            .values(seen_at=now, expires_at=until)
        )


def close_session(tx: Connection, token: str) -> None:
    tx.execute(delete(session).where(session.c.token_hash == _hash(token)))


def _close_surplus(tx: Connection, person_id: str) -> None:
    newest_first = (
        select(session.c.token_hash)
        .where(session.c.person_id == person_id)
        .order_by(session.c.opened_at.desc(), session.c.token_hash)
    )
    surplus = tx.execute(newest_first).scalars().all()[PER_PERSON - 1 :]
    tx.execute(delete(session).where(session.c.token_hash.in_(surplus)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
