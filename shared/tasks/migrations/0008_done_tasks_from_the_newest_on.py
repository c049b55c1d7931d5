"""Who looks for what was done looks for what was done last."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0008"
down_revision = "tasks_0007"
branch_labels = None


def upgrade() -> None:
    is_done = sa.text("status <> 'open'")
    op.execute("UPDATE task SET completed_at = opened_at WHERE status <> 'open' AND completed_at IS NULL")
    op.drop_index("ix_task_done", "task")
    columns = ["organisation_id", sa.text("completed_at DESC"), "id"]
    op.create_index("ix_task_done", "task", columns, postgresql_where=is_done, sqlite_where=is_done)
