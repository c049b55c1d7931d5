"""A task's row tells when it opened, when and by whom it was closed: the events that said so again go."""

from alembic import op

revision = "tasks_0003"
down_revision = "tasks_0002"
branch_labels = None


def upgrade() -> None:
    op.execute("DELETE FROM task_event WHERE event IN ('opened', 'completed', 'cancelled')")
