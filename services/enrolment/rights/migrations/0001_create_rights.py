"""Erasures, corrections, merged records, and requests about personal data."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "rights_0001"
down_revision = None
branch_labels = ("rights",)


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("pupil_id", sa.String(36)),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_by_name", sa.Text, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("pupils", sa.JSON, nullable=False),
        sa.Column("parcours", sa.JSON, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("done_at", Instant),
    )
    op.create_index("ix_erasure_pupil", "erasure", ["pupil_id"])
    op.create_index("ix_erasure_asked_at", "erasure", ["asked_at"])
    op.create_table(
        "rectification",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("via", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
    )
    op.create_index("ix_rectification_pupil", "rectification", ["pupil_id", "id"])
    op.create_table(
        "told_apart",
        sa.Column("first_id", sa.String(36), primary_key=True),
        sa.Column("second_id", sa.String(36), primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
    )
    op.create_table(
        "merge",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kept_id", sa.String(36), nullable=False),
        sa.Column("gone_id", sa.String(36), nullable=False, unique=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("gone", sa.JSON, nullable=False),
    )
    op.create_index("ix_merge_kept", "merge", ["kept_id"])
    op.create_table(
        "data_request",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("pupil_id", sa.String(36)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("written_by_name", sa.Text, nullable=False),
        sa.Column("answered_on", sa.Date),
        sa.Column("answer", sa.Text),
    )
    op.create_index("ix_data_request_due", "data_request", ["due_on", "id"])
    op.create_index("ix_data_request_pupil", "data_request", ["pupil_id"])
