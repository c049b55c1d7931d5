"""Mail that is to leave, as rows, written in the transaction of what it tells: neither lost nor doubled."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from services.inbox.notifications.tables import mail
from shared.clock import Clock
from shared.ids import Ids

EMAIL, SMS = "email", "sms"
QUEUED, SENT, FAILED = "queued", "sent", "failed"


@dataclass(frozen=True)
class Mail:
    """``channel``: EMAIL or SMS (no subject). ``person_id``: null for pupils and parents.

    ``is_secret``: its body opens a page to whoever reads it, and is forgotten once it has left or failed.
    """

    channel: str
    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    person_id: str | None = None
    parcours_id: str | None = None
    is_urgent: bool = False
    invitation: bytes | None = field(default=None, repr=False)
    invitation_method: str | None = None
    is_secret: bool = False
    id: str = ""


@dataclass(frozen=True)
class Post:
    """Where mail is put. ``channels``: those that are there; what no channel carries is not written."""

    ids: Ids
    system_clock: Clock
    channels: frozenset[str] = frozenset((EMAIL, SMS))

    @property
    def carries_email(self) -> bool:
        return EMAIL in self.channels

    @property
    def carries_sms(self) -> bool:
        return SMS in self.channels

    def put(self, tx: Connection, letter: Mail, now: datetime) -> str | None:
        """The id of what is to leave; None when no channel carries it. ``now``: business time."""
        if letter.channel not in self.channels:
            return None
        id_ = self.ids()
        row = {
            "id": id_, "channel": letter.channel, "person_id": letter.person_id,
            "parcours_id": letter.parcours_id, "recipient": letter.recipient, "subject": letter.subject,
            "body": letter.body, "invitation": letter.invitation, "invitation_method": letter.invitation_method,
            "state": QUEUED, "is_urgent": letter.is_urgent, "tries": 0, "due_at": self.system_clock.now(),
            "created_at": now, "is_secret": letter.is_secret,
        }  # fmt: skip
        tx.execute(insert(mail).values(row))
        return id_


def counts(tx: Connection) -> dict[tuple[str, str], int]:
    """(channel, state) → how many there are, of those that are kept."""
    query = select(mail.c.channel, mail.c.state, func.count()).group_by(mail.c.channel, mail.c.state)
    return {(channel, state): number for channel, state, number in tx.execute(query)}


def newest(tx: Connection, limit: int) -> list[Any]:
    """For the local outbox's page."""
    return list(tx.execute(select(mail).order_by(mail.c.created_at.desc(), mail.c.id.desc()).limit(limit)))


def forget(tx: Connection, before: datetime) -> None:
    """Drop what was written before an instant and needs no try more."""
    tx.execute(delete(mail).where(mail.c.created_at < before, mail.c.state != QUEUED))
