"""Signals between the instances of a service."""

import sqlalchemy as sa
from alembic import op

revision = "bpmn_0004"
down_revision = "bpmn_0003"
branch_labels = None


def upgrade() -> None:
    op.create_table(
        "awaited_signal",
        sa.Column("instance_id", sa.String(36), sa.ForeignKey("process_instance.id"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
    )
    op.create_index("ix_awaited_signal_name", "awaited_signal", ["name"])
    op.create_table(
        "signal_delivery",
        sa.Column("throw_id", sa.String(36), primary_key=True),
        sa.Column("instance_id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("hops", sa.Integer, nullable=False),
    )
    op.create_index("ix_signal_delivery_instance", "signal_delivery", ["instance_id"])
