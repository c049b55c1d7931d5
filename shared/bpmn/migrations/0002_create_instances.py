"""Instances with their state, timers, awaited messages and incidents."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "bpmn_0002"
down_revision = "bpmn_0001"
branch_labels = None


def upgrade() -> None:
    op.create_table(
        "process_instance",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("process_id", sa.String(100), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("etape", sa.Integer, nullable=True),
        sa.Column("position", sa.JSON, nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("end_element", sa.String(200), nullable=True),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.UniqueConstraint("process_id", "parcours_id", name="uq_process_instance_parcours"),
    )
    op.create_index("ix_process_instance_parcours", "process_instance", ["parcours_id"])
    op.create_table(
        "timer",
        sa.Column("instance_id", sa.String(36), sa.ForeignKey("process_instance.id"), primary_key=True),
        sa.Column("timer_id", sa.String(200), primary_key=True),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
    )
    op.create_index("ix_timer_due_at", "timer", ["due_at"])
    op.create_table(
        "awaited_message",
        sa.Column("instance_id", sa.String(36), sa.ForeignKey("process_instance.id"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
    )
    op.create_index("ix_awaited_message_correlation", "awaited_message", ["name", "parcours_id"])
    op.create_table(
        "incident",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("instance_id", sa.String(36), sa.ForeignKey("process_instance.id"), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=True),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("move", sa.String(40), nullable=False),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("resolved_at", Instant, nullable=True),
    )
    is_open = sa.text("resolved_at IS NULL")
    op.create_index(
        "ix_incident_open", "incident", ["instance_id"], postgresql_where=is_open, sqlite_where=is_open
    )
