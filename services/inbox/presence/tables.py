"""Who has which task open."""

from sqlalchemy import Column, Index, MetaData, String, Table

from shared.database import Instant

metadata = MetaData()

# One row for each person and open page of a task; those that nobody has touched for a while are deleted.
present = Table(
    "present",
    metadata,
    Column("task_id", String(36), primary_key=True),
    Column("person_id", String(36), primary_key=True),
    Column("organisation_id", String(36), nullable=False),
    Column("seen_at", Instant(), nullable=False),
    Index("present_by_instant", "seen_at"),
)
