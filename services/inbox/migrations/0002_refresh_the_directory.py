"""An organisation has an académie and may close; who imported the directory, and when."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "inbox_0002"
down_revision = "inbox_0001"
branch_labels = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("academie", sa.String(40), nullable=True))
    op.add_column("organisation", sa.Column("closed_on", sa.Date, nullable=True))
    counts = ("created", "updated", "unchanged", "moved", "refused")
    op.create_table(
        "directory_import",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
    )
    op.create_index("directory_import_at", "directory_import", ["at"])
