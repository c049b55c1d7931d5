"""Create addresses, the tasks that people are told of, notices, outgoing mail and rendez-vous."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(16)),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "told_task",
        sa.Column("task_id", sa.String(36), primary_key=True),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("first_name", sa.Text),
        sa.Column("organisation_id", sa.String(64)),
        sa.Column("role", sa.String(40)),
        sa.Column("assignee", sa.String(64)),
        sa.Column("due", sa.String(40)),
        sa.Column("near_at", Instant()),
        sa.Column("late_at", Instant()),
        sa.Column("closed_at", Instant()),
    )
    _partial("told_task_near", "told_task", ["near_at"], "near_at IS NOT NULL")
    _partial("told_task_late", "told_task", ["late_at"], "late_at IS NOT NULL")
    _partial("told_task_closed", "told_task", ["closed_at"], "closed_at IS NOT NULL")
    op.create_index("told_task_instance", "told_task", ["instance_id"])
    op.create_index("told_task_parcours", "told_task", ["parcours_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("is_urgent", sa.Boolean, nullable=False),
        sa.Column("settled_at", Instant()),
        sa.Column("mail_id", sa.String(36)),
    )
    op.create_index("uq_notice", "notice", ["person_id", "kind", "about"], unique=True)
    _partial("notice_pending", "notice", ["due_at", "person_id"], "state = 'pending'")
    op.create_index("notice_settled", "notice", ["settled_at"])
    op.create_index("notice_reminded", "notice", ["person_id", "settled_at"])
    op.create_index("notice_parcours", "notice", ["parcours_id"])
    op.create_table(
        "mail",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("person_id", sa.String(36)),
        sa.Column("parcours_id", sa.String(36)),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("invitation", sa.LargeBinary),
        sa.Column("invitation_method", sa.String(10)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("is_urgent", sa.Boolean, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant()),
        sa.Column("reason", sa.String(100)),
    )
    _partial("mail_queued", "mail", ["due_at", "id"], "state = 'queued'")
    op.create_index("mail_created", "mail", ["created_at"])
    op.create_index("mail_parcours", "mail", ["parcours_id"])
    op.create_table(
        "appointment",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("first_name", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("starts", sa.String(40)),
        sa.Column("ends", sa.String(40)),
        sa.Column("place", sa.Text),
        sa.Column("people", sa.Text, nullable=False),
        sa.Column("emails", sa.Text, nullable=False),
        sa.Column("phones", sa.Text, nullable=False),
        sa.Column("remind_at", Instant()),
        sa.Column("updated_at", Instant(), nullable=False),
    )
    _partial("appointment_remind", "appointment", ["remind_at"], "remind_at IS NOT NULL")
    op.create_index("appointment_updated", "appointment", ["updated_at"])
    op.create_index("appointment_parcours", "appointment", ["parcours_id"])


def downgrade() -> None:
    for table in ("appointment", "mail", "notice", "told_task", "contact"):
        op.drop_table(table)


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
