"""The local offer of each Mission Locale, and the seats that plans hold."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "offre_0001"
down_revision = None
branch_labels = ("offre",)


def upgrade() -> None:
    op.create_table(
        "offer",
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
    )
    op.create_index("ix_offer_mission_locale", "offer", ["mission_locale", "last_on"])
    op.create_table(
        "seat",
        sa.Column("parcours_id", sa.String(36), primary_key=True),
        sa.Column("solution_id", sa.String(20), primary_key=True),
        sa.Column("offer_id", sa.String(36), sa.ForeignKey("offer.id"), nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
    )
    op.create_index("ix_seat_offer", "seat", ["offer_id"])
