"""The milestones that a parcours has reached, for figures."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "process_0004"
down_revision = "process_0003"
branch_labels = None


def upgrade() -> None:
    op.create_table(
        "jalon",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("process_id", sa.String(200), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("value", sa.String(64), nullable=True),
    )
    op.create_index("ix_jalon_parcours", "jalon", ["parcours_id", "name"])
    op.create_index("ix_jalon_at", "jalon", ["name", "at"])
