"""What operators did with received messages: who, when, why."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "messaging_0002"
down_revision = "messaging_0001"


def upgrade() -> None:
    op.create_table(
        "mailbox_act",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("via", sa.String(10), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(36), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
