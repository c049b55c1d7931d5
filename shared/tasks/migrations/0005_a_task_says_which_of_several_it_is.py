"""A task says which of several alike it is."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0005"
down_revision = "tasks_0004"
branch_labels = None


def upgrade() -> None:
    op.add_column("task", sa.Column("objet", sa.Text, nullable=True))
