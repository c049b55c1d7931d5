"""How an instance ended, and what an incident came from."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "bpmn_0003"
down_revision = "bpmn_0002"
branch_labels = None


def upgrade() -> None:
    op.add_column("process_instance", sa.Column("end_kind", sa.String(10), nullable=True))
    op.add_column("process_instance", sa.Column("end_text", sa.Text, nullable=True))
    op.execute("UPDATE process_instance SET end_kind = 'completed' WHERE status = 'ended'")
    for name, kind, default in (
        ("origin", sa.String(200), ""),
        ("tried_by", sa.String(200), ""),
        ("input", sa.JSON, "[]"),
        ("passed", sa.JSON, "[]"),
        ("version", sa.String(64), ""),
        ("attempts", sa.Integer, "1"),
    ):
        op.add_column("incident", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("incident", sa.Column("last_at", Instant, nullable=True))
    op.execute(
        "UPDATE incident SET version = (SELECT i.version FROM process_instance i WHERE i.id = incident.instance_id)"
    )
