"""Tasks with their comments, history and the answers already given."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "tasks_0001"
down_revision = None
branch_labels = ("tasks",)


def upgrade() -> None:
    _create_task()
    op.create_table(
        "task_comment",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("task_id", sa.String(36), sa.ForeignKey("task.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("organisation_kind", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
    )
    op.create_index("ix_task_comment_task", "task_comment", ["task_id", "id"])
    op.create_table(
        "task_event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("task_id", sa.String(36), sa.ForeignKey("task.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(64), nullable=True),
        sa.Column("actor_name", sa.Text, nullable=True),
        sa.Column("detail", sa.Text, nullable=True),
    )
    op.create_index("ix_task_event_task", "task_event", ["task_id", "id"])
    op.create_table(
        "idempotency",
        sa.Column("actor", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"])


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("process_id", sa.String(100), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("etape", sa.SmallInteger, nullable=True),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("organisation_kind", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(40), nullable=True),
        sa.Column("assignee", sa.String(64), nullable=True),
        sa.Column("assignee_name", sa.Text, nullable=True),
        sa.Column("assigned_at", Instant, nullable=True),
        sa.Column("form", sa.String(100), nullable=True),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("due_sort", Instant, nullable=False),
        sa.Column("follow_up_on", sa.Date, nullable=True),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("completed_at", Instant, nullable=True),
        sa.Column("completed_by", sa.String(64), nullable=True),
        sa.Column("completed_by_name", sa.Text, nullable=True),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("draft_by", sa.String(64), nullable=True),
        sa.Column("draft_by_name", sa.Text, nullable=True),
        sa.Column("draft_at", Instant, nullable=True),
    )
    for name, where in (("ix_task_open", "status = 'open'"), ("ix_task_done", "status <> 'open'")):
        op.create_index(
            name, "task", ["organisation_id", "due_sort", "id"],
            postgresql_where=sa.text(where), sqlite_where=sa.text(where),
        )  # fmt: skip
    op.create_index("ix_task_parcours", "task", ["parcours_id", "due_sort", "id"])
    op.create_index("ix_task_instance", "task", ["instance_id"])
