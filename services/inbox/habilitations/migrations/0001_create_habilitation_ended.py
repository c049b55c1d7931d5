"""When somebody's habilitation ended."""

import sqlalchemy as sa
from alembic import op

revision = "habilitations_0001"
down_revision = None
branch_labels = ("habilitations",)


def upgrade() -> None:
    op.create_table(
        "habilitation_ended",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("ended_on", sa.Date, nullable=False),
        sa.Column("erased_on", sa.Date, nullable=True),
    )
    op.create_index("habilitation_ended_by_day", "habilitation_ended", ["ended_on"])
