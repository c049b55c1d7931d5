"""Create the outbox and the mailbox."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "messaging_0001"
down_revision = None
branch_labels = ("messaging",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("message_id", sa.String(36), nullable=False, unique=True),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(36), nullable=False),
        sa.Column("envelope", sa.Text),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("reason", sa.String(100)),
        sa.Column("sent_at", Instant()),
    )
    _partial_index("outbox_pending", "outbox", ["subject", "id"], "sent_at IS NULL")
    _partial_index("outbox_pending_order", "outbox", ["id"], "sent_at IS NULL")
    _partial_index("outbox_payload", "outbox", ["sent_at"], "envelope IS NOT NULL")
    op.create_table(
        "mailbox",
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("message_id", sa.String(36), primary_key=True),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(36), nullable=False),
        sa.Column("envelope", sa.Text),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("reason", sa.String(100)),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("handled_at", Instant()),
    )
    _partial_index("mailbox_waiting", "mailbox", ["type", "subject"], "status = 'waiting'")
    _partial_index("mailbox_retry", "mailbox", ["due_at"], "status = 'retry'")
    _partial_index("mailbox_parked", "mailbox", ["received_at"], "status = 'parked'")


def downgrade() -> None:
    op.drop_table("mailbox")
    op.drop_table("outbox")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
