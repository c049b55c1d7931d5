"""The tuteur of a period that has begun: it is attested after the follow-up too (R20)."""

import sqlalchemy as sa
from alembic import op

revision = "periods_0003"
down_revision = "periods_0002"


def upgrade() -> None:
    op.add_column("company_period", sa.Column("tutor_name", sa.String(120)))
