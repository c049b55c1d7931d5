"""One row for each time that a parcours is handed over in this service; it is written in the move's transaction."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text

from shared.database import Instant

metadata = MetaData()

DATES = {
    "preparee": "prepared_at", "envoyee": "sent_at", "recue": "received_at", "prise_en_charge": "taken_at",
    "refusee": "refused_at", "retournee": "returned_at", "close": "closed_at",
}  # fmt: skip
"""Status → the column that says when it was reached first."""

passation = Table(
    "passation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),  # within the parcours, in this service, from 1
    Column("process_id", String(200), nullable=False),
    Column("from_kind", String(40), nullable=False),
    Column("from_id", String(64), nullable=True),
    Column("to_kind", String(40), nullable=False),
    Column("to_id", String(64), nullable=True),  # null until it is sent
    Column("status", String(20), nullable=False),  # a key of DATES
    Column("motive", Text, nullable=True),  # why it was refused, returned or closed
    Column("due_at", Instant, nullable=True),  # until when the receiver has to answer
    Column("reminders", Integer, nullable=False),
    Column("reminded_at", Instant, nullable=True),
    *(Column(name, Instant, nullable=True) for name in DATES.values()),
)
Index("ix_passation_parcours", passation.c.parcours_id, passation.c.number, unique=True)
