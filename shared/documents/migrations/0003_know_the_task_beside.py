"""The task that opened beside a document in its frame: its form records that document's signatures, no other's."""

import sqlalchemy as sa
from alembic import op

revision = "documents_0003"
down_revision = "documents_0002"
branch_labels = None


def upgrade() -> None:
    op.add_column("document", sa.Column("task_id", sa.String(36), nullable=True))
