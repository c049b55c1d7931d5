"""Received messages: each handled once, in its effect's transaction; till then retried, waiting, parked.

Messages of one parcours may arrive in any order: one that nobody awaits yet waits here, without a time limit.
"""

import logging
import random as _random
from collections.abc import Callable, Collection
from datetime import datetime
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from shared.clock import Clock
from shared.database import Database
from shared.database.upsert import keep_first
from shared.errors import Problem
from shared.messaging.backoff import Random, delay
from shared.messaging.bus import nothing
from shared.messaging.envelope import Envelope, from_json, to_json
from shared.messaging.tables import HANDLED, IS_RETRY, IS_WAITING, PARKED, RETRY, ROWS_KEPT, WAITING, mailbox

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 10
RETRIED_AT_ONCE = 100
FORGOTTEN_AT_ONCE = 1000
LOCK_CLASS = 0x6D61696C  # "mail": our name space among PostgreSQL's advisory locks


class Handling(Enum):
    """What a handler made of a message.

    WAITING: nobody awaits it yet; the handler has locked the instance, if there is one, and changed nothing.
    """

    HANDLED = auto()
    WAITING = auto()


Handle = Callable[[Connection, Envelope], Handling]
"""The effect of a message, in the transaction given. Any exception rolls it back; it is tried again later."""


class Mailbox:
    """``wake`` is called after each commit that may have put messages into the outbox."""

    def __init__(
        self, database: Database, handle: Handle, clock: Clock, *,
        random: Random = _random.random, wake: Callable[[], object] = nothing,
    ) -> None:  # fmt: skip
        self._database = database
        self._handle = handle
        self._clock = clock
        self._random = random
        self._wake = wake

    def receive(self, envelope: Envelope) -> None:
        """Handle a message from the bus, unless it came before. Unavailable: it was not even stored."""
        try:
            with self._database.begin() as tx:
                if not self._admit(tx, envelope, HANDLED):
                    return
                if self._judge(tx, envelope) is Handling.WAITING:
                    _update(tx, _key(envelope), status=WAITING, envelope=_text(envelope), handled_at=None)
        except Exception as error:
            self._keep(envelope, error)
        else:
            self._wake()

    def retry_due(self) -> int:
        """Try again the messages whose pause is over, a hundred at most; how many did not fail again."""
        with self._database.read() as tx:
            query = select(mailbox.c.source, mailbox.c.message_id).where(
                IS_RETRY, mailbox.c.due_at <= self._clock.now()
            )
            keys = tx.execute(query.order_by(mailbox.c.due_at).limit(RETRIED_AT_ONCE)).all()
        return sum(self._retry(_row_key(source, message_id)) for source, message_id in keys)

    def is_ready(self) -> bool:
        """Whether the database takes writes: asked before messages are fetched."""
        try:
            with self._database.begin() as tx:
                _update(tx, mailbox.c.source == "", attempts=0)
        except Exception as error:
            logger.warning("the database takes no writes: %s", _reason(error))
            return False
        return True

    def _retry(self, key: ColumnElement[bool]) -> bool:
        try:
            with self._database.begin() as tx:
                text = tx.execute(
                    select(mailbox.c.envelope).where(key, IS_RETRY).with_for_update(skip_locked=True)
                ).scalar_one_or_none()
                if text is None:  # another worker has it
                    return False
                self._try_again(tx, key, from_json(text))
        except Exception as error:
            self._postpone(key, error)
            return False
        self._wake()
        return True

    def _try_again(self, tx: Connection, key: ColumnElement[bool], envelope: Envelope) -> None:
        if self._judge(tx, envelope) is Handling.HANDLED:
            _update(tx, key, status=HANDLED, envelope=None, reason=None, handled_at=self._clock.now())
        else:
            _update(tx, key, status=WAITING, reason=None)

    def _judge(self, tx: Connection, envelope: Envelope) -> Handling:
        """What the handler made of it; "nobody awaits it" is asked again under the lock of ``waiting_for``.

        So an instance that begins to await the message at this moment either sees our row or is seen.
        """
        handling = self._handle(tx, envelope)
        if handling is Handling.WAITING and _lock(tx, envelope.subject):
            handling = self._handle(tx, envelope)
        return handling

    def _admit(self, tx: Connection, message: Envelope, status: str, **values: Any) -> bool:
        """Write the row of a message; false when it is already there."""
        now = self._clock.now()
        row = {
            "source": message.source,
            "message_id": message.id,
            "type": message.type,
            "subject": message.subject,
            "status": status,
            "attempts": 1,
            "due_at": now,
            "received_at": now,
            "handled_at": now if status == HANDLED else None,
        }
        return keep_first(tx, mailbox, {**row, **values})

    def _keep(self, envelope: Envelope, error: Exception) -> None:
        """Store a message whose handler failed, to be retried. Raises when that cannot be stored either."""
        reason = _reason(error)
        due_at = self._clock.now() + delay(1, self._random)
        with self._database.begin() as tx:
            self._admit(tx, envelope, RETRY, envelope=_text(envelope), reason=reason, due_at=due_at)
        logger.warning("message %s %s will be tried again: %s", envelope.type, envelope.id, reason)

    def _postpone(self, key: ColumnElement[bool], error: Exception) -> None:
        """Record one more failed attempt; the tenth parks the message for an operator."""
        with self._database.begin() as tx:
            attempts = tx.execute(
                select(mailbox.c.attempts).where(key, IS_RETRY).with_for_update()
            ).scalar_one_or_none()
            if attempts is None:  # another worker handled it meanwhile
                return
            status = PARKED if attempts + 1 >= MOST_ATTEMPTS else RETRY
            due_at = self._clock.now() + delay(attempts + 1, self._random)
            _update(tx, key, status=status, attempts=attempts + 1, reason=_reason(error), due_at=due_at)
        logger.warning("message attempt %d failed, %s: %s", attempts + 1, status, _reason(error))


