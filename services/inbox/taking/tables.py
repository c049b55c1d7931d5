"""Links that take one task in charge as one person: there for a week, then forgotten."""

from sqlalchemy import Column, Index, MetaData, String, Table

from shared.database import Instant

metadata = MetaData()

# token_hash: SHA-256 of the code in the e-mail. Instants are of the business clock.
taking_link = Table(
    "taking_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("organisation_id", String(64), nullable=False),
    Column("service", String(40), nullable=False),
    Column("task_id", String(36), nullable=False),
    Column("parcours_id", String(36), nullable=False),
    Column("expires_at", Instant(), nullable=False),
    Column("used_at", Instant()),
    Index("taking_link_expires", "expires_at"),
    Index("taking_link_parcours", "parcours_id"),
)
