"""Hand-overs between organisations, with their dates."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "passations_0001"
down_revision = None
branch_labels = ("passations",)


def upgrade() -> None:
    op.create_table(
        "passation",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("process_id", sa.String(200), nullable=False),
        sa.Column("from_kind", sa.String(40), nullable=False),
        sa.Column("from_id", sa.String(64), nullable=True),
        sa.Column("to_kind", sa.String(40), nullable=False),
        sa.Column("to_id", sa.String(64), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("motive", sa.Text, nullable=True),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("reminded_at", Instant, nullable=True),
        sa.Column("prepared_at", Instant, nullable=True),
        sa.Column("sent_at", Instant, nullable=True),
        sa.Column("received_at", Instant, nullable=True),
        sa.Column("taken_at", Instant, nullable=True),
        sa.Column("refused_at", Instant, nullable=True),
        sa.Column("returned_at", Instant, nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
    )
    op.create_index("ix_passation_parcours", "passation", ["parcours_id", "number"], unique=True)