def waiting_for(tx: Connection, message_type: str, subject: str) -> list[Envelope]:
    """The messages of this type that wait for this parcours, in the order they were sent.

    To be asked, once the instance row is locked, by the transaction in which an instance begins to await
    the type; ``mark_handled`` follows for each one it takes.
    """
    _lock(tx, subject)
    query = select(mailbox.c.envelope).where(
        IS_WAITING, mailbox.c.type == message_type, mailbox.c.subject == subject
    )
    return [from_json(text) for text in tx.execute(query.order_by(mailbox.c.message_id)).scalars()]


def mark_handled(tx: Connection, envelope: Envelope, now: datetime) -> None:
    """This waiting message has had its effect in ``tx``; its payload is erased."""
    _update(tx, _key(envelope) & IS_WAITING, status=HANDLED, envelope=None, handled_at=now)


def drop_waiting(
    tx: Connection, subject: str, message_types: Collection[str], reason: str, now: datetime
) -> None:
    """Nobody will ever await these messages of a parcours, whose instance ``tx`` holds: their payloads are erased."""
    _lock(tx, subject)
    waiting = IS_WAITING & (mailbox.c.subject == subject) & mailbox.c.type.in_(sorted(message_types))
    gone = update(mailbox).where(waiting).values(
        status=HANDLED, envelope=None, reason=reason, handled_at=now
    )  # fmt: skip
    for row in tx.execute(gone.returning(mailbox.c.type, mailbox.c.message_id)):
        logger.warning("message %s %s had no effect: %s", row.type, row.message_id, reason)


def serialise(tx: Connection, subject: str) -> None:
    """Alone until the end of ``tx`` with what is decided for this parcours: rows of instances are locked before."""
    _lock(tx, subject)


def forget_rows(tx: Connection, sources: Collection[str], now: datetime) -> int:
    """Take away what was handled ROWS_KEPT ago, a thousand of the oldest of each source at most; how many.

    Until then a row keeps a repeat from having an effect; no bus repeats a message after that. The ids of messages
    grow with time: the key is the order.
    """
    return sum(_forget_rows_of(tx, source, now - ROWS_KEPT) for source in sorted(sources))


def _forget_rows_of(tx: Connection, source: str, before: datetime) -> int:
    columns = (mailbox.c.message_id, mailbox.c.status, mailbox.c.handled_at)
    oldest = select(*columns).where(mailbox.c.source == source).order_by(mailbox.c.message_id)
    rows = tx.execute(oldest.limit(FORGOTTEN_AT_ONCE)).all()
    old = [
        row.message_id for row in rows if row.status == HANDLED and row.handled_at and row.handled_at < before
    ]
    if old:
        tx.execute(delete(mailbox).where(mailbox.c.source == source, mailbox.c.message_id.in_(old)))
    return len(old)


def _lock(tx: Connection, subject: str) -> bool:
    """Serialise the two sides of "nobody waits yet". False on SQLite, where transactions are serial."""
    if tx.dialect.name != "postgresql":
        return False
    tx.execute(select(func.pg_advisory_xact_lock(LOCK_CLASS, func.hashtext(subject))))
    return True


def _update(tx: Connection, where: ColumnElement[bool], **values: Any) -> None:
    tx.execute(update(mailbox).where(where).values(values))


def _key(envelope: Envelope) -> ColumnElement[bool]:
    return _row_key(envelope.source, envelope.id)


def _row_key(source: str, message_id: str) -> ColumnElement[bool]:
    return (mailbox.c.source == source) & (mailbox.c.message_id == message_id)


def _text(envelope: Envelope) -> str:
    return to_json(envelope).decode()


def _reason(error: Exception) -> str:
    """An error's code, or the name of its class: messages of exceptions may quote data about people."""
    return error.code if isinstance(error, Problem) else type(error).__name__
