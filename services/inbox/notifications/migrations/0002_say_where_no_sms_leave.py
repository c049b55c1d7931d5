"""A task and a rendez-vous say whether the campagne of their parcours sends SMS."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None


def upgrade() -> None:
    for table in ("told_task", "appointment"):
        op.add_column(table, sa.Column("is_sms_off", sa.Boolean, nullable=False, server_default=sa.false()))
