"""The first day of what a document allows: a PFMP does not begin before all have signed (R17)."""

import sqlalchemy as sa
from alembic import op

revision = "documents_0002"
down_revision = "documents_0001"
branch_labels = None


def upgrade() -> None:
    op.add_column("document", sa.Column("begins_on", sa.Date, nullable=True))
