"""Who followed a parcours before whom, since when: rows are only added (R11)."""

from sqlalchemy import Column, Date, Index, MetaData, String, Table, Text

from shared.database import Instant

metadata = MetaData()

replacement = Table(
    "replacement",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("role", String(40), nullable=False),  # referent | conseiller
    Column("before", String(64), nullable=False),  # person's id
    Column("after", String(64), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("actor_name", Text, nullable=False),
)
Index("ix_replacement_parcours", replacement.c.parcours_id, replacement.c.id)
