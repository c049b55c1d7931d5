"""A closed task keeps the definition under which it was done, when its instance goes on to another."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0002"
down_revision = "tasks_0001"
branch_labels = None


def upgrade() -> None:
    op.add_column("task", sa.Column("definition_version", sa.String(64), nullable=True))
