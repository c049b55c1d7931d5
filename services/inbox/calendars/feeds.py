"""The secret addresses: made, renewed, ended, found."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, select

from services.inbox.calendars.tables import feed
from shared.database.upsert import put


class Owner(NamedTuple):
    """For whom a calendar is: a person, acting for one of her or his organisations."""

    person_id: str
    organisation_id: str


def secret_of(key: str, owner: Owner) -> str:
    """The secret that a form's fresh, unguessable ``key`` makes: of two clicks both show the address that works."""
    return hashlib.sha256("|".join((key, *owner)).encode()).hexdigest()


def renew(tx: Connection, owner: Owner, secret: str, now: datetime) -> None:
    """From now on the calendar is at ``secret`` (fresh, unguessable), and no more where it was."""
    put(tx, feed, {**owner._asdict(), "token_hash": _hash(secret), "made_at": now})


def end(tx: Connection, owner: Owner) -> None:
    tx.execute(delete(feed).where(*_of(owner)))


def made_at(look: Connection, owner: Owner) -> datetime | None:
    """Since when the present address holds; None when there is none."""
    found: datetime | None = look.scalar(select(feed.c.made_at).where(*_of(owner)))
    return found


def owner_of(look: Connection, secret: str) -> Owner | None:
    found = look.execute(
        select(feed.c.person_id, feed.c.organisation_id).where(feed.c.token_hash == _hash(secret))
    ).first()
    return Owner(found.person_id, found.organisation_id) if found else None


def _of(owner: Owner) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return feed.c.person_id == owner.person_id, feed.c.organisation_id == owner.organisation_id


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
