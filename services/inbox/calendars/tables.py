"""Whose calendar is at which secret address, and who of us is invited to which rendez-vous."""

from sqlalchemy import Column, ForeignKey, Index, MetaData, String, Table

from services.inbox.notifications.tables import OPEN, appointment, told_task
from shared.database import Instant

metadata = MetaData()

# token_hash: SHA-256 of the address's secret, so that a copy of this table opens nobody's calendar
feed = Table(
    "calendar_feed",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("organisation_id", String(36), primary_key=True),
    Column("token_hash", String(64), nullable=False),
    Column("made_at", Instant(), nullable=False),
    Index("uq_calendar_feed_token", "token_hash", unique=True),
)

# goes with its rendez-vous
guest = Table(
    "calendar_guest",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("key", String(80), ForeignKey(appointment.c.key, ondelete="CASCADE"), primary_key=True),
    Index("calendar_guest_key", "key"),
)

Index(
    "told_task_organisation", told_task.c.organisation_id, told_task.c.due,
    postgresql_where=OPEN, sqlite_where=OPEN,
)  # fmt: skip
