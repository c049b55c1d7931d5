"""A pupil whose parcours led to no admission may be given another in the same campagne."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "enrolment_0002"
down_revision = "enrolment_0001"
branch_labels = None


def upgrade() -> None:
    with op.batch_alter_table("opened_parcours") as table:  # SQLite copies a table to take a constraint away
        table.add_column(sa.Column("set_aside_at", Instant, nullable=True))
        table.drop_constraint("uq_opened_parcours_pupil", type_="unique")
    stands = sa.text("set_aside_at IS NULL")
    op.create_index(
        "uq_opened_parcours_stands", "opened_parcours", ["pupil_id", "campagne"], unique=True,
        postgresql_where=stands, sqlite_where=stands,
    )  # fmt: skip
    op.create_index("ix_opened_parcours_pupil", "opened_parcours", ["pupil_id"])
