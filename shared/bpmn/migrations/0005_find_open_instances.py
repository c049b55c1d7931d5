"""Open instances are found without reading those that have ended."""

import sqlalchemy as sa
from alembic import op

revision = "bpmn_0005"
down_revision = "bpmn_0004"
branch_labels = None


def upgrade() -> None:
    is_open = sa.text("status <> 'ended'")
    op.create_index(
        "ix_process_instance_open", "process_instance", ["id"], postgresql_where=is_open, sqlite_where=is_open
    )
