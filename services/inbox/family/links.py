"""Personal links as rows: given, found by their code, seen, revoked. Instants are of the business clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.inbox.codes import hash_of
from services.inbox.family.tables import family_link
from shared.clock import PARIS

LIFETIME = timedelta(days=120)
"""As long as a parcours lasts at most; a new one is given as easily as the first."""
SEEN_EVERY = timedelta(hours=1)
EMAIL, SMS, PAPER = "courriel", "sms", "papier"


@dataclass(frozen=True)
class Given:
    """A link that somebody gives. ``instead_of``: the id of the row that the giver saw, or empty.

    ``until``: a parent's first day without access (R39). ``person``: the mark by which enrolment knows who it is for.
    """

    id: str
    parcours_id: str
    signer: str
    code: str
    given: str
    by: str
    instead_of: str
    until: date | None = None
    person: str | None = None


def give(tx: Connection, link: Given, now: datetime) -> datetime | None:
    """Write it in the place of the one before, which opens nothing from now on. When it expires.

    None: the row is no longer the one that the giver saw (a second click, a colleague): nothing is written.
    """
    same = (family_link.c.parcours_id == link.parcours_id, family_link.c.signer == link.signer)
    gone = tx.execute(delete(family_link).where(*same, family_link.c.id == link.instead_of))
    if bool(link.instead_of) != bool(gone.rowcount):
        return None
    expires_at = now + LIFETIME
    if link.until is not None:
        expires_at = min(expires_at, datetime.combine(link.until, time(), PARIS))
    row = {
        "parcours_id": link.parcours_id, "signer": link.signer, "id": link.id, "token_hash": hash_of(link.code),
        "person": link.person, "given": link.given, "made_at": now, "made_by": link.by, "expires_at": expires_at,
    }  # fmt: skip
    try:
        with tx.begin_nested():
            tx.execute(insert(family_link).values(row))
    except IntegrityError:
        return None
    return expires_at


def find(tx: Connection, code: str, now: datetime) -> Row[Any] | None:
    """The living link of a code: one indexed read, the same for a code that never was, is revoked or has expired."""
    asked = select(family_link).where(
        family_link.c.token_hash == hash_of(code), family_link.c.expires_at > now
    )
    return tx.execute(asked).first()


def is_for(link: Row[Any], person: str | None) -> bool:
    """Whether it is still for the one whom enrolment knows by this mark; so are links, and answers, that have none."""
    return person is None or link.person in (None, person)


def note_seen(tx: Connection, link: Row[Any], now: datetime) -> None:
    tx.execute(update(family_link).where(family_link.c.token_hash == link.token_hash).values(seen_at=now))


def is_seen_stale(link: Row[Any], now: datetime) -> bool:
    """Whether its last-seen instant is old enough to be written again."""
    return link.seen_at is None or now - link.seen_at >= SEEN_EVERY


def revoke(tx: Connection, parcours_id: str, link_id: str, by: str, now: datetime) -> bool:
    """The link opens nothing from now on; whether it did before."""
    living = (
        family_link.c.parcours_id == parcours_id, family_link.c.id == link_id, family_link.c.token_hash.is_not(None)
    )  # fmt: skip
    ended = {"token_hash": None, "revoked_at": now, "revoked_by": by}
    return bool(tx.execute(update(family_link).where(*living).values(ended)).rowcount)


def of_parcours(tx: Connection, parcours_id: str) -> Mapping[str, Row[Any]]:
    """Signer → its row."""
    rows = tx.execute(select(family_link).where(family_link.c.parcours_id == parcours_id))
    return {row.signer: row for row in rows}
