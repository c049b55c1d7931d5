"""A page that writes a draft again is not taken for somebody else, also when it has not heard the first answer."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0007"
down_revision = "tasks_0006"
branch_labels = None


def upgrade() -> None:
    op.add_column("task", sa.Column("draft_page", sa.String(36), nullable=True))
