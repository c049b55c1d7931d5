"""Company periods, by who supervises them."""

import sqlalchemy as sa
from alembic import op

revision = "periods_0001"
down_revision = None
branch_labels = ("periods",)


def upgrade() -> None:
    op.create_table(
        "company_period",
        sa.Column("parcours_id", sa.String(36), primary_key=True),
        sa.Column("solution_id", sa.String(20), primary_key=True),
        sa.Column("teacher_id", sa.String(100), nullable=False),
        sa.Column("tutor", sa.String(330), nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("attested_days", sa.Integer),
    )
    op.create_index("ix_company_period_teacher", "company_period", ["teacher_id", "last_on"])
    op.create_index("ix_company_period_tutor", "company_period", ["tutor", "last_on"])
