"""The frame of an attested period: only days of a PFMP have an allowance (R20)."""

import sqlalchemy as sa
from alembic import op

revision = "periods_0002"
down_revision = "periods_0001"


def upgrade() -> None:
    op.add_column("company_period", sa.Column("frame", sa.String(20)))
