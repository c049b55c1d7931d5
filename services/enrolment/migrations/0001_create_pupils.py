"""Pupils of the lycées, and which parcours was opened for whom."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "enrolment_0001"
down_revision = None
branch_labels = ("enrolment",)

_SORTED = sa.String(250).with_variant(sa.String(250, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "pupil",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("uai", sa.String(8), nullable=False),
        sa.Column("ine", sa.String(11)),
        sa.Column("former_ine", sa.String(11)),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("usage_name", sa.String(100)),
        sa.Column("given_name", sa.String(100), nullable=False),
        sa.Column("born_on", sa.Date, nullable=False),
        sa.Column("mef", sa.String(10), nullable=False),
        sa.Column("status_code", sa.String(4)),
        sa.Column("left_on", sa.Date),
        sa.Column("class_code", sa.String(30)),
        sa.Column("phone", sa.String(16)),
        sa.Column("email", sa.String(254)),
        sa.Column("commune_code", sa.String(5)),
        sa.Column("address", sa.String(300)),
        sa.Column("sendable_from", sa.Date, nullable=False),
        sa.Column("name_key", _SORTED, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.UniqueConstraint("uai", "ine", name="uq_pupil_ine"),
        sa.UniqueConstraint("uai", "former_ine", name="uq_pupil_former_ine"),
    )
    op.create_index("ix_pupil_name", "pupil", ["uai", "name_key", "id"])
    op.create_table(
        "opened_parcours",
        sa.Column("parcours_id", sa.String(36), primary_key=True),
        sa.Column("pupil_id", sa.String(36), sa.ForeignKey("pupil.id"), nullable=False),
        sa.Column("campagne", sa.String(9), nullable=False),
        sa.Column("opened_by", sa.String(100), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.UniqueConstraint("pupil_id", "campagne", name="uq_opened_parcours_pupil"),
    )
