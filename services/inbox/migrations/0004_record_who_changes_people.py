"""Who has changed by command who may sign in, and when."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "inbox_0004"
down_revision = "inbox_0003"
branch_labels = None


def upgrade() -> None:
    counts = ("created", "updated", "unchanged", "refused")
    op.create_table(
        "people_act",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(50), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
    )
    op.create_index("people_act_at", "people_act", ["at"])
