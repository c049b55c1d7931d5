"""What operators see and do about received messages: counts, the parked ones, try again, set aside."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, Connection, func, select, update

from shared.errors import NotFound
from shared.messaging.envelope import Envelope, from_json
from shared.messaging.tables import (
    HANDLED,
    IS_HANDLED,
    IS_PARKED,
    IS_RETRY,
    IS_WAITING,
    PARKED,
    RETRY,
    mailbox,
)

DROPPED = "messaging.dropped"  # why a message had no effect


class UnknownMessage(NotFound):
    """No such message in the state that the action needs."""

    code: ClassVar[str] = "messaging.unknown_message"


@dataclass(frozen=True)
class MailboxCounts:
    """Received messages without an effect yet."""

    waiting: int
    retry: int
    parked: int


@dataclass(frozen=True)
class ReceivedMessage:
    """A message in trouble: no payload. ``reason`` is an error's code or class."""

    source: str
    message_id: str
    type: str
    subject: str
    attempts: int
    reason: str | None
    received_at: datetime


def counts(tx: Connection) -> MailboxCounts:
    return MailboxCounts(
        waiting=_count(tx, IS_WAITING), retry=_count(tx, IS_RETRY), parked=_count(tx, IS_PARKED)
    )


def parked(tx: Connection, *, limit: int = 100) -> list[ReceivedMessage]:
    """Messages that failed ten times, or were set aside, oldest first."""
    return _received(tx, IS_PARKED, limit)


def in_retry(tx: Connection, *, limit: int = 100) -> list[ReceivedMessage]:
    """Messages that failed and will be tried again, oldest first."""
    return _received(tx, IS_RETRY, limit)


def unhandled_types(tx: Connection, subject: str) -> list[str]:
    """The types of the messages of a parcours that have had no effect yet."""
    query = select(mailbox.c.type).where(mailbox.c.subject == subject, ~IS_HANDLED)
    return sorted(tx.execute(query).scalars())


def requeue(tx: Connection, source: str, message_id: str, now: datetime) -> None:
    """Try a parked message again, from its first attempt; UnknownMessage when it is not parked."""
    _move(tx, _is(source, message_id) & IS_PARKED, RETRY, now)


def park(tx: Connection, source: str, message_id: str, now: datetime) -> None:
    """Set a message in retry aside; UnknownMessage when it is not in retry."""
    _move(tx, _is(source, message_id) & IS_RETRY, PARKED, now)


def drop(tx: Connection, source: str, message_id: str, now: datetime) -> None:
    """Nothing will come of a parked message, or of one in retry: its data are erased. UnknownMessage."""
    dropped = update(mailbox).where(_is(source, message_id), IS_PARKED | IS_RETRY)
    written = dropped.values(status=HANDLED, envelope=None, reason=DROPPED, handled_at=now)
    if tx.execute(written.returning(mailbox.c.message_id)).first() is None:
        raise UnknownMessage


def one(tx: Connection, source: str, message_id: str) -> tuple[ReceivedMessage, Envelope]:
    """A message that is parked or in retry, with what it brings, locked. UnknownMessage."""
    columns = [mailbox.c[name] for name in ReceivedMessage.__dataclass_fields__]
    query = select(*columns, mailbox.c.envelope).where(_is(source, message_id), IS_PARKED | IS_RETRY)
    row = tx.execute(query.with_for_update()).first()
    if row is None:
        raise UnknownMessage(source=source, message_id=message_id)
    return ReceivedMessage(*row[:-1]), from_json(row.envelope)


def _is(source: str, message_id: str) -> ColumnElement[bool]:
    return (mailbox.c.source == source) & (mailbox.c.message_id == message_id)


def _count(tx: Connection, where: ColumnElement[bool]) -> int:
    return tx.execute(select(func.count()).select_from(mailbox).where(where)).scalar_one()


def _received(tx: Connection, where: ColumnElement[bool], limit: int) -> list[ReceivedMessage]:
    columns = [mailbox.c[name] for name in ReceivedMessage.__dataclass_fields__]
    rows = tx.execute(select(*columns).where(where).order_by(mailbox.c.received_at).limit(limit))
    return [ReceivedMessage(*row) for row in rows]


def _move(tx: Connection, where: ColumnElement[bool], status: str, now: datetime) -> None:
    moved = update(mailbox).where(where).values(status=status, attempts=0, due_at=now)
    if tx.execute(moved.returning(mailbox.c.message_id)).first() is None:
        raise UnknownMessage
