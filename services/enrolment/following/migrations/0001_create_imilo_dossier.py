"""The number that a Mission Locale's own software has for a young person."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "following_0001"
down_revision = None
branch_labels = ("following",)


def upgrade() -> None:
    op.create_table(
        "imilo_dossier",
        sa.Column("parcours_id", sa.String(36), primary_key=True),
        sa.Column("organisation_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("written_by_name", sa.Text, nullable=False),
    )
