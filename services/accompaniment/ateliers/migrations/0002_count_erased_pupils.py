"""How many pupils of a cycle have been erased: figures stay as they were."""

import sqlalchemy as sa
from alembic import op

revision = "ateliers_0002"
down_revision = "ateliers_0001"


def upgrade() -> None:
    count = sa.Column("erased_pupils", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column("cycle", count)
