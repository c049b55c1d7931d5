"""Links that take one task in charge as one person."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "taking_0001"
down_revision = None
branch_labels = ("taking",)


def upgrade() -> None:
    op.create_table(
        "taking_link",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("task_id", sa.String(36), nullable=False),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant()),
    )
    op.create_index("taking_link_expires", "taking_link", ["expires_at"])
    op.create_index("taking_link_parcours", "taking_link", ["parcours_id"])
