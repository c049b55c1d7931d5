"""Sessions, kept by the server: the browser holds a random token, the table its hash.

A session ends after an hour without a request, ten hours after sign-in (school computers are shared), at
sign-out, or when the person ends it from another device. A person has at most five at once: the oldest is closed.
Times are instants of the system clock.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
    mandate_id: str | None = None
    """In whose place the person acts."""


@dataclass(frozen=True)
class Opened:
    """What a session is opened for. ``device``: how the person will know it.

    ``id_token``, ``provider_sid``: of the provider, if there is one.
    """

    person_id: str
    organisation_id: str
    device: str
    id_token: str | None = field(default=None, repr=False)
    provider_sid: str | None = None


@dataclass(frozen=True)
class Listed:
    """One of a person's sessions. ``key`` names it, and opens nothing."""

    key: str
    device: str | None
    organisation_id: str
    opened_at: datetime
    seen_at: datetime
    is_this: bool


def open_session(tx: Connection, token: str, opened: Opened, now: datetime) -> None:
    """Open a session under ``token`` (fresh, unguessable); expired and surplus sessions go."""
    tx.execute(delete(session).where(session.c.expires_at <= now))
    _close_surplus(tx, opened.person_id)
    tx.execute(
        insert(session).values(
            token_hash=_hash(token),
            person_id=opened.person_id,
            organisation_id=opened.organisation_id,
            opened_at=now,
            seen_at=now,
            expires_at=now + IDLE,
            device=opened.device,
            id_token=opened.id_token,
            provider_sid=opened.provider_sid,
        )
    )


def find_session(tx: Connection, token: str, now: datetime) -> Session | None:
    """The living session of ``token``; None when it is unknown, closed or expired."""
    query = select(session).where(session.c.token_hash == _hash(token), session.c.expires_at > now)
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    is_stale = now - row.seen_at >= SEEN_EVERY
    return Session(row.person_id, row.organisation_id, is_stale, row.mandate_id)


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


def close_session(tx: Connection, token: str) -> str | None:
    """The ID token with which it was opened."""
    ended = delete(session).where(session.c.token_hash == _hash(token)).returning(session.c.id_token)
    return tx.execute(ended).scalar_one_or_none()


def move_session(tx: Connection, token: str, fresh: str, organisation_id: str) -> None:
    """The session goes on for another organisation of the person, under a fresh token, within the same ten hours."""
    moved = {"token_hash": _hash(fresh), "organisation_id": organisation_id, "mandate_id": None}
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(moved))


def act_by(tx: Connection, token: str, fresh: str | None, mandate_id: str | None) -> None:
    """The session goes on in somebody's place, or in one's own (None); ``fresh``: under another token."""
    moved = {"mandate_id": mandate_id} | ({"token_hash": _hash(fresh)} if fresh else {})
    tx.execute(update(session).where(session.c.token_hash == _hash(token)).values(moved))


def sessions_of(tx: Connection, person_id: str, token: str, now: datetime) -> Sequence[Listed]:
    """A person's living sessions, the last used first; ``token``: of the one that asks."""
    query = select(session).where(session.c.person_id == person_id, session.c.expires_at > now)
    return [
        Listed(_key(row.token_hash), row.device, row.organisation_id, row.opened_at, row.seen_at,
               is_this=row.token_hash == _hash(token))
        for row in tx.execute(query.order_by(session.c.seen_at.desc(), session.c.token_hash))
    ]  # fmt: skip


def close_one(tx: Connection, person_id: str, key: str) -> bool:
    """End the session of that key, if it is the person's; whether there was one."""
    mine = select(session.c.token_hash).where(session.c.person_id == person_id)
    found = [each for each in tx.scalars(mine) if _key(each) == key]
    tx.execute(delete(session).where(session.c.token_hash.in_(found)))
    return bool(found)


def close_by_provider(
    tx: Connection, *, sid: str | None, person_id: str | None, was_there: Callable[[str], bool]
) -> int:
    """End what a provider says has ended: its session ``sid``, or all that the person opened by it until then.

    ``was_there``: by the ID token of a session. How many. Later ones stay: an old word, heard again, ends nothing new.
    """
    which = session.c.provider_sid == sid if sid is not None else session.c.person_id == person_id
    known = tx.execute(
        select(session.c.token_hash, session.c.id_token).where(which, session.c.id_token.is_not(None))
    )
    gone = [row.token_hash for row in known if was_there(row.id_token)]
    tx.execute(delete(session).where(session.c.token_hash.in_(gone)))
    return len(gone)


def close_all(tx: Connection, person_id: str) -> None:
    tx.execute(delete(session).where(session.c.person_id == person_id))


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


def _key(token_hash: str) -> str:
    return token_hash[:16]
