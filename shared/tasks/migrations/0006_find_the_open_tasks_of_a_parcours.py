"""The open tasks of a parcours are found without those that are done."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0006"
down_revision = "tasks_0005"
branch_labels = None


def upgrade() -> None:
    is_open = sa.text("status = 'open'")
    columns = ["parcours_id", "due_sort", "id"]
    op.create_index("ix_task_open_parcours", "task", columns, postgresql_where=is_open, sqlite_where=is_open)
