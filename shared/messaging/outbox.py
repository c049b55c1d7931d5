"""Messages to send, written in the transaction of what they tell: sent if and only if it is committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, delete, false, func, null, or_, select, update
from sqlalchemy.sql import exists

from shared.database.batch import Rows, Writer, connection_of
from shared.messaging.backoff import Random, delay
from shared.messaging.envelope import NEWS, Envelope, from_json, to_json
from shared.messaging.tables import HAS_PAYLOAD, ROWS_KEPT, outbox

CHANNEL = "outbox"
PAYLOADS_KEPT = timedelta(days=7)
LONGEST_PAUSE_SECONDS = 60.0
ERASED_AT_ONCE = 1000
_ROWS = Rows(outbox)


@dataclass(frozen=True)
class PendingMessage:
    """A message not yet sent, for operators: no payload. ``reason`` is null when it was never refused."""

    message_id: str
    type: str
    subject: str
    created_at: datetime
    attempts: int
    due_at: datetime
    reason: str | None


@dataclass(frozen=True)
class Backlog:
    """How many messages are still to be sent, and since when the oldest one waits."""

    pending: int
    oldest_at: datetime | None


def put(tx: Writer, envelope: Envelope, now: datetime) -> None:
    """Queue ``envelope`` for sending once ``tx`` commits. On PostgreSQL this wakes the relay."""
    put_all(tx, [envelope], now)


def put_all(tx: Writer, envelopes: Sequence[Envelope], now: datetime, *, is_urgent: bool = True) -> None:
    """As ``put``, for several in one statement. Not ``is_urgent``: the relay finds them at its next poll."""
    _ROWS.insert(tx, [_row(envelope, now) for envelope in envelopes])
    look = connection_of(tx)
    if envelopes and is_urgent and look.dialect.name == "postgresql":
        look.execute(select(func.pg_notify(CHANNEL, "")))


def _row(envelope: Envelope, now: datetime) -> dict[str, object]:
    return {
        "message_id": envelope.id,
        "type": envelope.type,
        "subject": envelope.subject,
        "envelope": to_json(envelope).decode(),
        "created_at": now,
        "due_at": now,
    }


def heads(tx: Connection, now: datetime, limit: int) -> list[tuple[int, Envelope]]:
    """The first unsent message of each parcours, oldest first, if it is due: (row id, envelope).

    One per parcours: the next one leaves when this one is confirmed, so that none ever overtakes another.
    """
    earlier = outbox.alias("earlier")
    overtakes = exists().where(
        earlier.c.subject == outbox.c.subject, earlier.c.sent_at.is_(None), earlier.c.id < outbox.c.id
    )
    query = (
        select(outbox.c.id, outbox.c.envelope)
        .where(and_(outbox.c.sent_at.is_(None), outbox.c.due_at <= now, ~overtakes))
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [(row.id, from_json(row.envelope)) for row in tx.execute(query)]


def mark_sent(tx: Connection, ids: Sequence[int], now: datetime) -> None:
    """These rows are confirmed by the bus. What only people are told is erased at once: the receiver has it."""
    if ids:
        envelope = case((outbox.c.type.endswith(NEWS), null()), else_=outbox.c.envelope)
        sent = update(outbox).where(outbox.c.id.in_(ids))
        tx.execute(sent.values(sent_at=now, reason=None, envelope=envelope))


def mark_refused(tx: Connection, row_id: int, reason: str, now: datetime, random: Random) -> None:
    """The bus did not take this row: keep it with its ``reason`` and try again after a pause that grows."""
    attempts = tx.execute(select(outbox.c.attempts).where(outbox.c.id == row_id)).scalar_one() + 1
    due_at = now + delay(attempts, random, longest=LONGEST_PAUSE_SECONDS)
    tx.execute(
        update(outbox).where(outbox.c.id == row_id).values(attempts=attempts, reason=reason, due_at=due_at)
    )


def forget(tx: Connection, now: datetime) -> int:
    """Erase payloads seven days after confirmation, at most a thousand at once; how many."""
    old = (
        select(outbox.c.id)
        .where(outbox.c.envelope.is_not(None), outbox.c.sent_at < now - PAYLOADS_KEPT)
        .limit(ERASED_AT_ONCE)
    )
    erased = update(outbox).where(outbox.c.id.in_(old)).values(envelope=None).returning(outbox.c.id)
    return len(tx.execute(erased).all())


def forget_rows(tx: Connection, now: datetime) -> int:
    """Take away rows that left ROWS_KEPT ago, a thousand of the oldest at most; how many. No index is needed for it."""
    oldest = select(outbox.c.id, outbox.c.sent_at).order_by(outbox.c.id).limit(ERASED_AT_ONCE)
    old = [row.id for row in tx.execute(oldest) if row.sent_at and row.sent_at < now - ROWS_KEPT]
    if old:
        tx.execute(delete(outbox).where(outbox.c.id.in_(old)))
    return len(old)


def naming(ids: Sequence[str]) -> ColumnElement[bool]:
    """Rows in whose payload one of these ids stands: looked for among those that still have one."""
    return HAS_PAYLOAD & or_(false(), *(outbox.c.envelope.contains(each) for each in ids))


def types_of(tx: Connection, subject: str) -> list[tuple[str, bool]]:
    """The messages ever put for a parcours, in order: (type, sent)."""
    query = select(outbox.c.type, outbox.c.sent_at).where(outbox.c.subject == subject).order_by(outbox.c.id)
    return [(row.type, row.sent_at is not None) for row in tx.execute(query)]


def backlog(tx: Connection) -> Backlog:
    query = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.sent_at.is_(None))
    pending, oldest_at = tx.execute(query).one()
    return Backlog(pending, oldest_at)


def pending(tx: Connection, *, limit: int = 100) -> list[PendingMessage]:
    """What is still to be sent, oldest first."""
    columns = [outbox.c[name] for name in PendingMessage.__dataclass_fields__]
    query = select(*columns).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.id).limit(limit)
    return [PendingMessage(*row) for row in tx.execute(query)]
