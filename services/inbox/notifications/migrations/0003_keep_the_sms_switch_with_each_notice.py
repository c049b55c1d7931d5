"""A notice says itself whether an SMS may tell it; what was to be told yet is as its parcours is by now."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0003"
down_revision = "notifications_0002"
branch_labels = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("is_sms_off", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE notice SET is_sms_off = true WHERE state = 'pending' AND parcours_id IN"
        " (SELECT parcours_id FROM told_task WHERE closed_at IS NULL AND is_sms_off)"
    )
