"""Which Mission Locale serves which commune."""

import sqlalchemy as sa
from alembic import op

revision = "territories_0001"
down_revision = None
branch_labels = ("territories",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "territory",
        sa.Column("commune", sa.String(5), primary_key=True),
        sa.Column("mission_locale", sa.String(36), nullable=False),
    )
