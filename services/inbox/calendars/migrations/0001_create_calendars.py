"""Calendars at secret addresses; who is invited to the rendez-vous that are known already."""

import json

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "calendars_0001"
down_revision = None
branch_labels = ("calendars",)
depends_on = ("notifications_0001",)

IS_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("organisation_id", sa.String(36), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
    )
    op.create_index("uq_calendar_feed_token", "calendar_feed", ["token_hash"], unique=True)
    guest = op.create_table(
        "calendar_guest",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column(
            "key", sa.String(80), sa.ForeignKey("appointment.key", ondelete="CASCADE"), primary_key=True
        ),
    )
    op.create_index("calendar_guest_key", "calendar_guest", ["key"])
    op.create_index(
        "told_task_organisation", "told_task", ["organisation_id", "due"],
        postgresql_where=IS_OPEN, sqlite_where=IS_OPEN,
    )  # fmt: skip
    known = op.get_bind().execute(sa.text("SELECT key, people FROM appointment")).all()
    rows = [{"key": row.key, "person_id": each} for row in known for each in set(json.loads(row.people))]
    if rows:
        op.bulk_insert(guest, rows)
