"""Definitions by version, and the active version of each process."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "bpmn_0001"
down_revision = None
branch_labels = ("bpmn",)


def upgrade() -> None:
    op.create_table(
        "process_definition",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("process_id", sa.String(100), nullable=False),
        sa.Column("files", sa.LargeBinary, nullable=False),
        sa.Column("registered_at", Instant, nullable=False),
    )
    op.create_table(
        "active_definition",
        sa.Column("process_id", sa.String(100), primary_key=True),
        sa.Column("version", sa.String(64), sa.ForeignKey("process_definition.version"), nullable=False),
        sa.Column("since", Instant, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("active_definition")
    op.drop_table("process_definition")
