"""Who followed a parcours before whom."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "replacing_0001"
down_revision = None
branch_labels = ("replacing",)


def upgrade() -> None:
    op.create_table(
        "replacement",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("after", sa.String(64), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
    )
    op.create_index("ix_replacement_parcours", "replacement", ["parcours_id", "id"])
