"""A completed task's own row tells under which idempotency key, and for which request, it was completed."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0004"
down_revision = "tasks_0003"
branch_labels = None

HAS_KEY = sa.text("completion_key IS NOT NULL")


def upgrade() -> None:
    op.add_column("task", sa.Column("completion_key", sa.String(200), nullable=True))
    op.add_column("task", sa.Column("completion_request", sa.String(64), nullable=True))
    op.create_index(
        "uq_task_completion", "task", ["completed_by", "completion_key"], unique=True,
        postgresql_where=HAS_KEY, sqlite_where=HAS_KEY,
    )  # fmt: skip
