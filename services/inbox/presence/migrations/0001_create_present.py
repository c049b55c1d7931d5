"""Who has which task open."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "presence_0001"
down_revision = None
branch_labels = ("presence",)


def upgrade() -> None:
    op.create_table(
        "present",
        sa.Column("task_id", sa.String(36), primary_key=True),
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
    )
    op.create_index("present_by_instant", "present", ["seen_at"])
