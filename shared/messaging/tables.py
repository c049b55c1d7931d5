"""The two tables of messages: the outbox (sent by this service) and the mailbox (received by it).

Their partial indexes hold only what is still to do, so that no look-up grows with history.
"""

from datetime import timedelta

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, literal_column

from shared.database import Instant

metadata = MetaData()

ROWS_KEPT = timedelta(days=800)
"""How long it is known that a message was sent or handled: longer than anything runs (R26: from 16 to 18 years of age),
since repairs tell what was never sent."""

# SQLite numbers rows by itself only in a column called INTEGER
_number = BigInteger().with_variant(Integer(), "sqlite")

outbox = Table(
    "outbox",
    metadata,
    Column("id", _number, primary_key=True),
    Column("message_id", String(36), nullable=False, unique=True),
    Column("type", String(200), nullable=False),
    Column("subject", String(36), nullable=False),
    Column("envelope", Text),  # CloudEvents JSON; null once erased
    Column("created_at", Instant(), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant(), nullable=False),  # not published before
    Column("reason", String(100)),  # why the last attempt failed
    Column("sent_at", Instant()),  # null: still to be sent
)
IS_PENDING = outbox.c.sent_at.is_(None)
Index("outbox_pending", outbox.c.subject, outbox.c.id, postgresql_where=IS_PENDING, sqlite_where=IS_PENDING)
Index("outbox_pending_order", outbox.c.id, postgresql_where=IS_PENDING, sqlite_where=IS_PENDING)
HAS_PAYLOAD = outbox.c.envelope.is_not(None)
Index("outbox_payload", outbox.c.sent_at, postgresql_where=HAS_PAYLOAD, sqlite_where=HAS_PAYLOAD)

HANDLED, WAITING, RETRY, PARKED = "handled", "waiting", "retry", "parked"

mailbox = Table(
    "mailbox",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("message_id", String(36), primary_key=True),
    Column("type", String(200), nullable=False),
    Column("subject", String(36), nullable=False),
    Column("envelope", Text),  # CloudEvents JSON; null once handled
    Column("status", String(10), nullable=False),  # handled, waiting, retry, parked
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant(), nullable=False),  # a message in retry is not tried before
    Column("reason", String(100)),  # why the last attempt failed: an error's code, no personal data
    Column("received_at", Instant(), nullable=False),
    Column("handled_at", Instant()),
)

# literals, not parameters: only so do both back ends see that a partial index answers the query
IS_HANDLED = mailbox.c.status == literal_column(f"'{HANDLED}'")
IS_WAITING = mailbox.c.status == literal_column(f"'{WAITING}'")
IS_RETRY = mailbox.c.status == literal_column(f"'{RETRY}'")
IS_PARKED = mailbox.c.status == literal_column(f"'{PARKED}'")

Index(
    "mailbox_waiting", mailbox.c.type, mailbox.c.subject, postgresql_where=IS_WAITING, sqlite_where=IS_WAITING
)
Index("mailbox_retry", mailbox.c.due_at, postgresql_where=IS_RETRY, sqlite_where=IS_RETRY)
Index("mailbox_parked", mailbox.c.received_at, postgresql_where=IS_PARKED, sqlite_where=IS_PARKED)

# what operators did with received messages: rows are added, never changed
mailbox_act = Table(
    "mailbox_act",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Instant(), nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("via", String(10), nullable=False),  # command | api
    Column("source", String(100), nullable=False),
    Column("message_id", String(36), nullable=False),
    Column("type", String(200), nullable=False),
    Column("subject", String(36), nullable=False),
    Column("action", String(10), nullable=False),  # requeue | drop
    Column("reason", Text, nullable=False),
)
