"""Tables of the local offer. Of people: a partner's professional contact, and which parcours holds a seat."""

import sqlalchemy as sa

from shared.database import Instant

metadata = sa.MetaData()

# kind, frame: of shared.parcours; closed_at: null while it may be chosen; version: counts the changes
offer = sa.Table(
    "offer",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("mission_locale", sa.String(36), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("title", sa.String(150), nullable=False),
    sa.Column("partner", sa.String(100), nullable=False),
    sa.Column("contact", sa.String(200)),
    sa.Column("place", sa.String(80), nullable=False),
    sa.Column("first_on", sa.Date, nullable=False),
    sa.Column("last_on", sa.Date, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("is_psad", sa.Boolean, nullable=False),
    sa.Column("frame", sa.String(20)),
    sa.Column("minimum_age", sa.Integer),
    sa.Column("conditions", sa.String(500)),
    sa.Column("closed_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_offer_mission_locale", "mission_locale", "last_on"),
)

# one solution of a plan holds at most one seat; last_on: of the solution
seat = sa.Table(
    "seat",
    metadata,
    sa.Column("parcours_id", sa.String(36), primary_key=True),
    sa.Column("solution_id", sa.String(20), primary_key=True),
    sa.Column("offer_id", sa.String(36), sa.ForeignKey("offer.id"), nullable=False),
    sa.Column("last_on", sa.Date, nullable=False),
    sa.Index("ix_seat_offer", "offer_id"),
)
