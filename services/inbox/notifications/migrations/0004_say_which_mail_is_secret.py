"""A mail that brings a personal link keeps its text no longer than until it has left."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0004"
down_revision = "notifications_0003"
branch_labels = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("is_secret", sa.Boolean, nullable=False, server_default=sa.false()))
