"""The story of each parcours and the organisations that have a part in it."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "process_0001"
down_revision = None
branch_labels = ("process",)


def upgrade() -> None:
    op.create_table(
        "story",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("organisation_kind", sa.String(40), nullable=True),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
    )
    op.create_index("ix_story_parcours", "story", ["parcours_id", "id"])
    op.create_table(
        "party",
        sa.Column("parcours_id", sa.String(36), primary_key=True),
        sa.Column("organisation", sa.String(64), primary_key=True),
        sa.Column("organisation_kind", sa.String(40), nullable=False),
        sa.Column("since", Instant, nullable=False),
    )
    op.create_index("ix_party_organisation", "party", ["organisation", "parcours_id"])
