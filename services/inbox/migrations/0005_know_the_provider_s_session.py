"""The provider's name of its own session, by which it says that ours ends."""

import sqlalchemy as sa
from alembic import op

revision = "inbox_0005"
down_revision = "inbox_0004"
branch_labels = None


def upgrade() -> None:
    op.add_column("session", sa.Column("provider_sid", sa.String(255), nullable=True))
