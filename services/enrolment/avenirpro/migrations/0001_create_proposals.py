"""The pupils that AvenirPro proposes for a parcours."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "avenirpro_0001"
down_revision = None
branch_labels = ("avenirpro",)


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("cycle_id", sa.String(36), primary_key=True),
        sa.Column("pupil_id", sa.String(36), primary_key=True),
        sa.Column("uai", sa.String(8), nullable=False),
        sa.Column("campagne", sa.String(9), nullable=False),
        sa.Column("intention", sa.String(20), nullable=False),
        sa.Column("agreed_on", sa.Date, nullable=False),
        sa.Column("phone", sa.String(16)),
        sa.Column("email", sa.String(254)),
        sa.Column("proposed_at", Instant, nullable=False),
    )
    op.create_index("ix_proposal_lycee", "proposal", ["uai", "campagne"])
    op.create_index("ix_proposal_pupil", "proposal", ["pupil_id"])
