"""How often somebody has asked for something in the window that runs."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from shared.database import Instant

metadata = MetaData()

# subject: keyed digest of an address or of a person's id, so that a copy of this table tells neither
asked = Table(
    "asked",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", Instant(), nullable=False),  # the window's end; then it begins anew, or the row goes
    Index("asked_until", "until"),
)
