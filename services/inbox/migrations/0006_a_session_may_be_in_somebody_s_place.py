"""In whose place the person of a session acts for now."""

import sqlalchemy as sa
from alembic import op

revision = "inbox_0006"
down_revision = "inbox_0005"
branch_labels = None


def upgrade() -> None:
    op.add_column("session", sa.Column("mandate_id", sa.String(36), nullable=True))
