"""How often an address or a person has asked for something in the window that runs."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "limits_0001"
down_revision = None
branch_labels = ("limits",)


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("until", Instant(), nullable=False),
    )
    op.create_index("asked_until", "asked", ["until"])
