"""Who acts in whose place, between two instants."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "team_0002"
down_revision = "team_0001"
branch_labels = None


def upgrade() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("giver_id", sa.String(36), nullable=False),
        sa.Column("giver_name", sa.String(201), nullable=False),
        sa.Column("taker_id", sa.String(36), nullable=False),
        sa.Column("scope", sa.String(20)),
        sa.Column("reason", sa.Text),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
    )
    op.create_index("mandate_by_taker", "mandate", ["taker_id", "ends_at"])
    op.create_index("mandate_by_giver", "mandate", ["giver_id", "ends_at"])
    op.create_index("mandate_by_organisation", "mandate", ["organisation_id", "ends_at"])
    op.create_index("mandate_by_kind", "mandate", ["kind", "made_at"])
